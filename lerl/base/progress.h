#pragma once
// The progress of long work on standard error, with the time left.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace lerl {

// Shows lines like this one:
//   train lerl seed 1  [#####-----] 52%  3200/6144 steps  R 14.2  0:12 left
// On a terminal one line is redrawn, cut to its width. Otherwise there is a line at the start, at
// every 10% and every minute, and at the end.
class Progress {
 public:
  Progress(std::string what, int64_t total, std::string unit);
  ~Progress();                                               // closes the line
  void Advance(int64_t done, const std::string& note = "");  // `done` is out of `total`

  static void SetQuiet(bool quiet);  // quiet shows no progress at all, for tests and --quiet
  static bool quiet();

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

// The first characters of a line, one to a column.
std::string CutToColumns(const std::string& line, size_t columns);

}  // namespace lerl
