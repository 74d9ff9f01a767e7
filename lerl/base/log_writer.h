#pragma once
// Where messages go (base/log.h): to people on standard error, or to a writer, such as one of a
// service whose log machines read.

#include <functional>
#include <string>
#include <string_view>

namespace lerl {

// `level` is "info" or "warning". It is called by one thread at a time.
using LogWriter = std::function<void(std::string_view level, const std::string& message)>;

// Messages go to this writer from here on; to people again where it is empty.
void SetLogWriter(LogWriter writer);
// Gives a message to the writer; false where there is none.
bool WriteByLogWriter(std::string_view level, const std::string& message);

}  // namespace lerl
