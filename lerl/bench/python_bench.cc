// The Python package beside the engine that it wraps: steps of the same environments with the same
// slates, by Python's loop and by one of C++ in the same module, in turns, in one process of
// Python; with the default response model, and with factors alone (response_model.model = "mf"),
// where a step of the engine is cheapest. What LERL_PYTHON names (python3 if nothing) must be able
// to import lerl.

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "lerl/base/child_process.h"
#include "lerl/base/error.h"
#include "lerl/base/json_text.h"
#include "lerl/bench/bench.h"

namespace lerl {
namespace {

constexpr double kLargeBar = 5, kSmallBar = 30;  // % of the engine's steps/s, at 1,024 and 32
constexpr double kImportBar = 0.3;               // seconds

std::string Python() {
  const char* named = std::getenv("LERL_PYTHON");
  return named != nullptr && *named != '\0' ? named : "/usr/bin/python3";
}

BenchRow RowOf(const std::string& name, const std::string& unit, std::vector<double> values,
               double bar) {
  std::ranges::sort(values);
  return {.name = name,
          .value = values[values.size() / 2],
          .unit = unit,
          .low = values.front(),
          .high = values.back(),
          .bar = bar,
          .lower_is_better = true};
}

}  // namespace

std::vector<BenchRow> BenchPython(const BenchOptions& options) {
  nlohmann::json said;
  try {
    said = ParseJson(OutputOf(Python(), {"-m", "lerl.bench", std::to_string(options.repeats)}));
  } catch (const Error& error) {
    throw Error(ErrorKind::kUsage, "bench python: " + Python() +
                                       " can't run lerl.bench; install the package for it, or "
                                       "name another Python by LERL_PYTHON (" +
                                       error.what() + ")");
  }
  std::vector<BenchRow> rows;
  for (const std::string world : {"overhead", "overhead_of_factors"}) {
    for (const auto& [envs, measured] : said.at(world).items()) {
      BenchRow row = RowOf("python/" + world + "/" + envs, "%", measured.at("percent"),
                           envs == "32" ? kSmallBar : kLargeBar);
      row.note = "of the engine's steps/s; by Python " +
                 std::to_string(measured.at("python").get<int64_t>()) + " user-steps/s";
      rows.push_back(row);
    }
  }
  rows.push_back(RowOf("python/import", "s", said.at("import"), kImportBar));
  return rows;
}

}  // namespace lerl
