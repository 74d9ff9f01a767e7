#include "lerl/eval/report/paper/gnuplot.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "lerl/base/check.h"
#include "lerl/base/child_process.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/printable.h"

namespace lerl {
namespace {

constexpr double kPoints = 72, kDots = 300;  // an inch, of text and of a PNG
constexpr double kPixels = 96;               // of an SVG; cairo too counts in them
constexpr double kFontPoints = 8;
constexpr std::string_view kApostrophe = "\u2019";  // ends no text, as ' does

[[noreturn]] void FailGnuplot(const std::string& reason) {
  throw Error(ErrorKind::kIo, "gnuplot, which draws the figures, " + reason);
}

// A file in memory that another process can be given.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view text = "")
      : descriptor_(::memfd_create("lerl", MFD_CLOEXEC)) {
    while (descriptor_ >= 0 && !text.empty()) {
      const ssize_t written = ::write(descriptor_, text.data(), text.size());
      if (written < 0) break;
      text.remove_prefix(At(written));
    }
    if (descriptor_ < 0 || !text.empty() || ::lseek(descriptor_, 0, SEEK_SET) != 0)
      FailGnuplot(std::string("can't be given its script: ") + std::strerror(errno));
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  int descriptor() const { return descriptor_; }

  std::string Text() const {
    std::string text;
    char block[1 << 14];
    for (ssize_t count = 0;
         (count = ::pread(descriptor_, block, sizeof block, std::ssize(text))) > 0;)
      text.append(block, At(count));
    return text;
  }

 private:
  int descriptor_;
};

// What is wrong by gnuplot's messages: what stands behind the last "line N: ", else the last line.
std::string LastWords(const std::string& messages) {
  std::string_view rest = Trimmed(messages, " \t\r\n");
  const size_t place = rest.rfind(" line ");
  const size_t end = rest.rfind('\n');
  if (place != std::string_view::npos)
    rest = rest.substr(place + 1, rest.find('\n', place) - place - 1);
  else if (end != std::string_view::npos)
    rest.remove_prefix(end + 1);
  return rest.empty() ? "it gave no reason" : Printable(Trimmed(rest));
}

std::string TerminalLine(const Drawing& drawing, PictureKind kind) {
  char line[200];
  switch (kind) {
    case PictureKind::kSvg:
      std::snprintf(line, sizeof line,
                    "set terminal svg enhanced size %.0f,%.0f font 'sans-serif,%.2f' "
                    "background 'white'\n",
                    drawing.width * kPixels, drawing.height * kPixels,
                    kFontPoints * kPixels / kPoints);
      return line;
    case PictureKind::kPng:
      std::snprintf(line, sizeof line,
                    "set terminal pngcairo enhanced size %.0f,%.0f font 'Helvetica,%.2f' "
                    "linewidth %.3f pointscale %.3f dashlength 0.5\n",
                    drawing.width * kDots, drawing.height * kDots, kFontPoints * kDots / kPixels,
                    kDots / kPoints, kDots / kPoints);
      return line;
    case PictureKind::kPdf:
      std::snprintf(line, sizeof line,
                    "set terminal pdfcairo enhanced size %.3fin,%.3fin font 'Helvetica,%.2f' "
                    "fontscale %.2f linewidth 2.2 pointscale 0.8\n",
                    drawing.width, drawing.height, kFontPoints, kPoints / kPixels);
      return line;
  }
  FailCheck(__FILE__, __LINE__, "an unknown PictureKind");
}

// Says in a PNG that it has 300 dots an inch, 11811 a metre: a pHYs chunk behind its header, with
// the checksum of these very bytes.
std::string WithDotsAnInch(std::string png) {
  constexpr char kChunk[] =
      "\x00\x00\x00\x09pHYs\x00\x00\x2e\x23\x00\x00\x2e\x23\x01\x78\xa5\x3f\x76";
  constexpr size_t kHeaderEnd = 8 + 25;
  if (png.size() > kHeaderEnd && png.find("pHYs") > 100)
    png.insert(kHeaderEnd, kChunk, sizeof kChunk - 1);
  return png;
}

}  // namespace

int ShownLength(std::string_view text) {
  int length = 0;
  for (const char c : text) length += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return length;
}

std::string GnuplotText(std::string_view text, int most) {
  const std::string clean = WithoutControls(text);
  const bool cut = ShownLength(clean) > most;
  std::string quoted = "'";
  std::string_view rest = clean;
  for (int shown = 0; !rest.empty() && (!cut || shown < most - 3); ++shown) {
    const std::string_view character = rest.substr(0, Utf8Length(rest));
    quoted += character == "'" ? kApostrophe : character;
    rest.remove_prefix(character.size());
  }
  return quoted + (cut ? "...'" : "'");
}

std::string GnuplotNumber(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.9g", value);
  return text;
}

double TickStep(double width, int most) {
  const double least = width / most, power = std::pow(10, std::floor(std::log10(least)));
  for (const double step : {1.0, 2.0, 5.0})
    if (step * power >= least * (1 - 1e-9)) return step * power;
  return 10 * power;
}

std::string WholeScript(const Drawing& drawing, PictureKind kind) {
  return "set encoding utf8\n" + TerminalLine(drawing, kind) + drawing.script;
}

std::string Draw(const Drawing& drawing, PictureKind kind) {
  const MemoryFile script(WholeScript(drawing, kind)), picture, messages;
  // Without files of settings (-d); as a file its input ends at the first error.
  const std::optional<int> status =
      ExitStatus({"gnuplot", "-d", "/dev/stdin"}, {.input = script.descriptor(),
                                                   .output = picture.descriptor(),
                                                   .errors = messages.descriptor()});
  if (!status)
    FailGnuplot(
        "is not installed; install it (Debian: apt-get install gnuplot-nox), or export a "
        ".tex table, which needs none");
  std::string bytes = picture.Text();
  if (*status != 0 || bytes.empty())
    FailGnuplot("failed: " + LastWords(messages.Text()) +
                "; is it version 5.4 or newer, with its cairo terminals?");
  return kind == PictureKind::kPng ? WithDotsAnInch(std::move(bytes)) : bytes;
}

}  // namespace lerl
