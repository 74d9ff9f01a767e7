#pragma once
// Reads JSON that others may have written: answers of servers, and files of ours, which may be
// damaged or forged. Whatever nests deeper than kDeepestJson is refused before it is read, because
// copies, comparisons and writing of JSON recurse. All JSON is read by this unit.

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace lerl {

inline constexpr int kDeepestJson = 64;

// Throws std::runtime_error with one short line that says what is wrong.
nlohmann::json ParseJson(std::string_view text);
// The same, and refuses an object that names a member twice: others may read the other one.
nlohmann::json ParseStrictJson(std::string_view text);
// The same, but what can't be read is a discarded value (`is_discarded()`), which is no object, no
// array and no other type.
nlohmann::json TryParseJson(std::string_view text);

// Members of what may be of any type.
// The member of an object; null where `json` is no object or has no such member.
const nlohmann::json& MemberOf(const nlohmann::json& json, const std::string& name);
// The member that is a text; "" where there is none.
std::string TextOf(const nlohmann::json& json, const std::string& name);
// The member that is a number, as a count: 0 where there is none and of what is below 0, and the
// largest int64_t of what is above it.
int64_t CountOf(const nlohmann::json& json, const std::string& name);

}  // namespace lerl
