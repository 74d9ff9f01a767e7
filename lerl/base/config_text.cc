#include "lerl/base/config_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lerl/base/hash.h"

namespace lerl {
namespace {

class JsonWriter : public PathVisitor {
 public:
  nlohmann::json root = nlohmann::json::object();

  void operator()(const char* name, bool& value, const char*) override { Put(name, value); }
  void operator()(const char* name, int64_t& value, const char*, Range) override {
    Put(name, value);
  }
  void operator()(const char* name, double& value, const char*, Range) override {
    Put(name, value);
  }
  void operator()(const char* name, std::string& value, const char*, const Names&) override {
    Put(name, value);
  }
  void operator()(const char* name, std::vector<int64_t>& value, const char*, Range) override {
    Put(name, value);
  }
  void operator()(const char* name, std::vector<double>& value, const char*, Range) override {
    Put(name, value);
  }
  void operator()(const char* name, std::vector<std::string>& value, const char*,
                  const Names&) override {
    Put(name, value);
  }

 protected:
  bool Enter(const char* name) override { return sections_.emplace_back(name), true; }
  void Leave() override { sections_.pop_back(); }

 private:
  template <typename T>
  void Put(const char* name, const T& value) {
    nlohmann::json* node = &root;
    for (const std::string& section : sections_) node = &(*node)[section];
    (*node)[name] = value;
  }
};

class Describer : public PathVisitor {
 public:
  std::string text;

  void operator()(const char* name, bool& value, const char* help) override {
    Line(name, value ? "true" : "false", help, "");
  }
  void operator()(const char* name, int64_t& value, const char* help, Range range) override {
    Line(name, std::to_string(value), help, Describe(range));
  }
  void operator()(const char* name, double& value, const char* help, Range range) override {
    Line(name, DescribeNumber(value), help, Describe(range));
  }
  void operator()(const char* name, std::string& value, const char* help,
                  const Names& allowed) override {
    Line(name, '"' + value + '"', help, JoinNames(allowed));
  }
  void operator()(const char* name, std::vector<int64_t>& value, const char* help,
                  Range range) override {
    Line(name, nlohmann::json(value).dump(), help, Describe(range));
  }
  void operator()(const char* name, std::vector<double>& value, const char* help,
                  Range range) override {
    Line(name, nlohmann::json(value).dump(), help, Describe(range));
  }
  void operator()(const char* name, std::vector<std::string>& value, const char* help,
                  const Names& allowed) override {
    Line(name, nlohmann::json(value).dump(), help, JoinNames(allowed));
  }

 protected:
  bool Enter(const char* name) override { return sections_.emplace_back(name), true; }
  void Leave() override { sections_.pop_back(); }

 private:
  void Line(const char* name, const std::string& value, const char* help,
            const std::string& limits) {
    std::string left = "  " + Path(name) + " = " + value;
    left.resize(std::max<size_t>(left.size() + 2, 44), ' ');
    text += left + help + (limits.empty() ? "" : " (" + limits + ")") + "\n";
  }
};

}  // namespace

nlohmann::json FieldsToJson(const std::function<void(FieldVisitor&)>& visit_fields) {
  JsonWriter writer;
  visit_fields(writer);
  return writer.root;
}

std::string ConfigHash(const nlohmann::json& config) { return HashText(config.dump()); }

std::string DescribeFields(const std::function<void(FieldVisitor&)>& visit_fields) {
  Describer describer;
  visit_fields(describer);
  return describer.text;
}

}  // namespace lerl
