#pragma once
// Benchmarks: each checks its answer, repeats, and reports the median with its spread.

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace lerl {

struct BenchRow {
  std::string name;           // "env/whole-session/32"
  double value = 0;           // median over the repeats
  std::string unit;           // "user-steps/s"
  double low = 0, high = 0;   // smallest and largest repeat
  std::optional<double> bar;  // what it must reach (rates) or stay under (seconds, MB)
  bool lower_is_better = false;
  std::string note;  // a peer's figure, tokens per plan, ...
  bool holds() const { return !bar || (lower_is_better ? value <= *bar : value >= *bar); }
};

struct BenchOptions {
  int repeats = 5;
  double seconds = 2;  // at least this long per repeat, where work can be repeated
  std::string agent = "ppo";
  std::string task = "whole_session";  // of BenchEnv: whole_session or matrix
  std::string model;                   // GGUF; empty: the default
};

// Runs `run` once to warm up and `repeats` times; `run` returns the figure of one repeat.
BenchRow Measure(std::string name, std::string unit, std::optional<double> bar, int repeats,
                 const std::function<double()>& run);

std::vector<BenchRow> BenchEnv(const BenchOptions& options);        // bench/env_bench.cc
std::vector<BenchRow> BenchMatrixEnv(const BenchOptions& options);  // bench/matrix_env_bench.cc
std::vector<BenchRow> BenchTrain(const BenchOptions& options);      // bench/train_bench.cc
std::vector<BenchRow> BenchPlanner(const BenchOptions& options);    // bench/planner_bench.cc
std::vector<BenchRow> BenchEndpoint(const BenchOptions& options);   // bench/endpoint_bench.cc
std::vector<BenchRow> BenchData(const BenchOptions& options);       // bench/data_bench.cc

// {"rows": [...], "commit": "...", "machine": "..."} and the same as a table.
std::string BenchJson(const std::vector<BenchRow>& rows);
std::string BenchTable(const std::vector<BenchRow>& rows);

}  // namespace lerl
