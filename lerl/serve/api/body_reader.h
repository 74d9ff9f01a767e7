#pragma once
// BodyReader: what a request says: its JSON body, read member by member, and numbers of its query.
// What is wrong becomes a problem that names the member by its JSON pointer (RFC 6901): no JSON is
// 400, a member that is missing, of another type or unknown is 422.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lerl/http/message.h"

namespace lerl {

// Reads an object. Each member is asked for by its name, then Finish refuses what was not asked
// for.
class ObjectReader {
 public:
  // `pointer` is where the object stands in the body; "" for the body itself. The object must
  // outlive the reader.
  ObjectReader(const nlohmann::json& object, std::string pointer);

  std::string Text(const std::string& name);
  std::string TextOr(const std::string& name, const std::string& otherwise);
  std::optional<std::string> OptionalText(const std::string& name);
  std::optional<int32_t> Integer(const std::string& name);  // of 32 bits
  int32_t RequiredInteger(const std::string& name);
  // A list of texts, `most` at most; empty where the member is not there.
  std::vector<std::string> Texts(const std::string& name, size_t most);
  // A member that must be there, of any type.
  const nlohmann::json& Any(const std::string& name);
  void Finish() const;

  std::string PointerOf(const std::string& name) const { return pointer_ + "/" + name; }
  [[noreturn]] static void Fail(const std::string& pointer, const std::string& detail);

 private:
  const nlohmann::json* Find(const std::string& name);
  const nlohmann::json& object_;
  const std::string pointer_;
  std::set<std::string> asked_;
};

// The body as a JSON object; an empty body is {} where it may be left out.
nlohmann::json ReadBody(const std::string& body, bool may_be_empty = false);

// A query parameter that is a whole number of [0, most]; `otherwise` where it is not there.
int64_t QueryNumber(const Request& request, const std::string& name, int64_t otherwise,
                    int64_t most);

}  // namespace lerl
