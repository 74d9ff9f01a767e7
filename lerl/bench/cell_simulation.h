#pragma once
// A study of many cells run by many workers, simulated event by event against a real ledger of
// cells (SqliteCells on the simulated clock), so that every call is answered by the ledger's own
// rules. What is simulated is time: how long cells take, how long calls take, and what goes wrong.
//
//   cells     lengths are log-normal, exp(N(0, kLengthSpread)) times the mean
//   calls     the database answers one call after another; a call takes what was measured
//             (CallSeconds) and waits for those before it
//   deaths    a worker dies in a cell by chance; another begins after `restart_s`
//   stalls    a worker gives no sign of life for `stall_s`, goes on, and ends its cell late

#include <cstdint>

namespace lerl {

inline constexpr double kLengthSpread = 0.5;

struct CallSeconds {
  double take = 0, beat = 0, finish = 0;
};

struct SimulatedStudy {
  int64_t workers = 1000, cells = 100'000;
  double cell_s = 60;  // mean
  double lease_s = 60, beat_s = 10, restart_s = 30, stall_s = 300;
  double death_share = 1e-3, stall_share = 1e-4;  // of the cells that are begun
  CallSeconds calls{};
  uint64_t seed = 1;
};

struct SimulationResult {
  double makespan_s = 0;   // simulated, from the first claim to the last end
  double ideal_s = 0;      // all work divided by the workers
  double ledger_busy = 0;  // share of the time that the database is at work
  int64_t deaths = 0, stalls = 0;
  int64_t done_once = 0;  // cells of which exactly one end was accepted
  int64_t late = 0;       // ends that were not, since the cell had been taken again
  int64_t calls = 0;
  double efficiency() const { return ideal_s / makespan_s; }
};

// Throws CheckFailure where a claim is given to two live workers at once.
SimulationResult SimulateStudy(const SimulatedStudy& study);

}  // namespace lerl
