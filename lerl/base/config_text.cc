#include "lerl/base/config_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

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

struct Description {
  std::string setting;  // "ppo.clip = 0.2"
  std::string meaning;  // "epsilon of the clipped surrogate ([0, 1])"
};

class Describer : public PathVisitor {
 public:
  std::vector<Description> descriptions;

  void operator()(const char* name, bool& value, const char* help) override {
    Add(name, value, help, "");
  }
  void operator()(const char* name, int64_t& value, const char* help, Range range) override {
    Add(name, value, help, Describe(range));
  }
  void operator()(const char* name, double& value, const char* help, Range range) override {
    Add(name, value, help, Describe(range));
  }
  void operator()(const char* name, std::string& value, const char* help,
                  const Names& allowed) override {
    Add(name, value, help, JoinNames(allowed));
  }
  void operator()(const char* name, std::vector<int64_t>& value, const char* help,
                  Range range) override {
    Add(name, value, help, Describe(range));
  }
  void operator()(const char* name, std::vector<double>& value, const char* help,
                  Range range) override {
    Add(name, value, help, Describe(range));
  }
  void operator()(const char* name, std::vector<std::string>& value, const char* help,
                  const Names& allowed) override {
    Add(name, value, help, JoinNames(allowed));
  }

 protected:
  bool Enter(const char* name) override { return sections_.emplace_back(name), true; }
  void Leave() override { sections_.pop_back(); }

 private:
  // JSON writes these values as TOML does.
  void Add(const char* name, const nlohmann::json& value, const char* help,
           const std::string& limits) {
    descriptions.push_back(
        {Path(name) + " = " + value.dump(), help + (limits.empty() ? "" : " (" + limits + ")")});
  }
};

std::vector<Description> DescriptionsOf(const std::function<void(FieldVisitor&)>& visit_fields) {
  Describer describer;
  visit_fields(describer);
  return std::move(describer.descriptions);
}

constexpr size_t kMeaningColumn = 44;

}  // namespace

nlohmann::json FieldsToJson(const std::function<void(FieldVisitor&)>& visit_fields) {
  JsonWriter writer;
  visit_fields(writer);
  return writer.root;
}

std::string ConfigHash(const nlohmann::json& config) { return HashText(config.dump()); }

std::string DescribeFields(const std::function<void(FieldVisitor&)>& visit_fields) {
  return DescribeChangedFields(visit_fields, [](FieldVisitor&) {});
}

std::string DescribeChangedFields(const std::function<void(FieldVisitor&)>& visit_fields,
                                  const std::function<void(FieldVisitor&)>& visit_defaults) {
  std::set<std::string> defaults;
  for (Description& description : DescriptionsOf(visit_defaults))
    defaults.insert(std::move(description.setting));
  std::string text;
  for (const auto& [setting, meaning] : DescriptionsOf(visit_fields)) {
    if (defaults.contains(setting)) continue;
    std::string line = "  " + setting;
    line.resize(std::max(line.size() + 2, kMeaningColumn), ' ');
    text.append(line).append("# ").append(meaning).append("\n");
  }
  return text;
}

}  // namespace lerl
