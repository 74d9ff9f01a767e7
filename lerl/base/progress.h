#pragma once
// Progress of long work on standard error, with time left; and the request to stop (Ctrl-C).

#include <chrono>
#include <cstdint>
#include <string>

namespace lerl {

// On a terminal one line that is redrawn; otherwise a line at the start, at every 10% and every
// minute, and at the end.
//   train lerl seed 1  [#####-----] 52%  3200/6144 steps  R 14.2  0:12 left
class Progress {
 public:
  Progress(std::string what, int64_t total, std::string unit);
  ~Progress();                                               // closes the line
  void Advance(int64_t done, const std::string& note = "");  // `done` is absolute

  static void SetQuiet(bool quiet);  // no progress at all (tests, --quiet)

 private:
  void Print(bool last);
  const std::string what_, unit_;
  const int64_t total_;
  const std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point last_print_{};
  int64_t done_ = 0, resumed_from_ = -1;
  int last_percent_ = -1;
  std::string note_;
};

// Sets a flag on SIGINT and SIGTERM in place of dying, so that long work can stop at the next
// checkpoint; a second signal kills.
void InstallStopHandler();
bool StopRequested();
// The same for a reason of our own (a budget that is used up): long work stops where Ctrl-C would
// stop it.
void RequestStop();

}  // namespace lerl
