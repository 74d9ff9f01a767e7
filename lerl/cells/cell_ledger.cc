#include "lerl/cells/cell_ledger.h"

#include <array>
#include <stdexcept>

#include "lerl/base/error.h"

namespace lerl {
namespace {

constexpr std::array kKinds = {ErrorKind::kUsage,      ErrorKind::kConfig, ErrorKind::kData,
                               ErrorKind::kModel,      ErrorKind::kNoRun,  ErrorKind::kIo,
                               ErrorKind::kCheckpoint, ErrorKind::kBusy,   ErrorKind::kUnusable};

}  // namespace

std::string NoSignOfLife(const std::string& worker) {
  return "worker " + worker + " gave no sign of life";
}

bool SaysNoSignOfLife(const std::string& error) {
  return error.starts_with("worker ") && error.ends_with(" gave no sign of life");
}

std::string NeedsFailed(const std::string& cell) { return "needs " + cell + ", which failed"; }

void ThrowFailed(CellLedger& ledger, const std::string& study) {
  const std::vector<FailedCell> failed = ledger.Failed(study);
  if (failed.empty()) return;
  const FailedCell& first = failed.front();
  std::string text = study + ": " + first.name + " failed after " + std::to_string(first.tries) +
                     (first.tries == 1 ? " try: " : " tries: ") + first.error;
  if (failed.size() > 1) text += " (and " + std::to_string(failed.size() - 1) + " more cells)";
  for (const ErrorKind kind : kKinds)
    if (Name(kind) == first.kind) throw Error(kind, text);
  throw std::runtime_error(text);
}

}  // namespace lerl
