#pragma once
// Programs that run in a process of their own, and what they print.

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace lerl {

// The path of a program that lies beside this one, which need not be there.
std::filesystem::path ProgramBeside(const std::string& name);

// Runs a program and returns its standard output; what it says on standard error goes to ours. With
// `most` above 0, only about so many first bytes, after which the program is stopped. Throws
// Error(kIo) where it can't be started, or fails.
std::string OutputOf(const std::filesystem::path& program,
                     const std::vector<std::string>& arguments, size_t most = 0);

}  // namespace lerl
