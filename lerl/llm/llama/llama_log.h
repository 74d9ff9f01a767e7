#pragma once
// The messages of llama.cpp. They are never printed; some are kept for messages of our own. When
// something fails, what comes first says why, and what comes last that it failed.

#include <string>

namespace lerl {

void CaptureLlamaLog();      // also starts llama.cpp's backend; may be called again
void ForgetLlamaMessages();  // before something that may fail
// The first error since then, the last warning or error; each on one short line, "no reason given"
// if there was none.
std::string FirstLlamaError();
std::string LastLlamaMessage();

}  // namespace lerl
