#include "lerl/base/config.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/hash.h"

namespace lerl {
namespace {

[[noreturn]] void Fail(const std::string& where, const std::string& what) {
  throw Error(ErrorKind::kConfig, where + ": " + what);
}

std::string Number(double value) {
  std::ostringstream out;
  out.precision(12);
  out << value;
  return out.str();
}

std::string Describe(Range range) {
  const bool low = range.low > std::numeric_limits<double>::lowest();
  const bool high = range.high < std::numeric_limits<double>::max();
  if (low && high) return "[" + Number(range.low) + ", " + Number(range.high) + "]";
  if (low) return "at least " + Number(range.low);
  if (high) return "at most " + Number(range.high);
  return "";  // every finite number
}

std::string Join(const Names& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

toml::table ParseToml(std::string_view text, const std::string& name) {
  try {
    return toml::parse(text, name);
  } catch (const toml::parse_error& error) {
    const auto begin = error.source().begin;
    Fail(name + ":" + std::to_string(begin.line) + ":" + std::to_string(begin.column),
         std::string(error.description()) + "; this is not valid TOML");
  }
}

// Lays `over` on `base`: tables merge, everything else replaces.
void Merge(toml::table& base, const toml::table& over) {
  for (const auto& [key, node] : over) {
    toml::node* present = base.get(key);
    if (present != nullptr && present->is_table() && node.is_table()) {
      Merge(*present->as_table(), *node.as_table());
    } else {
      base.insert_or_assign(key, node);
    }
  }
}

toml::table ParseSet(const std::string& set) {
  const size_t equals = set.find('=');
  const std::string name = "--set " + set;
  if (equals == std::string::npos || equals == 0) Fail(name, "expected key=value, like agent.seed=3");
  try {
    return toml::parse(set, name);
  } catch (const toml::parse_error&) {
    const std::string quoted = nlohmann::json(set.substr(equals + 1)).dump();
    return ParseToml(set.substr(0, equals + 1) + quoted, name);
  }
}

// Visitors share the path of the section they stand in.
class PathVisitor : public FieldVisitor {
 protected:
  std::string Path(const std::string& name) const {
    std::string path;
    for (const std::string& section : sections_) path += section + ".";
    return path + name;
  }
  std::vector<std::string> sections_;
};

class TomlReader : public PathVisitor {
 public:
  TomlReader(const toml::table& root, std::string source) : source_(std::move(source)) {
    tables_.push_back(&root);
    known_.emplace_back();
  }

  void operator()(const char* name, bool& value, const char*) override {
    if (const toml::node* node = Find(name)) value = Get<bool>(*node, name, "true or false");
  }
  void operator()(const char* name, int64_t& value, const char*, Range range) override {
    if (const toml::node* node = Find(name)) value = Integer(*node, name, range);
  }
  void operator()(const char* name, double& value, const char*, Range range) override {
    if (const toml::node* node = Find(name)) value = Real(*node, name, range);
  }
  void operator()(const char* name, std::string& value, const char*, const Names& allowed) override {
    if (const toml::node* node = Find(name)) value = Text(*node, name, allowed);
  }
  void operator()(const char* name, std::vector<int64_t>& value, const char*,
                  Range range) override {
    List(name, value, [&](const toml::node& node) { return Integer(node, name, range); });
  }
  void operator()(const char* name, std::vector<double>& value, const char*,
                  Range range) override {
    List(name, value, [&](const toml::node& node) { return Real(node, name, range); });
  }
  void operator()(const char* name, std::vector<std::string>& value, const char*,
                  const Names& allowed) override {
    List(name, value, [&](const toml::node& node) { return Text(node, name, allowed); });
  }

  void Finish() const {
    if (tables_.back() != nullptr) CheckKnown();
  }

 protected:
  bool Enter(const char* name) override {
    const toml::node* node = Find(name);
    if (node != nullptr && !node->is_table())
      Fail(Where(*node), Path(name) + " must be a table, written [" + Path(name) + "]");
    if (node == nullptr) return false;
    tables_.push_back(node->as_table());
    known_.emplace_back();
    sections_.emplace_back(name);
    return true;
  }
  void Leave() override {
    CheckKnown();
    tables_.pop_back();
    known_.pop_back();
    sections_.pop_back();
  }

 private:
  const toml::node* Find(const char* name) {
    known_.back().emplace_back(name);
    return tables_.back()->get(name);
  }

  std::string Where(const toml::node& node) const {
    const auto& source = node.source();
    const std::string file = source.path ? *source.path : source_;
    if (!source.begin || file.starts_with("--set ")) return file;
    return file + ":" + std::to_string(source.begin.line);
  }

  void CheckKnown() const {
    const Names& known = known_.back();
    for (const auto& [key, node] : *tables_.back()) {
      const std::string name(key.str());
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      const std::string nearest = NearestName(name, known);
      const std::string advice = nearest.empty() ? "known here: " + Join(known)
                                                 : "did you mean " + Path(nearest) + "?";
      Fail(Where(node), Path(name) + " is not a known setting; " + advice);
    }
  }

  template <typename T>
  T Get(const toml::node& node, const char* name, const char* expected) const {
    const std::optional<T> value = node.value_exact<T>();
    if (!value) Fail(Where(node), Path(name) + " must be " + expected);
    return *value;
  }
  void CheckRange(const toml::node& node, const char* name, double value, Range range) const {
    if (value >= range.low && value <= range.high) return;
    const std::string limits = Describe(range);
    Fail(Where(node), Path(name) + " = " + Number(value) + " is out of range; it must be " +
                          (limits.starts_with("[") ? "in " : "") +
                          (limits.empty() ? "finite" : limits));
  }
  int64_t Integer(const toml::node& node, const char* name, Range range) const {
    const auto value = Get<int64_t>(node, name, "an integer");
    CheckRange(node, name, static_cast<double>(value), range);
    return value;
  }
  double Real(const toml::node& node, const char* name, Range range) const {
    const double value = node.is_integer() ? static_cast<double>(*node.value<int64_t>())
                                           : Get<double>(node, name, "a number");
    CheckRange(node, name, value, range);
    return value;
  }
  std::string Text(const toml::node& node, const char* name, const Names& allowed) const {
    auto value = Get<std::string>(node, name, "a string");
    if (allowed.empty() || std::find(allowed.begin(), allowed.end(), value) != allowed.end())
      return value;
    const std::string nearest = NearestName(value, allowed);
    Fail(Where(node), Path(name) + " = '" + value + "' is not known; " +
                          (nearest.empty() ? "" : "did you mean '" + nearest + "'? ") +
                          "known: " + Join(allowed));
  }
  template <typename T, typename Convert>
  void List(const char* name, std::vector<T>& value, Convert convert) {
    const toml::node* node = Find(name);
    if (node == nullptr) return;
    const toml::array* array = node->as_array();
    if (array == nullptr) Fail(Where(*node), Path(name) + " must be a list, like [1, 2]");
    value.clear();
    for (const toml::node& element : *array) value.push_back(convert(element));
  }

  std::string source_;
  std::vector<const toml::table*> tables_;
  std::vector<Names> known_;
};

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
    Line(name, Number(value), help, Describe(range));
  }
  void operator()(const char* name, std::string& value, const char* help,
                  const Names& allowed) override {
    Line(name, '"' + value + '"', help, Join(allowed));
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
    Line(name, nlohmann::json(value).dump(), help, Join(allowed));
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

struct ConfigSource::Impl {
  toml::table table;
};

ConfigSource ConfigSource::FromText(std::string_view text, const std::string& name,
                                    const std::vector<std::string>& sets) {
  ConfigSource source;
  source.impl_ = std::make_shared<Impl>(Impl{ParseToml(text, name)});
  source.name_ = name;
  return source.With(sets);
}

ConfigSource ConfigSource::FromFile(const std::filesystem::path& path,
                                    const std::vector<std::string>& sets) {
  std::string text;
  try {
    text = ReadFile(path);
  } catch (const Error&) {
    Fail(path.string(), "this configuration cannot be read; configs/ holds examples");
  }
  return FromText(text, path.string(), sets);
}

ConfigSource ConfigSource::With(const std::vector<std::string>& sets) const {
  auto impl = std::make_shared<Impl>(*impl_);
  for (const std::string& set : sets) Merge(impl->table, ParseSet(set));
  ConfigSource source = *this;
  source.impl_ = std::move(impl);
  return source;
}

ConfigSource ConfigSource::Without(const std::vector<std::string>& keys) const {
  auto impl = std::make_shared<Impl>(*impl_);
  for (const std::string& key : keys) impl->table.erase(key);
  ConfigSource source = *this;
  source.impl_ = std::move(impl);
  return source;
}

std::vector<ConfigSource> ConfigSource::Tables(const std::string& key) const {
  std::vector<ConfigSource> sources;
  const toml::node* node = impl_->table.get(key);
  if (node == nullptr) return sources;
  const toml::array* array = node->as_array();
  if (array == nullptr) Fail(name_, key + " must be an array of tables, written [[" + key + "]]");
  for (const toml::node& element : *array) {
    if (!element.is_table()) Fail(name_, key + " must hold tables, written [[" + key + "]]");
    ConfigSource source;
    source.impl_ = std::make_shared<Impl>(Impl{*element.as_table()});
    source.name_ = name_;
    sources.push_back(std::move(source));
  }
  return sources;
}

std::vector<std::string> ConfigSource::AsSets() const {
  std::vector<std::string> sets;
  const std::function<void(const toml::table&, const std::string&)> walk =
      [&](const toml::table& table, const std::string& prefix) {
        for (const auto& [key, node] : table) {
          const std::string path = prefix + std::string(key.str());
          if (node.is_table()) {
            walk(*node.as_table(), path + ".");
            continue;
          }
          std::ostringstream out;
          node.visit([&out](const auto& value) { out << value; });
          sets.push_back(path + "=" + out.str());
        }
      };
  walk(impl_->table, "");
  return sets;
}

std::unique_ptr<FieldVisitor> ConfigSource::Reader() const {
  return std::make_unique<TomlReader>(impl_->table, name_);
}

void ConfigSource::Finish(FieldVisitor& reader) { static_cast<TomlReader&>(reader).Finish(); }

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
