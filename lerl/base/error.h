#pragma once
// Error: a wrong input, which a user can mend: a file, a flag, a setting, a model.
//
// Each of the three kinds of failure has one form:
//   a bug                 LERL_CHECK*(...)        see base/check.h
//   a wrong input         throw lerl::Error       its kind decides the exit code
//   an expected failure   a value in the result   such as Plan::origin; counted and reported

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace lerl {

enum class ErrorKind {
  kUsage,       // a command line that can't be understood
  kConfig,      // an unknown setting or an impossible value
  kData,        // a data file that is missing, truncated or wrong
  kModel,       // a language model that is missing, truncated or of another format
  kCheckpoint,  // a checkpoint or run that is damaged, foreign or of another data set
  kNoRun,       // a command that needs a finished run and found none
  kIo,          // full disk, no permission
  kBusy,        // another process holds the folder
  kUnusable,    // everything is well formed, but the answer would be worthless (spread below 1.3)
};

// The exit code of the process for a kind. No other place assigns codes to kinds.
int ExitCode(ErrorKind kind);
std::string_view Name(ErrorKind kind);

// The message is one line that says what was wrong, where, and what to do.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  ErrorKind kind() const { return kind_; }

 private:
  ErrorKind kind_;
};

// Returns the candidate nearest to `name` by edit distance. Returns "" if `name` is no misspelling
// of any, that is, if the distance is above max(2, length / 3).
std::string NearestName(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace lerl
