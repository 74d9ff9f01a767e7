#include "lerl/bench/bench.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "lerl/base/check.h"
#include "lerl/base/version.h"
#include "lerl/bench/machine.h"

namespace lerl {
namespace {

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

BenchRow MeasureSeconds(const std::string& name, double bar, int repeats,
                        const std::function<void()>& work) {
  BenchRow row = Measure(name, "s", bar, repeats, [&] {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  });
  row.lower_is_better = true;
  return row;
}

std::string BenchJson(const std::vector<BenchRow>& rows) {
  nlohmann::json list = nlohmann::json::array();
  for (const BenchRow& row : rows) {
    nlohmann::json entry = {{"name", row.name}, {"value", row.value}, {"unit", row.unit},
                            {"low", row.low},   {"high", row.high},   {"holds", row.holds()}};
    entry["bar"] = row.bar ? nlohmann::json(*row.bar) : nlohmann::json();
    entry["lower_is_better"] = row.lower_is_better;
    if (!row.note.empty()) entry["note"] = row.note;
    if (!row.peer.empty()) entry["peer"] = {{"name", row.peer}, {"value", row.peer_value}};
    list.push_back(entry);
  }
  const MachineFigures& machine = ThisMachine();
  return nlohmann::json{{"rows", list},
                        {"commit", Commit()},
                        {"machine", machine.name},
                        {"gemm_gflops", machine.gemm_gflops},
                        {"memory_gbs", machine.memory_gbs}}
             .dump(2) +
         "\n";
}

BenchRow RowOfJson(const nlohmann::json& json) {
  BenchRow row;
  row.name = json.at("name");
  row.value = json.at("value");
  row.unit = json.at("unit");
  row.low = json.at("low");
  row.high = json.at("high");
  if (!json.at("bar").is_null()) row.bar = json.at("bar").get<double>();
  row.lower_is_better = json.at("lower_is_better");
  row.note = json.value("note", "");
  if (json.contains("peer")) {
    row.peer = json.at("peer").at("name");
    row.peer_value = json.at("peer").at("value");
  }
  return row;
}

std::string BenchTable(const std::vector<BenchRow>& rows) {
  std::string table;
  char line[512];
  for (const BenchRow& row : rows) {
    std::string bar;
    if (row.bar)
      bar = std::string(row.lower_is_better ? "at most " : "at least ") + Figure(*row.bar) +
            (row.holds() ? ": holds" : ": MISSED");
    if (!row.peer.empty()) bar += "  " + row.peer + " " + Figure(row.peer_value);
    std::snprintf(line, sizeof(line), "%-28s %10s %-14s [%s, %s]  %s", row.name.c_str(),
                  Figure(row.value).c_str(), row.unit.c_str(), Figure(row.low).c_str(),
                  Figure(row.high).c_str(), bar.c_str());
    table += line;
    if (!row.note.empty()) table += "  (" + row.note + ")";
    table += "\n";
  }
  const MachineFigures& machine = ThisMachine();
  return table + "commit " + Commit() + " on " + machine.name +
         "; one core here: " + Figure(machine.gemm_gflops) +
         " GFLOP/s in matrix products, memory " + Figure(machine.memory_gbs) + " GB/s\n";
}

}  // namespace lerl
