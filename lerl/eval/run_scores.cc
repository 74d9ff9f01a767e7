#include "lerl/eval/run_scores.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"

namespace lerl {
namespace {

constexpr int kScoreResamples = 2000;

void CheckShape(const RunScores& scores) {
  LERL_CHECK(scores.runs > 0 && scores.tasks > 0);
  LERL_CHECK_EQ(std::ssize(scores.values), scores.runs * scores.tasks);
}

// Writes a resample [R, T]: each task draws its own runs.
void Resample(const RunScores& scores, Rng& rng, std::vector<double>& values) {
  values.resize(scores.values.size());
  for (size_t cell = 0; cell < values.size(); ++cell) {
    const size_t task = cell % At(scores.tasks);
    const size_t run = rng.Below(static_cast<uint64_t>(scores.runs));
    values[cell] = scores.values[run * At(scores.tasks) + task];
  }
}

// The 95% percentiles of what `draw` gives, around `estimate`.
Interval Percentiles(double estimate, const std::function<double()>& draw) {
  std::vector<double> draws;
  for (int i = 0; i < kScoreResamples; ++i) draws.push_back(draw());
  return {estimate, PercentileOf(draws, 0.025), PercentileOf(draws, 0.975)};
}

double MeanOfMiddleHalf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto cut = static_cast<std::ptrdiff_t>(values.size() / 4);
  return std::accumulate(values.begin() + cut, values.end() - cut, 0.0) /
         static_cast<double>(std::ssize(values) - 2 * cut);
}

}  // namespace

RunScores ScoresOf(const CrossedTable& table) {
  LERL_CHECK(table.of_sessions);
  return {.runs = table.seeds, .tasks = table.users, .values = table.cells};
}

double InterquartileMean(const RunScores& scores) {
  CheckShape(scores);
  return MeanOfMiddleHalf({scores.values.begin(), scores.values.end()});
}

double ProbabilityOfImprovement(const RunScores& x, const RunScores& y) {
  CheckShape(x);
  CheckShape(y);
  LERL_CHECK_EQ(x.tasks, y.tasks);
  int64_t wins = 0, ties = 0;
  for (int64_t i = 0; i < x.runs; ++i) {
    const std::span<const double> of_x = RowOf(x.values, i, x.tasks);
    for (int64_t j = 0; j < y.runs; ++j) {
      const std::span<const double> of_y = RowOf(y.values, j, y.tasks);
      for (size_t task = 0; task < of_x.size(); ++task) {
        wins += of_x[task] > of_y[task];
        ties += of_x[task] == of_y[task];
      }
    }
  }
  // Every task has the same number of pairs, so the mean over tasks is that over all pairs.
  return (static_cast<double>(wins) + static_cast<double>(ties) / 2) /
         static_cast<double>(x.runs * y.runs * x.tasks);
}

Interval InterquartileMeanInterval(const RunScores& scores) {
  Rng rng(0, "interquartile mean");
  std::vector<double> values;
  return Percentiles(InterquartileMean(scores), [&] {
    Resample(scores, rng, values);
    return MeanOfMiddleHalf(values);
  });
}

Interval ProbabilityOfImprovementInterval(const RunScores& x, const RunScores& y) {
  Rng rng(0, "probability of improvement");
  std::vector<double> of_x, of_y;
  return Percentiles(ProbabilityOfImprovement(x, y), [&] {
    Resample(x, rng, of_x);
    Resample(y, rng, of_y);
    return ProbabilityOfImprovement({x.runs, x.tasks, of_x}, {y.runs, y.tasks, of_y});
  });
}

}  // namespace lerl
