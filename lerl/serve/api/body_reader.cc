#include "lerl/serve/api/body_reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "lerl/base/json_text.h"
#include "lerl/serve/api/problems.h"

namespace lerl {

using Json = nlohmann::json;

void ObjectReader::Fail(const std::string& pointer, const std::string& detail) {
  throw ProblemError(InvalidProblem("invalid-request", detail, pointer));
}

ObjectReader::ObjectReader(const Json& object, std::string pointer)
    : object_(object), pointer_(std::move(pointer)) {
  if (!object_.is_object()) Fail(pointer_, "it must be an object");
}

const Json* ObjectReader::Find(const std::string& name) {
  asked_.insert(name);
  const auto found = object_.find(name);
  return found == object_.end() ? nullptr : &*found;
}

const Json& ObjectReader::Any(const std::string& name) {
  const Json* value = Find(name);
  if (value == nullptr) Fail(PointerOf(name), "it is missing");
  return *value;
}

std::string ObjectReader::Text(const std::string& name) {
  const Json& value = Any(name);
  if (!value.is_string()) Fail(PointerOf(name), "it must be a text");
  return value.get<std::string>();
}

std::string ObjectReader::TextOr(const std::string& name, const std::string& otherwise) {
  return Find(name) == nullptr ? otherwise : Text(name);
}

std::optional<std::string> ObjectReader::OptionalText(const std::string& name) {
  if (Find(name) == nullptr) return std::nullopt;
  return Text(name);
}

std::vector<std::string> ObjectReader::Texts(const std::string& name, size_t most) {
  const Json* value = Find(name);
  if (value == nullptr) return {};
  const auto is_text = [](const Json& entry) { return entry.is_string(); };
  if (!value->is_array() || value->size() > most || !std::ranges::all_of(*value, is_text))
    Fail(PointerOf(name), "it must be a list of at most " + std::to_string(most) + " texts");
  return value->get<std::vector<std::string>>();
}

// 3.0 is an integer too, as JSON Schema has it.
std::optional<int32_t> ObjectReader::Integer(const std::string& name) {
  const Json* value = Find(name);
  if (value == nullptr) return std::nullopt;
  constexpr double kMost = std::numeric_limits<int32_t>::max();
  const double number = value->is_number() ? value->get<double>() : kMost + 1;
  if (number != std::floor(number) || std::abs(number) > kMost)
    Fail(PointerOf(name), "it must be a whole number of 32 bits");
  return static_cast<int32_t>(number);
}

int32_t ObjectReader::RequiredInteger(const std::string& name) {
  Any(name);
  return *Integer(name);
}

void ObjectReader::Finish() const {
  for (const auto& [name, value] : object_.items())
    if (!asked_.contains(name)) Fail(PointerOf(name), "there is no such member");
}

Json ReadBody(const std::string& body, bool may_be_empty) {
  if (body.empty() && may_be_empty) return Json::object();
  Json json;
  try {
    json = ParseStrictJson(body);
  } catch (const std::runtime_error& error) {
    throw ProblemError({.status = 400, .detail = std::string("the body: ") + error.what()});
  }
  if (!json.is_object()) ObjectReader::Fail("", "the body must be an object");
  return json;
}

int64_t QueryNumber(const Request& request, const std::string& name, int64_t otherwise,
                    int64_t most) {
  const std::string& text = FieldOf(request.query, name);
  if (text.empty() && !request.query.contains(name)) return otherwise;
  int64_t value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > most)
    throw ProblemError(InvalidProblem(
        "invalid-request", name + " must be a whole number from 0 to " + std::to_string(most),
        "?" + name));
  return value;
}

}  // namespace lerl
