#pragma once
// Messages to people, on standard error (standard output holds results only).

#include <string>

namespace lerl {

void LogInfo(const std::string& message);
void LogWarning(const std::string& message);
void SetLogQuiet(bool quiet);  // warnings stay

}  // namespace lerl
