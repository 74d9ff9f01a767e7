#pragma once
// Benchmarks. Each checks its answer, repeats, and reports the median with its spread. Beside it
// stand what a peer does (measured on one core of another machine; constants here) and what this
// machine can do (bench/machine.h).

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace lerl {

struct Dataset;
struct Split;

struct BenchRow {
  std::string name;           // "env/whole-session/32"
  double value = 0;           // median over the repeats
  std::string unit;           // "user-steps/s"
  double low = 0, high = 0;   // smallest and largest repeat
  std::optional<double> bar;  // what `value` must reach (rates) or stay under (seconds, MB)
  bool lower_is_better = false;
  std::string note = {};  // such as tokens per plan, or what the work is
  std::string peer = {};  // whose figure `peer_value` is; empty: none
  double peer_value = 0;  // in the row's unit
  bool holds() const { return !bar || (lower_is_better ? value <= *bar : value >= *bar); }
};

struct BenchOptions {
  int repeats = 5;
  double seconds = 2;  // at least this long per repeat, where work can be repeated
  std::string agent = "ppo";
  bool same_work = false;              // of BenchTrain: the peers' networks and learned states
  std::string task = "whole_session";  // of BenchEnv and BenchTrain: whole_session or matrix
  std::string model;                   // GGUF; empty: the default
  int64_t requests = 400'000;          // of BenchServe, over which memory is looked at
  int64_t items = 1'000'000;           // of BenchServe's generated catalogue
};

// Calls `run` once to warm up and then `repeats` times; `run` returns the figure of one repeat.
BenchRow Measure(std::string name, std::string unit, std::optional<double> bar, int repeats,
                 const std::function<double()>& run);
// The same for work that must take at most `bar` seconds.
BenchRow MeasureSeconds(const std::string& name, double bar, int repeats,
                        const std::function<void()>& work);

std::vector<BenchRow> BenchEnv(const BenchOptions& options);            // env_bench.cc
std::vector<BenchRow> BenchMatrixEnv(const BenchOptions& options);      // matrix_env_bench.cc
std::vector<BenchRow> BenchGrowth(const BenchOptions& options);         // env_bench.cc
std::vector<BenchRow> BenchTrain(const BenchOptions& options);          // train_bench.cc
std::vector<BenchRow> BenchRanks(const BenchOptions& options);          // ranks_bench.cc
std::vector<BenchRow> BenchResponseModel(const BenchOptions& options);  // response_bench.cc
std::vector<BenchRow> BenchStart(const BenchOptions& options);          // start_bench.cc
std::vector<BenchRow> BenchMemory(const BenchOptions& options);         // memory_bench.cc
std::vector<BenchRow> BenchPlanner(const BenchOptions& options);        // planner_bench.cc
std::vector<BenchRow> BenchEndpoint(const BenchOptions& options);       // endpoint_bench.cc
std::vector<BenchRow> BenchStudent(const BenchOptions& options);        // student_bench.cc
std::vector<BenchRow> BenchWishes(const BenchOptions& options, const Dataset& dataset,
                                  const Split& split);           // wish_bench.cc
std::vector<BenchRow> BenchTuning(const BenchOptions& options);  // tuning_bench.cc
std::vector<BenchRow> BenchData(const BenchOptions& options);    // data_bench.cc
std::vector<BenchRow> BenchServe(const BenchOptions& options);   // serve_bench.cc
std::vector<BenchRow> BenchPython(const BenchOptions& options);  // python_bench.cc
std::vector<BenchRow> BenchScale(const BenchOptions& options);   // scale_bench.cc
// Every row of the project's table of bars, each benchmark in a process of its own.
std::vector<BenchRow> BenchAll(const BenchOptions& options);  // all_bench.cc

// {"rows": [{"name", "value", "unit", "low", "high", "holds",
//            "bar",                        null without one
//            "lower_is_better",
//            "note",                       where there is one
//            "peer": {"name", "value"}}],  where there is one
//  "commit", "machine", "gemm_gflops", "memory_gbs"}
std::string BenchJson(const std::vector<BenchRow>& rows);
// The same as a table for people.
std::string BenchTable(const std::vector<BenchRow>& rows);
BenchRow RowOfJson(const nlohmann::json& json);  // of an entry of "rows"

}  // namespace lerl
