#include "lerl/base/config.h"

#include <algorithm>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/printable.h"
#include "lerl/base/toml_depth.h"

namespace lerl {
namespace {

[[noreturn]] void Fail(const std::string& where, const std::string& what) {
  throw Error(ErrorKind::kConfig, where + ": " + what);
}

// How a setting of the command line is named in messages: cut to a length, and without its value
// where that may be a key.
std::string SetName(const std::string& set) {
  const size_t equals = std::min(set.find('='), set.size());
  const std::string key = set.substr(0, equals);
  for (const char* word : {"key", "secret", "password", "token"})
    if (key.find(word) != std::string::npos && equals < set.size())
      return "--set " + Printable(key) + "=...";
  return "--set " + Printable(set);
}

void CheckDepth(std::string_view text, const std::string& name) {
  const int line = LineNestedTooDeep(text);
  if (line > 0)
    Fail(name.starts_with("--set ") ? name : name + ":" + std::to_string(line),
         "nested deeper than " + std::to_string(kDeepestToml) + " levels; no setting lies so deep");
}

toml::table ParseToml(std::string_view text, const std::string& name) {
  CheckDepth(text, name);
  try {
    return toml::parse(text, name);
  } catch (const toml::parse_error& error) {
    const auto begin = error.source().begin;
    Fail(name + ":" + std::to_string(begin.line) + ":" + std::to_string(begin.column),
         std::string(error.description()) + "; this is not valid TOML");
  }
}

// Where each setting stands: its path, such as "ppo.clip", "sizes[2]" or "row[0].a", leads to
// "a.toml:3" or "--set a=1". The places are kept apart from the nodes, since copies of nodes forget
// them.
using Places = std::map<std::string, std::string>;

void Locate(const toml::node& node, const std::string& path, const std::string& name,
            Places& places) {
  const bool is_set = name.starts_with("--set ");
  places[path] = is_set ? name : name + ":" + std::to_string(node.source().begin.line);
  if (const toml::table* table = node.as_table()) {
    for (const auto& [key, child] : *table)
      Locate(child, path + (path.empty() ? "" : ".") + std::string(key.str()), name, places);
  } else if (const toml::array* array = node.as_array()) {
    for (size_t i = 0; i < array->size(); ++i)
      Locate((*array)[i], path + "[" + std::to_string(i) + "]", name, places);
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
  const std::string name = SetName(set);
  CheckDepth(set, name);
  if (equals == std::string::npos || equals == 0)
    Fail(name, "expected key=value, like agent.seed=3");
  try {
    return toml::parse(set, name);
  } catch (const toml::parse_error&) {
    const std::string quoted = nlohmann::json(set.substr(equals + 1)).dump();
    return ParseToml(set.substr(0, equals + 1) + quoted, name);
  }
}

class TomlReader : public PathVisitor {
 public:
  TomlReader(const toml::table& root, const Places& places, std::string source)
      : places_(places), source_(std::move(source)) {
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
  void operator()(const char* name, std::string& value, const char*,
                  const Names& allowed) override {
    if (const toml::node* node = Find(name)) value = Text(*node, name, allowed);
  }
  void operator()(const char* name, std::vector<int64_t>& value, const char*,
                  Range range) override {
    List(name, value, [&](const toml::node& node, const std::string& element) {
      return Integer(node, element, range);
    });
  }
  void operator()(const char* name, std::vector<double>& value, const char*, Range range) override {
    List(name, value, [&](const toml::node& node, const std::string& element) {
      return Real(node, element, range);
    });
  }
  void operator()(const char* name, std::vector<std::string>& value, const char*,
                  const Names& allowed) override {
    List(name, value, [&](const toml::node& node, const std::string& element) {
      return Text(node, element, allowed);
    });
  }

  void Finish() const {
    if (tables_.back() != nullptr) CheckKnown();
  }

 protected:
  bool Enter(const char* name) override {
    const toml::node* node = Find(name);
    if (node != nullptr && !node->is_table())
      Fail(Where(name), Path(name) + " must be a table, written [" + Path(name) + "]");
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

  // The place of a setting of this section.
  std::string Where(const std::string& name) const {
    const auto found = places_.find(Path(name));
    return found == places_.end() ? source_ : found->second;
  }

  void CheckKnown() const {
    const Names& known = known_.back();
    for (const auto& [key, node] : *tables_.back()) {
      const std::string name(key.str());
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      const std::string nearest = NearestName(name, known);
      const std::string advice = nearest.empty() ? "known here: " + JoinNames(known)
                                                 : "did you mean " + Path(nearest) + "?";
      Fail(Where(name), Path(name) + " is not a known setting; " + advice);
    }
  }

  template <typename T>
  T Get(const toml::node& node, const std::string& name, const char* expected) const {
    const std::optional<T> value = node.value_exact<T>();
    if (!value) Fail(Where(name), Path(name) + " must be " + expected);
    return *value;
  }
  void CheckRange(const std::string& name, double value, Range range) const {
    if (value >= range.low && value <= range.high) return;
    const std::string limits = Describe(range);
    Fail(Where(name), Path(name) + " = " + DescribeNumber(value) + " is out of range; it must be " +
                          (limits.starts_with("[") ? "in " : "") +
                          (limits.empty() ? "finite" : limits));
  }
  int64_t Integer(const toml::node& node, const std::string& name, Range range) const {
    const auto value = Get<int64_t>(node, name, "an integer");
    CheckRange(name, static_cast<double>(value), range);
    return value;
  }
  double Real(const toml::node& node, const std::string& name, Range range) const {
    const double value = node.is_integer() ? static_cast<double>(*node.value<int64_t>())
                                           : Get<double>(node, name, "a number");
    CheckRange(name, value, range);
    return value;
  }
  std::string Text(const toml::node& node, const std::string& name, const Names& allowed) const {
    auto value = Get<std::string>(node, name, "a string");
    if (allowed.empty() || std::find(allowed.begin(), allowed.end(), value) != allowed.end())
      return value;
    const std::string nearest = NearestName(value, allowed);
    Fail(Where(name), Path(name) + " = '" + value + "' is not known; " +
                          (nearest.empty() ? "" : "did you mean '" + nearest + "'? ") +
                          "known: " + JoinNames(allowed));
  }
  template <typename T, typename Convert>
  void List(const char* name, std::vector<T>& value, Convert convert) {
    const toml::node* node = Find(name);
    if (node == nullptr) return;
    // One name, or one number, stands for a list of one.
    constexpr bool kTexts = std::is_same_v<T, std::string>;
    if (kTexts ? node->is_string() : node->is_number()) {
      value = {convert(*node, name)};
      return;
    }
    const toml::array* array = node->as_array();
    if (array == nullptr)
      Fail(Where(name),
           Path(name) + " must be a list, like " + (kTexts ? "[\"a\", \"b\"]" : "[1, 2]"));
    value.clear();
    for (size_t i = 0; i < array->size(); ++i)
      value.push_back(convert((*array)[i], name + ("[" + std::to_string(i) + "]")));
  }

  const Places& places_;
  std::string source_;
  std::vector<const toml::table*> tables_;
  std::vector<Names> known_;
};

// The places of the keys that begin with a prefix, without it.
Places PlacesBelow(const Places& places, const std::string& prefix) {
  Places below;
  for (auto place = places.lower_bound(prefix);
       place != places.end() && place->first.starts_with(prefix); ++place)
    below[place->first.substr(prefix.size())] = place->second;
  return below;
}

}  // namespace

struct ConfigSource::Impl {
  toml::table table;
  Places places;
};

ConfigSource ConfigSource::FromText(std::string_view text, const std::string& name,
                                    const std::vector<std::string>& sets) {
  ConfigSource source;
  Impl impl{ParseToml(text, name), {}};
  Locate(impl.table, "", name, impl.places);
  source.impl_ = std::make_shared<Impl>(std::move(impl));
  source.name_ = name;
  return source.With(sets);
}

ConfigSource ConfigSource::FromFile(const std::filesystem::path& path,
                                    const std::vector<std::string>& sets) {
  std::string text;
  try {
    text = ReadFile(path);
  } catch (const Error& error) {
    if (std::filesystem::exists(path)) throw Error(ErrorKind::kConfig, error.what());
    Fail(path.string(), "there is no such file; configs/ holds examples of configurations");
  }
  return FromText(text, path.string(), sets);
}

ConfigSource ConfigSource::With(const std::vector<std::string>& sets) const {
  auto impl = std::make_shared<Impl>(*impl_);
  for (const std::string& set : sets) {
    const toml::table over = ParseSet(set);
    Locate(over, "", SetName(set), impl->places);
    Merge(impl->table, over);
  }
  ConfigSource source = *this;
  source.impl_ = std::move(impl);
  return source;
}

ConfigSource ConfigSource::With(const ConfigSource& over) const {
  auto impl = std::make_shared<Impl>(*impl_);
  Merge(impl->table, over.impl_->table);
  for (const auto& [key, place] : over.impl_->places) impl->places.insert_or_assign(key, place);
  ConfigSource source = *this;
  source.impl_ = std::move(impl);
  return source;
}

bool ConfigSource::Has(std::string_view key) const { return impl_->table.contains(key); }

ConfigSource ConfigSource::Without(const std::vector<std::string>& keys) const {
  auto impl = std::make_shared<Impl>(*impl_);
  for (const std::string& key : keys) impl->table.erase(key);
  ConfigSource source = *this;
  source.impl_ = std::move(impl);
  return source;
}

ConfigSource ConfigSource::Of(Impl impl, const std::string& name) {
  ConfigSource source;
  source.impl_ = std::make_shared<Impl>(std::move(impl));
  source.name_ = name;
  return source;
}

ConfigSource ConfigSource::Table(const std::string& key) const {
  const toml::node* node = impl_->table.get(key);
  if (node == nullptr) return FromText("", name_);
  if (!node->is_table()) Fail(name_, key + " must be a table, written [" + key + "]");
  return Of({*node->as_table(), PlacesBelow(impl_->places, key + ".")}, name_);
}

std::vector<ConfigSource> ConfigSource::Tables(const std::string& key) const {
  std::vector<ConfigSource> sources;
  const toml::node* node = impl_->table.get(key);
  if (node == nullptr) return sources;
  const toml::array* array = node->as_array();
  if (array == nullptr) Fail(name_, key + " must be an array of tables, written [[" + key + "]]");
  for (size_t i = 0; i < array->size(); ++i) {
    const toml::table* table = (*array)[i].as_table();
    if (table == nullptr) Fail(name_, key + " must hold tables, written [[" + key + "]]");
    const std::string prefix = key + "[" + std::to_string(i) + "].";
    sources.push_back(Of({*table, PlacesBelow(impl_->places, prefix)}, name_));
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
  return std::make_unique<TomlReader>(impl_->table, impl_->places, name_);
}

void ConfigSource::Finish(FieldVisitor& reader) { static_cast<TomlReader&>(reader).Finish(); }

}  // namespace lerl
