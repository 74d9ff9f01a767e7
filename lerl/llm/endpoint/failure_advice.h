#pragma once
// What can be done about answers that fail, in words for people.

#include <cstdint>
#include <string>

namespace lerl {

// The error of a question that is longer than the context of every server.
inline constexpr char kFitsNowhere[] = "the prompt fits no server's context";

// Whether an answer of this status says that no request will be answered: no key, no money, no such
// place or model, or another address.
bool RefusesAll(int status);
// What can be done about such an answer from this URL.
std::string AdviceOnRefusal(int status, const std::string& url);
// What can be done about a question that got no answer, the last time by this status.
std::string RemedyFor(int status);
// What can be done about a question of some `tokens` whose longest context is `context` (0: not
// known).
std::string AdviceOnLength(int64_t tokens, int64_t context);

}  // namespace lerl
