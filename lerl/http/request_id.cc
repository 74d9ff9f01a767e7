#include "lerl/http/request_id.h"

namespace lerl {

bool IsRequestId(std::string_view text) {
  constexpr std::string_view kKnown =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  return !text.empty() && text.size() <= 64 &&
         text.find_first_not_of(kKnown) == std::string_view::npos;
}

}  // namespace lerl
