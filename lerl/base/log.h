#pragma once
// Messages to people, on standard error. Standard output holds results and nothing else.

#include <string>

namespace lerl {

void LogInfo(const std::string& message);
void LogWarning(const std::string& message);
void SetLogQuiet(bool quiet);  // quiet drops all but warnings

}  // namespace lerl
