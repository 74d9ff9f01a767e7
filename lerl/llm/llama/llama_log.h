#pragma once
// llama.cpp's messages: never printed; the last warning or error is kept for our own messages.

#include <string>

namespace lerl {

void CaptureLlamaLog();          // idempotent; starts llama.cpp's backend
std::string LastLlamaMessage();  // one line; "no reason given" if there was none

}  // namespace lerl
