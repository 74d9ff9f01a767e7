#pragma once
// Messages to people, on standard error. Standard output holds results and nothing else.
//
// A message may quote what others wrote, so it is shown as PrintableMessage.

#include <string>
#include <string_view>

namespace lerl {

void LogInfo(const std::string& message);
void LogWarning(const std::string& message);
// The message with its control characters but for line ends written out (base/printable.h), and cut
// where a line or the whole is too long for people.
std::string PrintableMessage(std::string_view message);
void SetLogQuiet(bool quiet);  // quiet drops all but warnings

}  // namespace lerl
