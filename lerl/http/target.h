#pragma once
// The target of a request, such as /v1/items/a%2Fb?k=10, read strictly. What could be read in two
// ways is refused with 400: bad escapes, NUL and other controls, bytes that are no UTF-8 (over-long
// forms among them), segments "." and "..", a parameter that comes twice.

#include <string>
#include <string_view>
#include <vector>

#include "lerl/http/message.h"

namespace lerl {

struct Target {
  std::vector<std::string> segments;  // of the path, decoded; of "/" one that is empty
  Fields query;
};

// Throws ProblemError(400).
Target ReadTarget(std::string_view target);

// Throws ProblemError(400), whose text names `what`. With `plus_is_blank` a + stands for a blank,
// as in queries.
std::string PercentDecoded(std::string_view text, bool plus_is_blank, const char* what);

}  // namespace lerl
