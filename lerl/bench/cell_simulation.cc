#include "lerl/bench/cell_simulation.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/bench/generated_data.h"
#include "lerl/cells/worker.h"
#include "lerl/sql_cells/sqlite_cells.h"

namespace lerl {
namespace {

constexpr char kStudyId[] = "simulation";
// Until a worker that found nothing asks again.
constexpr double kLookAgain_s = std::chrono::duration<double>(kLongestPause).count();

enum class Does : uint8_t { kTake, kBeat, kEnd };

struct Event {
  double at = 0;
  int64_t number = 0;  // of events, for a fixed order at one time
  int64_t worker = 0;
  Does does = Does::kTake;

  bool operator>(const Event& other) const {
    return at != other.at ? at > other.at : number > other.number;
  }
};

struct Worker {
  std::optional<CellClaim> claim{};
  double ends_at = 0;       // the cell
  double silent_until = 0;  // in a stall
  int64_t lives = 0;        // names the worker that took this one's place
  bool dies = false, lost = false;
};

class Simulation {
 public:
  explicit Simulation(const SimulatedStudy& study)
      : study_(study),
        rng_(study.seed, "simulated study"),
        ledger_(
            folder_.path() / "cells.db",
            {.synced = false, .now_us = [this] { return static_cast<int64_t>(now_ * 1e6) + 1; }}),
        workers_(At(study.workers)),
        accepted_(At(study.cells)) {
    std::vector<Cell> cells;
    for (int64_t n = 0; n < study.cells; ++n) {
      cells.push_back({.name = std::to_string(n)});
      lengths_.push_back(study.cell_s * std::exp(kLengthSpread * rng_.Normal() -
                                                 kLengthSpread * kLengthSpread / 2));
      result_.ideal_s += lengths_.back() / static_cast<double>(study.workers);
    }
    ledger_.Put(
        {.id = kStudyId, .lease_ms = static_cast<int64_t>(study.lease_s * 1000), .tries = 100},
        cells);
    for (int64_t w = 0; w < study.workers; ++w) Plan(0, w, Does::kTake);
  }

  SimulationResult Run() {
    while (done_ < study_.cells) {
      LERL_CHECK(!events_.empty());
      const Event event = events_.top();
      events_.pop();
      now_ = event.at;
      Worker& worker = workers_[At(event.worker)];
      if (event.does == Does::kTake)
        Take(event.worker, worker);
      else if (event.does == Does::kBeat)
        Beat(event.worker, worker);
      else
        End(event.worker, worker);
    }
    result_.makespan_s = now_;
    result_.ledger_busy = busy_s_ / now_;
    result_.done_once = std::ranges::count(accepted_, 1);
    const StudyCounts counts = ledger_.Counts(kStudyId);
    LERL_CHECK_EQ(counts.done, study_.cells);
    LERL_CHECK_EQ(counts.late, result_.late);
    return result_;
  }

 private:
  void Plan(double at, int64_t worker, Does does) {
    events_.push({.at = at, .number = planned_++, .worker = worker, .does = does});
  }

  // When a call that is made now is answered: the database is free, and has taken `seconds` for it.
  double Answered(double seconds) {
    free_at_ = std::max(free_at_, now_) + seconds;
    busy_s_ += seconds;
    ++result_.calls;
    return free_at_;
  }

  void Take(int64_t number, Worker& worker) {
    const double answered = Answered(study_.calls.take);
    worker.claim =
        ledger_.Take(kStudyId, std::to_string(number) + "-" + std::to_string(worker.lives));
    if (!worker.claim) return Plan(answered + kLookAgain_s, number, Does::kTake);
    const double length = lengths_[At(std::stoll(worker.claim->cell))];
    worker.ends_at = answered + length;
    worker.silent_until = 0;
    worker.lost = false;
    worker.dies = rng_.Bernoulli(study_.death_share);
    if (worker.dies) {
      ++result_.deaths;
      worker.ends_at = answered + length * rng_.Uniform();
    } else if (rng_.Bernoulli(study_.stall_share)) {
      ++result_.stalls;
      worker.silent_until = answered + length * rng_.Uniform() + study_.stall_s;
      worker.ends_at += study_.stall_s;
    }
    PlanNext(number, worker);
  }

  void PlanNext(int64_t number, const Worker& worker) {
    const double beat = std::max(now_ + study_.beat_s, worker.silent_until);
    if (beat < worker.ends_at)
      Plan(beat, number, Does::kBeat);
    else
      Plan(worker.ends_at, number, Does::kEnd);
  }

  void Beat(int64_t number, Worker& worker) {
    Answered(study_.calls.beat);
    worker.lost = !ledger_.Beat(*worker.claim, 0);
    if (worker.lost) return Plan(now_, number, Does::kTake);  // it stops, and takes another
    PlanNext(number, worker);
  }

  void End(int64_t number, Worker& worker) {
    if (worker.dies) {
      ++worker.lives;
      return Plan(now_ + study_.restart_s, number, Does::kTake);
    }
    const double answered = Answered(study_.calls.finish);
    if (ledger_.Finish(*worker.claim)) {
      if (++accepted_[At(std::stoll(worker.claim->cell))] == 1) ++done_;
    } else {
      ++result_.late;
    }
    Plan(answered, number, Does::kTake);
  }

  const SimulatedStudy study_;
  const TemporaryFolder folder_;
  Rng rng_;
  double now_ = 0, free_at_ = 0, busy_s_ = 0;
  SqliteCells ledger_;
  std::vector<Worker> workers_;
  std::vector<double> lengths_;    // [cells]
  std::vector<int64_t> accepted_;  // [cells] ends that the ledger accepted
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  int64_t planned_ = 0, done_ = 0;
  SimulationResult result_;
};

}  // namespace

SimulationResult SimulateStudy(const SimulatedStudy& study) { return Simulation(study).Run(); }

}  // namespace lerl
