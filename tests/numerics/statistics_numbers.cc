// Prints, as JSON, tables of users x seeds with the intervals that lerl/eval/statistics.h gives
// them; check_statistics.py computes the same with numpy and scipy.

#include <cstdio>
#include <nlohmann/json.hpp>
#include <numeric>

#include "lerl/base/rng.h"
#include "lerl/eval/evaluation.h"
#include "lerl/eval/quantiles.h"
#include "lerl/eval/statistics.h"

namespace lerl {
namespace {

using nlohmann::json;

// Values n_us (and d_us of a ratio) with effects of users and seeds.
std::vector<SessionValues> Draw(uint64_t stream, int seeds, int users, bool ratio) {
  Rng rng(stream, "numbers");
  std::vector<double> user_effects(static_cast<size_t>(users));
  for (double& effect : user_effects) effect = rng.Normal();
  std::vector<SessionValues> by_seed(static_cast<size_t>(seeds));
  for (SessionValues& values : by_seed) {
    const double seed_effect = 0.3 * rng.Normal();
    for (const double user : user_effects) {
      values.numerator.push_back(10 + user + seed_effect + rng.Normal());
      if (ratio) values.denominator.push_back(static_cast<double>(11 + rng.Below(10)));
    }
  }
  return by_seed;
}

std::vector<SessionValues> DrawSets(int seeds, int users, int universe) {
  Rng rng(9, "sets");
  std::vector<SessionValues> by_seed(static_cast<size_t>(seeds));
  for (SessionValues& values : by_seed) {
    values.universe = universe;
    values.pool = [](std::span<const int64_t> by_count) {
      const auto seen = std::accumulate(by_count.begin() + 1, by_count.end(), int64_t{0});
      return static_cast<double>(seen) / static_cast<double>(seen + by_count[0]);
    };
    for (int u = 0; u < users; ++u) {
      std::vector<int32_t> set;
      for (int32_t i = 0; i < universe; ++i) {
        if (rng.Bernoulli(0.1)) set.push_back(i);
      }
      values.members.push_back(set);
    }
  }
  return by_seed;
}

json Describe(const std::vector<SessionValues>& by_seed) {
  json out = {{"numerator", json::array()},
              {"denominator", json::array()},
              {"sets", json::array()},
              {"universe", by_seed[0].universe},
              {"interval", CrossedInterval(MakeCrossedTable(by_seed))}};
  for (const SessionValues& values : by_seed) {
    out["numerator"].push_back(values.numerator);
    out["denominator"].push_back(values.denominator);
    out["sets"].push_back(values.members);
  }
  return out;
}

json Numbers() {
  json out = {{"quantiles", json::array()}, {"tables", json::array()}};
  for (const int64_t degrees : {1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 30, 101, 1000}) {
    for (const double central : {0.5, 0.9, 0.95, 0.99}) {
      out["quantiles"].push_back({degrees, central, StudentQuantile(central, degrees)});
    }
  }
  for (const int seeds : {2, 3, 5, 12}) {
    const uint64_t stream = static_cast<uint64_t>(seeds);
    out["tables"].push_back(Describe(Draw(stream, seeds, 40, false)));
    out["tables"].push_back(Describe(Draw(stream + 100, seeds, 40, true)));
  }
  out["tables"].push_back(Describe(DrawSets(3, 12, 60)));
  const auto policy = Draw(7, 3, 40, true), reference = Draw(8, 3, 40, true);
  out["pair"] = {
      Describe(policy), Describe(reference),
      ComparePaired(MakeCrossedTable(policy), MakeCrossedTable(reference), true).difference};
  return out;
}

}  // namespace
}  // namespace lerl

int main() { std::printf("%s\n", lerl::Numbers().dump().c_str()); }
