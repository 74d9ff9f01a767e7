#include "lerl/base/error.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace lerl {
namespace {

struct KindRow {
  ErrorKind kind;
  int exit_code;
  std::string_view name;
};

// The other exit codes are 0 for success, 1 for an internal error and 130 for an interrupted run
// (cli/main.cc).
constexpr std::array<KindRow, 9> kKinds{{
    {ErrorKind::kUsage, 2, "usage"},
    {ErrorKind::kConfig, 3, "configuration"},
    {ErrorKind::kData, 4, "data"},
    {ErrorKind::kModel, 5, "model"},
    {ErrorKind::kCheckpoint, 6, "checkpoint"},
    {ErrorKind::kNoRun, 7, "no run"},
    {ErrorKind::kIo, 8, "input/output"},
    {ErrorKind::kBusy, 9, "busy"},
    {ErrorKind::kUnusable, 10, "unusable"},
}};

const KindRow& Row(ErrorKind kind) {
  return *std::find_if(kKinds.begin(), kKinds.end(),
                       [kind](const KindRow& row) { return row.kind == kind; });
}

size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t substitute = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitute});
    }
  }
  return row.back();
}

}  // namespace

int ExitCode(ErrorKind kind) { return Row(kind).exit_code; }
std::string_view Name(ErrorKind kind) { return Row(kind).name; }

std::string NearestName(std::string_view name, const std::vector<std::string>& candidates) {
  std::string best;
  size_t best_distance = std::max<size_t>(2, name.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const size_t distance = EditDistance(name, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace lerl
