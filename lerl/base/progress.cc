#include "lerl/base/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>

#include "lerl/base/printable.h"

namespace lerl {
namespace {

std::atomic<bool> g_progress_quiet{false};
// Whose line a terminal shows: there is one line, and of works side by side the first has it.
std::atomic<const Progress*> g_shown{nullptr};

std::string Clock(double seconds) {
  const int64_t total = std::lround(seconds);
  char text[32];
  if (total >= 3600) {
    std::snprintf(text, sizeof(text), "%ld:%02ld:%02ld", total / 3600, total / 60 % 60, total % 60);
  } else {
    std::snprintf(text, sizeof(text), "%ld:%02ld", total / 60, total % 60);
  }
  return text;
}

// Columns of the terminal on standard error; 80 where it does not say.
size_t TerminalColumns() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

}  // namespace

std::string CutToColumns(const std::string& line, size_t columns) {
  size_t bytes = 0;
  for (size_t column = 0; column < columns && bytes < line.size(); ++column)
    bytes += std::max<size_t>(1, Utf8Length(std::string_view(line).substr(bytes)));
  return line.substr(0, bytes);
}

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
  const Progress* nobody = nullptr;
  if (terminal && !g_shown.compare_exchange_strong(nobody, this) && nobody != this) return;
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
  char figures[96];
  std::snprintf(figures, sizeof(figures), "  [%s] %3d%%  %ld/%ld ", bar.c_str(), percent, done_,
                total_);
  std::string line = Printable(what_) + figures + unit_ + (note_.empty() ? "" : "  ") +
                     Printable(note_) + "  " + time;
  // A line that is wider than the terminal could not be redrawn in its place.
  if (terminal) line = "\r\033[K" + CutToColumns(line, TerminalColumns() - 1);
  std::fprintf(stderr, "%s%s", line.c_str(), terminal && !last ? "" : "\n");
  std::fflush(stderr);
  if (terminal && last) g_shown = nullptr;
}

void Progress::SetQuiet(bool quiet) { g_progress_quiet = quiet; }
bool Progress::quiet() { return g_progress_quiet; }

}  // namespace lerl
