#pragma once
// Refusal: a request to the service that can't be met, in words for who sent it. Nothing has
// changed. Whoever speaks HTTP turns the kind into a status; no other place does.

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "lerl/base/printable.h"

namespace lerl {

enum class RefusalKind {
  kInvalid,   // the request says something that can't be: 422
  kNotFound,  // what it names does not exist: 404
  kConflict,  // it can't be met in the state that things are in: 409
};

class Refusal : public std::runtime_error {
 public:
  // `name` is one of a documented set, such as "session-ended". `field` is the member of the
  // request that is at fault, as a JSON pointer; "" where it is none.
  Refusal(RefusalKind kind, std::string name, const std::string& detail, std::string field = "")
      : std::runtime_error(detail), kind(kind), name(std::move(name)), field(std::move(field)) {}

  RefusalKind kind;
  std::string name, field;
};

inline bool HasControlCharacter(std::string_view text) {
  return std::ranges::any_of(text, IsAsciiControl);
}
// Whether who speaks HTTP may take a name for a step of a path, so that nothing of that name can be
// asked for.
inline bool IsPathStep(std::string_view name) { return name == "." || name == ".."; }

}  // namespace lerl
