#pragma once
// A configuration written out: as canonical JSON, as its hash, as help.

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "lerl/base/field_visitor.h"

namespace lerl {

// All fields with their values, keys sorted.
nlohmann::json FieldsToJson(const std::function<void(FieldVisitor&)>& visit_fields);

template <typename Struct>
auto ConfigToJson(Struct config) {
  return FieldsToJson([&config](FieldVisitor& visit) { config.VisitFields(visit); });
}

// 16 hexadecimal digits over the canonical JSON.
std::string ConfigHash(const nlohmann::json& config);

// One line per field: "ppo.clip = 0.2    epsilon of the clipped surrogate [0, 1]".
std::string DescribeFields(const std::function<void(FieldVisitor&)>& visit_fields);

template <typename Struct>
std::string DescribeConfig(Struct config) {
  return DescribeFields([&config](FieldVisitor& visit) { config.VisitFields(visit); });
}

}  // namespace lerl
