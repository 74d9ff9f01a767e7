#pragma once
// Writes a configuration out as canonical JSON, as the hash of that, and as TOML with help.

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "lerl/base/field_visitor.h"

namespace lerl {

// Returns all fields with their values, sorted by key.
nlohmann::json FieldsToJson(const std::function<void(FieldVisitor&)>& visit_fields);

template <typename Struct>
auto ConfigToJson(Struct config) {
  return FieldsToJson([&config](FieldVisitor& visit) { config.VisitFields(visit); });
}

// Returns the hash of the canonical JSON, as 16 hexadecimal digits.
std::string ConfigHash(const nlohmann::json& config);

// Returns one line of TOML per field, with its meaning behind it:
// "ppo.clip = 0.2    # epsilon of the clipped surrogate ([0, 1])".
std::string DescribeFields(const std::function<void(FieldVisitor&)>& visit_fields);
// The same, of the fields alone whose values are not the defaults.
std::string DescribeChangedFields(const std::function<void(FieldVisitor&)>& visit_fields,
                                  const std::function<void(FieldVisitor&)>& visit_defaults);

template <typename Struct>
std::string DescribeConfig(Struct config) {
  return DescribeFields([&config](FieldVisitor& visit) { config.VisitFields(visit); });
}

template <typename Struct>
std::string DescribeChanges(Struct config) {
  Struct defaults;
  return DescribeChangedFields([&config](FieldVisitor& visit) { config.VisitFields(visit); },
                               [&defaults](FieldVisitor& visit) { defaults.VisitFields(visit); });
}

}  // namespace lerl
