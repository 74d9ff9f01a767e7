#include "lerl/cells/worker.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <thread>

#include "lerl/base/error.h"
#include "lerl/base/log.h"
#include "lerl/base/periodic.h"
#include "lerl/base/random_id.h"

namespace lerl {
namespace {

constexpr int64_t kBeatsInALease = 6;
constexpr int64_t kBusyDelayMs = 1000;

std::string OneLineOf(const std::string& text) { return text.substr(0, text.find('\n')); }

// Runs a cell under a claim and writes into the ledger what became of it. Returns whether the
// worker goes on.
bool RunClaim(CellLedger& ledger, const WorkerOptions& options, const CellClaim& claim,
              CellWork& work, const std::function<bool()>& should_stop) {
  CellControl control(should_stop);
  std::optional<Periodic> beat;
  beat.emplace("sign of life of " + claim.cell,
               std::chrono::milliseconds(std::max<int64_t>(1, options.lease_ms / kBeatsInALease)),
               [&] {
                 if (!control.lost() && !ledger.Beat(claim, control.progress())) control.Lose();
               });
  CellEnd end = CellEnd::kDone;
  std::string kind, error;
  bool busy = false;
  try {
    end = work.Run(claim.cell, control);
  } catch (const Error& fault) {
    busy = fault.kind() == ErrorKind::kBusy;
    kind = Name(fault.kind());
    error = OneLineOf(fault.what());
  } catch (const std::exception& fault) {
    error = OneLineOf(fault.what());
  }
  beat.reset();
  if (busy) {
    LogInfo(claim.cell + ": " + error + "; it is left for " + std::to_string(kBusyDelayMs) + " ms");
    ledger.GiveBack(claim, kBusyDelayMs);
  } else if (!error.empty() && should_stop()) {
    ledger.GiveBack(claim);  // what a stop has cut short has not failed
    return false;
  } else if (!error.empty()) {
    LogWarning(claim.cell + ": " + error);
    ledger.Fail(claim, kind, error);
  } else if (end == CellEnd::kDone) {
    if (!ledger.Finish(claim)) LogWarning(claim.cell + ": another worker had taken it over");
  } else if (control.lost() && !should_stop()) {
    LogWarning(claim.cell + ": another worker has taken it over; stopped");
  } else {
    ledger.GiveBack(claim);
    return false;
  }
  return true;
}

}  // namespace

std::string NewWorkerName() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  return std::string(host.data()) + "-" + std::to_string(::getpid()) + "-" +
         RandomId().substr(0, 8);
}

CellEnd WorkOff(CellLedger& ledger, const WorkerOptions& options, CellWork& work,
                const std::function<bool()>& should_stop) {
  std::chrono::milliseconds pause = options.pause;
  while (!should_stop()) {
    const std::optional<CellClaim> claim = ledger.Take(options.study, options.name);
    if (claim) {
      if (!RunClaim(ledger, options, *claim, work, should_stop)) return CellEnd::kStopped;
      pause = options.pause;
      continue;
    }
    if (!options.waits || ledger.Counts(options.study).open() == 0) return CellEnd::kDone;
    // A stop ends the pause.
    const auto end = std::chrono::steady_clock::now() + pause;
    while (!should_stop() && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(std::min(pause, options.pause));
    pause = std::min(2 * pause, kLongestPause);
  }
  return CellEnd::kStopped;
}

}  // namespace lerl
