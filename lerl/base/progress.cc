#include "lerl/base/progress.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>

namespace lerl {
namespace {

std::atomic<bool> g_progress_quiet{false};

std::string Clock(double seconds) {
  const auto total = static_cast<int64_t>(seconds + 0.5);
  char text[32];
  if (total >= 3600) {
    std::snprintf(text, sizeof(text), "%ld:%02ld:%02ld", total / 3600, total / 60 % 60, total % 60);
  } else {
    std::snprintf(text, sizeof(text), "%ld:%02ld", total / 60, total % 60);
  }
  return text;
}

}  // namespace

Progress::Progress(std::string what, int64_t total, std::string unit)
    : what_(std::move(what)),
      unit_(std::move(unit)),
      total_(std::max<int64_t>(total, 1)),
      start_(std::chrono::steady_clock::now()) {}

Progress::~Progress() {
  if (last_percent_ >= 0) Print(true);
}

void Progress::Advance(int64_t done, const std::string& note) {
  if (resumed_from_ < 0) resumed_from_ = done;  // the first report is where this process began
  done_ = done;
  note_ = note;
  Print(false);
}

void Progress::Print(bool last) {
  if (g_progress_quiet) return;
  const bool terminal = ::isatty(STDERR_FILENO) != 0;
  const auto now = std::chrono::steady_clock::now();
  const int percent = static_cast<int>(100 * std::min(done_, total_) / total_);
  if (terminal && !last && percent < 100 && now - last_print_ < std::chrono::milliseconds(100))
    return;
  if (!terminal && (last || (last_percent_ >= 0 && percent / 10 == last_percent_ / 10 &&
                             now - last_print_ < std::chrono::minutes(1))))
    return;
  last_print_ = now;
  last_percent_ = percent;
  const double elapsed = std::chrono::duration<double>(now - start_).count();
  const int64_t here = done_ - resumed_from_;
  std::string time = Clock(elapsed) + " elapsed";
  if (percent < 100 && here > 0)
    time =
        Clock(elapsed * static_cast<double>(total_ - done_) / static_cast<double>(here)) + " left";
  std::string bar(20, '-');
  std::fill_n(bar.begin(), percent / 5, '#');
  std::fprintf(stderr, "%s%s  [%s] %3d%%  %ld/%ld %s%s%s  %s%s", terminal ? "\r\033[K" : "",
               what_.c_str(), bar.c_str(), percent, done_, total_, unit_.c_str(),
               note_.empty() ? "" : "  ", note_.c_str(), time.c_str(),
               terminal && !last ? "" : "\n");
  std::fflush(stderr);
}

void Progress::SetQuiet(bool quiet) { g_progress_quiet = quiet; }

}  // namespace lerl
