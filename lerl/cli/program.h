#pragma once
// What the programs do around their commands: streams, signals, threads, and errors as exit codes:
// 0 success, 1 a bug, 2 to 10 what the user can mend (base/error.h has the table), 130 interrupted.

#include <functional>

namespace CLI {  // NOLINT(readability-identifier-naming): theirs
class App;
}

namespace lerl {

struct About {
  const char* about = "";
  const char* footer = "";
  const char* name = "";  // as help shows it; "": as it was called
};

// Parses the command line, runs the command that it names, and returns the exit code.
int RunProgram(int argc, char** argv, const About& about,
               const std::function<void(CLI::App&)>& add_commands);

}  // namespace lerl
