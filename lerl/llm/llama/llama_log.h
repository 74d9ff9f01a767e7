#pragma once
// The messages of llama.cpp. They are never printed; the last warning or error is kept for messages
// of our own.

#include <string>

namespace lerl {

void CaptureLlamaLog();          // also starts llama.cpp's backend; may be called again
std::string LastLlamaMessage();  // on one line; "no reason given" if there was none

}  // namespace lerl
