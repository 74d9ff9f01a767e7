#include "lerl/bench/bench.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "lerl/base/check.h"
#include "lerl/base/version.h"

namespace lerl {
namespace {

// The processor's name and number of cores.
std::string Machine() {
  std::ifstream file("/proc/cpuinfo");
  std::string line, model = "unknown processor";
  while (std::getline(file, line)) {
    if (!line.starts_with("model name")) continue;
    const size_t colon = line.find(": ");
    if (colon != std::string::npos) model = line.substr(colon + 2);
    break;
  }
  return model + ", " + std::to_string(std::thread::hardware_concurrency()) + " cores";
}

// Four significant digits, and no exponent for large counts.
std::string Figure(double value) {
  char text[64];
  std::snprintf(text, sizeof(text), std::abs(value) >= 1000 ? "%.0f" : "%.4g", value);
  return text;
}

}  // namespace

BenchRow Measure(std::string name, std::string unit, std::optional<double> bar, int repeats,
                 const std::function<double()>& run) {
  LERL_CHECK_GT(repeats, 0);
  run();
  std::vector<double> figures;
  for (int i = 0; i < repeats; ++i) figures.push_back(run());
  std::ranges::sort(figures);
  const size_t middle = figures.size() / 2;
  BenchRow row;
  row.name = std::move(name);
  row.unit = std::move(unit);
  row.bar = bar;
  row.value =
      figures.size() % 2 == 1 ? figures[middle] : (figures[middle - 1] + figures[middle]) / 2;
  row.low = figures.front();
  row.high = figures.back();
  return row;
}

std::string BenchJson(const std::vector<BenchRow>& rows) {
  nlohmann::json list = nlohmann::json::array();
  for (const BenchRow& row : rows) {
    nlohmann::json entry = {{"name", row.name}, {"value", row.value}, {"unit", row.unit},
                            {"low", row.low},   {"high", row.high},   {"holds", row.holds()}};
    entry["bar"] = row.bar ? nlohmann::json(*row.bar) : nlohmann::json();
    if (!row.note.empty()) entry["note"] = row.note;
    list.push_back(entry);
  }
  return nlohmann::json{{"rows", list}, {"commit", Commit()}, {"machine", Machine()}}.dump(2) +
         "\n";
}

std::string BenchTable(const std::vector<BenchRow>& rows) {
  std::string table;
  char line[512];
  for (const BenchRow& row : rows) {
    std::string bar;
    if (row.bar)
      bar = std::string(row.lower_is_better ? "at most " : "at least ") + Figure(*row.bar) +
            (row.holds() ? ": holds" : ": MISSED");
    std::snprintf(line, sizeof(line), "%-28s %10s %-14s [%s, %s]  %s", row.name.c_str(),
                  Figure(row.value).c_str(), row.unit.c_str(), Figure(row.low).c_str(),
                  Figure(row.high).c_str(), bar.c_str());
    table += line;
    if (!row.note.empty()) table += "  (" + row.note + ")";
    table += "\n";
  }
  return table + "commit " + Commit() + " on " + Machine() + "\n";
}

}  // namespace lerl
