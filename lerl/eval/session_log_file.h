#pragma once
// A SessionLog in a file (base/tensor_file.h), tied to what it was played with by a key.

#include <filesystem>
#include <optional>
#include <string>

#include "lerl/sim/session_log.h"

namespace lerl {

void WriteSessionLog(const std::filesystem::path& path, const SessionLog& log,
                     const std::string& key);

// Nothing if the file has another key. Throws Error(kCheckpoint) when it is damaged.
std::optional<SessionLog> ReadSessionLog(const std::filesystem::path& path, const std::string& key);

}  // namespace lerl
