// The ledger of cells (cells/cell_ledger.h): how many cells and signs of life a database takes,
// what that is beside a cell's own work, and 100,000 cells by 1,000 workers in simulation.
//
// Bars of rates are what workers with cells of a minute ask for: of PostgreSQL 1,000 workers, 17
// cells and 100 signs of life a second; of SQLite the 256 of one machine. What calls cost while
// eight workers make them goes into the simulation.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "lerl/base/check.h"
#include "lerl/base/file.h"
#include "lerl/base/index.h"
#include "lerl/bench/bench.h"
#include "lerl/bench/cell_simulation.h"
#include "lerl/bench/child.h"
#include "lerl/bench/generated_data.h"
#include "lerl/bench/ledger_server.h"
#include "lerl/sql_cells/make_cell_ledger.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr int64_t kManyWorkers = 1000, kManyCells = 100'000;
constexpr double kWorkersOfAMachine = 256;      // as many as --jobs takes
constexpr double kMinute_s = 60, kBeat_s = 10;  // a cell; a sixth of the lease
constexpr int kWorkersAtOnce = 8;
constexpr int64_t kCellsMeasured = 400, kBeatsMeasured = 800;
constexpr double kMostOfACell = 0.05;  // that the ledger may cost of the smallest cell

double SecondsFrom(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::vector<Cell> CellsNamed(int64_t count) {
  std::vector<Cell> cells;
  for (int64_t n = 0; n < count; ++n) cells.push_back({.name = "cell-" + std::to_string(n)});
  return cells;
}

// A database that holds ledgers, one for each repeat by the name of its study.
struct Database {
  std::string name, url;
  double workers = 0;  // that it is to serve
  int studies = 0;

  std::unique_ptr<CellLedger> Open() const { return MakeCellLedger(url, "bench"); }
  std::string NewStudy(int64_t cells) {
    const std::string id = "bench:" + std::to_string(studies++);
    Open()->Put({.id = id}, CellsNamed(cells));
    return id;
  }
};

// Seconds in which so many workers, each with a connection, take and finish all cells of a study.
double TakeAll(Database& database, int workers, int64_t cells) {
  const std::string study = database.NewStudy(cells);
  std::vector<std::unique_ptr<CellLedger>> ledgers;
  for (int w = 0; w < workers; ++w) ledgers.push_back(database.Open());
  const Clock::time_point start = Clock::now();
  std::vector<std::thread> threads;
  for (int w = 0; w < workers; ++w)
    threads.emplace_back([&, w] {
      CellLedger& ledger = *ledgers[At(w)];
      while (const auto claim = ledger.Take(study, "w" + std::to_string(w)))
        LERL_CHECK(ledger.Finish(*claim));
    });
  for (std::thread& thread : threads) thread.join();
  const double seconds = SecondsFrom(start);
  const StudyCounts counts = ledgers[0]->Counts(study);
  LERL_CHECK_EQ(counts.done, cells);
  LERL_CHECK_EQ(counts.claims, cells);
  return seconds;
}

// Seconds of `beats` signs of life by so many workers at once.
double BeatAll(Database& database, int workers, int64_t beats) {
  const std::string study = database.NewStudy(workers);
  std::vector<std::thread> threads;
  std::vector<std::unique_ptr<CellLedger>> ledgers;
  std::vector<CellClaim> claims;
  for (int w = 0; w < workers; ++w) {
    ledgers.push_back(database.Open());
    claims.push_back(ledgers.back()->Take(study, "w" + std::to_string(w)).value());
  }
  const Clock::time_point start = Clock::now();
  for (int w = 0; w < workers; ++w)
    threads.emplace_back([&, w] {
      for (int64_t n = 0; n < beats / workers; ++n)
        LERL_CHECK(ledgers[At(w)]->Beat(claims[At(w)], n));
    });
  for (std::thread& thread : threads) thread.join();
  return SecondsFrom(start);
}

BenchRow RowOf(std::string name, double value, std::string unit, double bar, bool lower,
               std::string note) {
  BenchRow row;
  row.name = std::move(name);
  row.unit = std::move(unit);
  row.value = row.low = row.high = value;
  row.bar = bar;
  row.lower_is_better = lower;
  row.note = std::move(note);
  return row;
}

// Workers with cells of a minute whose calls fill half of the time of a database, docs/scaling.md.
double WorkersServed(const CallSeconds& calls) {
  const double per_cell = calls.take + calls.finish + calls.beat * kMinute_s / kBeat_s;
  return 0.5 * kMinute_s / per_cell;
}

// Adds what a database does. Returns what calls of many workers at once
// cost, the time of all divided by their number.
CallSeconds AddRates(Database& database, double smallest_cell, const BenchOptions& options,
                     std::vector<BenchRow>& rows) {
  const double workers = database.workers;
  const std::string name = "scale/" + database.name + "/";
  double cells_per_s = 0;
  for (const int count : {1, kWorkersAtOnce}) {
    rows.push_back(Measure(name + "cells/" + std::to_string(count), "cells/s", workers / kMinute_s,
                           options.repeats, [&] {
                             return static_cast<double>(kCellsMeasured) /
                                    TakeAll(database, count, kCellsMeasured);
                           }));
    rows.back().note = "taken and finished, by so many workers at once";
    cells_per_s = rows.back().value;
    if (count > 1) continue;
    rows.push_back(RowOf(name + "share-of-smallest-cell", 1 / (cells_per_s * smallest_cell),
                         "of a cell", kMostOfACell, true,
                         "claim and end, beside `lerl train` of one iteration"));
  }
  rows.push_back(Measure(name + "beats/" + std::to_string(kWorkersAtOnce), "beats/s",
                         workers / kBeat_s, options.repeats, [&] {
                           return static_cast<double>(kBeatsMeasured) /
                                  BeatAll(database, kWorkersAtOnce, kBeatsMeasured);
                         }));
  const CallSeconds calls{
      .take = 0.5 / cells_per_s, .beat = 1 / rows.back().value, .finish = 0.5 / cells_per_s};
  rows.push_back(RowOf(name + "workers-served", WorkersServed(calls), "workers", workers, false,
                       "with cells of a minute, at half load"));
  rows.push_back(MeasureSeconds(name + "put-100k", 30, 1, [&] { database.NewStudy(kManyCells); }));
  return calls;
}

// The shortest run that is of any use, from exec to exit of `lerl train`.
double SecondsOfSmallestCell(const TemporaryFolder& folder) {
  const fs::path config = folder.path() / "cell.toml";
  WriteFileWhole(config,
                 "[planner]\nname = \"none\"\n[agent]\nwarm_start.steps = 1\n[train]\nseeds = [1]\n"
                 "iterations = 1\nsessions = 8\nslots = 8\nvalid_users = 1\n");
  int run = 0;
  return Measure("", "s", std::nullopt, 3,
                 [&] {
                   const Clock::time_point start = Clock::now();
                   RunChild({"train", "--config", config.string(), "--out",
                             (folder.path() / std::to_string(run++)).string()});
                   return SecondsFrom(start);
                 })
      .value;
}

void AddSimulation(const CallSeconds& calls, const std::string& of, std::vector<BenchRow>& rows) {
  const SimulatedStudy study{.workers = kManyWorkers, .cells = kManyCells, .calls = calls};
  const Clock::time_point start = Clock::now();
  const SimulationResult result = SimulateStudy(study);
  const std::string note = std::to_string(kManyWorkers) + " workers, cells of a minute, calls as " +
                           of + " answers them; " + std::to_string(result.deaths) + " deaths, " +
                           std::to_string(result.stalls) + " stalls";
  rows.push_back(RowOf("scale/simulation/not-done-once",
                       static_cast<double>(kManyCells - result.done_once), "cells", 0, true, note));
  rows.push_back(RowOf("scale/simulation/efficiency", result.efficiency(), "of the ideal", 0.95,
                       false, "ideal: the work of the cells divided by the workers"));
  rows.push_back(RowOf("scale/simulation/ledger-busy", result.ledger_busy, "of the time", 0.5, true,
                       std::to_string(result.calls) + " calls"));
  rows.push_back(RowOf("scale/simulation/late", static_cast<double>(result.late), "ends",
                       static_cast<double>(result.stalls), true,
                       "of workers that had stalled, and whose cell was taken again"));
  rows.push_back(RowOf("scale/simulation/seconds", SecondsFrom(start), "s", 300, true,
                       "of this machine, against the tables of SQLite"));
}

}  // namespace

std::vector<BenchRow> BenchScale(const BenchOptions& options) {
  const TemporaryFolder folder;
  std::vector<BenchRow> rows;
  std::vector<Database> databases = {
      {"sqlite", (folder.path() / "cells.db").string(), kWorkersOfAMachine}};
  const std::unique_ptr<LedgerServer> server = LedgerServer::Start();
  if (server != nullptr)
    databases.push_back({"postgres", server->url(), static_cast<double>(kManyWorkers)});
  const double smallest = SecondsOfSmallestCell(folder);
  CallSeconds calls;
  for (Database& database : databases) calls = AddRates(database, smallest, options, rows);
  AddSimulation(calls, databases.back().name, rows);
  return rows;
}

}  // namespace lerl
