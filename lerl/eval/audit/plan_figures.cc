#include "lerl/eval/audit/plan_figures.h"

#include <algorithm>
#include <numeric>

#include "lerl/base/index.h"
#include "lerl/base/math.h"

namespace lerl {
namespace {

constexpr const char* kMeans[] = {"NDCG@5",     "NDCG@5 truth", "recall@5", "repeats",
                                  "popularity", "invalid",      "widened"};

// Coverage of the categories that were planned at all.
double ShareOfSeen(std::span<const int64_t> by_count) {
  const auto all =
      static_cast<double>(std::accumulate(by_count.begin(), by_count.end(), int64_t{0}));
  return 1 - static_cast<double>(by_count[0]) / all;
}

double SumOf(const std::vector<int32_t>& counts) {
  return static_cast<double>(std::accumulate(counts.begin(), counts.end(), int64_t{0}));
}

}  // namespace

PlanFigures::PlanFigures(size_t seeds, size_t users, int64_t states, int64_t categories)
    : states_(states) {
  for (const char* name : kMeans) means_.emplace_back(name, std::vector<SessionValues>(seeds));
  for (auto& [name, values] : means_)
    for (SessionValues& of_seed : values) of_seed.numerator.assign(users, 0);
  planned_.resize(seeds);
  for (SessionValues& of_seed : planned_)
    of_seed = {.members = std::vector<std::vector<int32_t>>(users),
               .universe = categories,
               .pool = ShareOfSeen};
}

void PlanFigures::Add(size_t seed, size_t user, const JudgedPlan& judged) {
  const auto states = static_cast<double>(states_);
  // 1. The first categories of the ranking.
  const std::vector<int16_t>& ranked = judged.plan.ranking;
  const auto first = std::min(kJudgedFirst, std::ssize(ranked));
  const std::vector<size_t> ranking(ranked.begin(), ranked.begin() + first);
  const std::vector<int32_t>& next = judged.next.liked;
  double found = 0;
  for (const size_t c : ranking) found += next[c];
  const std::vector<float> likes(next.begin(), next.end());
  Add("NDCG@5", seed, user, Ndcg(likes, ranking) / states);
  Add("NDCG@5 truth", seed, user, Ndcg(judged.worth, ranking) / states);
  Add("recall@5", seed, user, found / std::max(SumOf(next), 1.0) / states);
  // 2. The categories of the plan.
  const std::vector<uint8_t>& plan = judged.plan.plan;
  double planned = 0, repeated = 0, popular = 0;
  for (size_t c = 0; c < plan.size(); ++c) {
    if (plan[c] == 0) continue;
    ++planned;
    if (judged.before != nullptr) repeated += (*judged.before)[c];
    popular += static_cast<double>(judged.everyone.liked[c]);
    planned_[seed].members[user].push_back(static_cast<int32_t>(c));
  }
  if (judged.before != nullptr)
    Add("repeats", seed, user, repeated / planned / static_cast<double>(states_ - 1));
  Add("popularity", seed, user,
      popular / SumOf(judged.everyone.liked) / planned * static_cast<double>(plan.size()) / states);
  // 3. How it came about.
  Add("invalid", seed, user, judged.plan.origin == PlanOrigin::kFallback ? 1 / states : 0);
  Add("widened", seed, user, judged.plan.widened > 0 ? 1 / states : 0);
}

void PlanFigures::Add(const std::string& name, size_t seed, size_t user, double value) {
  for (auto& [metric, values] : means_)
    if (metric == name) values[seed].numerator[user] += value;
}

std::vector<std::pair<std::string, CrossedTable>> PlanFigures::Tables() const {
  std::vector<std::pair<std::string, CrossedTable>> tables;
  for (const auto& [name, values] : means_) tables.emplace_back(name, MakeCrossedTable(values));
  tables.emplace_back("coverage", MakeCrossedTable(planned_));
  return tables;
}

}  // namespace lerl
