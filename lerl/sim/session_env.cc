#include "lerl/sim/session_env.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/math.h"
#include "lerl/base/parallel.h"
#include "lerl/data/prices.h"
#include "lerl/sim/env_config.h"

namespace lerl {
namespace {

std::vector<double> WeightsOf(const EnvConfig& config, const Dataset& dataset) {
  const auto behaviours = At(dataset.num_behaviours());
  if (config.reward_weights.empty()) {
    std::vector<double> weights(behaviours);
    weights[0] = 1;
    return weights;
  }
  if (config.reward_weights.size() != behaviours)
    throw Error(ErrorKind::kConfig,
                "env.reward_weights: " + std::to_string(config.reward_weights.size()) +
                    " weights for " + std::to_string(behaviours) + " behaviours of " +
                    dataset.name + "; give one for each");
  return config.reward_weights;
}

double LargestReward(const std::vector<double>& weights) {
  double sum = 0;
  for (const double weight : weights) sum += std::max(weight, 0.0);
  return sum;
}

// The rewards of a slate as they add up, before the mean over the slate.
struct Sums {
  double drawn = 0, expected = 0;
  void Add(double weight, bool yes, float p) {
    drawn += yes ? weight : 0;
    expected += weight * static_cast<double>(p);
  }
};

}  // namespace

std::vector<float> PriceFactors(const EnvConfig& config, const Dataset& dataset) {
  const double v = config.value_weight;
  if (v == 0) return {};
  std::vector<float> factors = AllPrices(dataset);
  if (factors.empty())
    throw Error(ErrorKind::kConfig,
                "env.value_weight: " + dataset.name +
                    " has no prices; name their column in its description (price = \"price\"), or "
                    "set env.value_weight = 0");
  const double mean =
      std::accumulate(factors.begin(), factors.end(), 0.0) / static_cast<double>(factors.size());
  for (float& factor : factors)
    factor = static_cast<float>(1 - v + v * static_cast<double>(factor) / mean);
  return factors;
}

SessionEnv::SessionEnv(const Dataset& dataset, const Split& split, const ResponseModel& model,
                       std::span<const float> item_vectors, const EnvConfig& config, int slots,
                       int threads, int64_t visits)
    : SlotEnv(dataset, split, config,
              visits * LongestSession(config, LargestReward(WeightsOf(config, dataset))), slots),
      model_(model),
      vectors_(item_vectors),
      weights_(WeightsOf(config, dataset)),
      factors_(PriceFactors(config, dataset)),
      threads_(threads),
      width_(std::ssize(item_vectors) / dataset.num_items()),
      state_(model.NewState(slots)),
      pleasure_(At(slots)) {
  LERL_CHECK_EQ(static_cast<int64_t>(model.num_items()), dataset.num_items());
  LERL_CHECK_EQ(static_cast<int64_t>(model.num_behaviours()), dataset.num_behaviours());
  LERL_CHECK_EQ(std::ssize(item_vectors) % dataset.num_items(), 0);
  LERL_CHECK(config.rho == 0 || !item_vectors.empty());
  for (const std::string& name : config.rules) {
    const LeaveRuleRow& row = FindLeaveRule(name);
    rules_.push_back({row.make(dataset, config, slots), row.truncates});
  }
}

void SessionEnv::Start(int slot, int32_t user, uint64_t session_seed) {
  Open(slot, user, session_seed);
  const std::span<const int32_t> past = PastItems(user);
  const int64_t begin = dataset().RowsBegin(user), end = begin + std::ssize(past);
  std::vector<Interaction> history;
  for (int64_t row = std::max(begin, end - config().history); row < end; ++row) {
    Interaction& seen = history.emplace_back(Interaction{dataset().items[At(row)], 0});
    for (int64_t f = 0; f < dataset().num_behaviours(); ++f)
      seen.responses |= uint32_t{dataset().responses[At(f)][At(row)]} << f;
  }
  model_.Start(*state_, slot, user, history);
  StartRules(slot);
}

void SessionEnv::StartRules(int slot) {
  for (Rule& rule : rules_) rule.rule->Start(slot);
}

// The mean cosine of each item with the rest of the slate: [K]; 0 for a slate of one.
std::vector<float> SessionEnv::Similarity(std::span<const int32_t> slate) const {
  std::vector<float> sums(slate.size());
  if (config().rho == 0 || slate.size() < 2) return sums;
  for (size_t k = 0; k < slate.size(); ++k) {
    for (size_t j = 0; j < k; ++j) {
      const float* a = &vectors_[At(slate[k] * width_)];
      const float* b = &vectors_[At(slate[j] * width_)];
      float cosine = 0;
      for (int64_t d = 0; d < width_; ++d) cosine += a[d] * b[d];
      sums[k] += cosine;
      sums[j] += cosine;
    }
  }
  for (float& sum : sums) sum /= static_cast<float>(slate.size() - 1);
  return sums;
}

// Writes the probabilities, responses and rewards of slot b. logits [K, F].
void SessionEnv::Answer(int b, std::span<const int32_t> slate, std::span<const float> logits,
                        StepResult& result) {
  const auto size = std::ssize(slate);
  const int64_t behaviours = dataset().num_behaviours();
  const std::vector<float> similarity = Similarity(slate);
  const auto rho = static_cast<float>(config().rho);
  Sums reward, pleasure;
  for (int64_t k = 0; k < size; ++k) {
    uint32_t bits = 0;
    const auto factor = static_cast<double>(PriceFactor(factors_, slate[At(k)]));
    for (int64_t f = 0; f < behaviours; ++f) {
      const float p =
          std::clamp(Sigmoid(logits[At(k * behaviours + f)]) - rho * similarity[At(k)], 0.0f, 1.0f);
      const bool yes = SlotAt(b).rng.Bernoulli(static_cast<double>(p));
      bits |= uint32_t{yes} << f;
      reward.Add(factor * weights_[At(f)], yes, p);
      pleasure.Add(weights_[At(f)], yes, p);
      result.probabilities[At((b * size + k) * behaviours + f)] = p;
    }
    result.responses[At(b * size + k)] = bits;
  }
  const auto mean = [size](double sum) {
    return static_cast<float>(sum / static_cast<double>(size));
  };
  result.rewards[At(b)] = mean(reward.drawn);
  result.expected[At(b)] = mean(reward.expected);
  pleasure_[At(b)] = {mean(pleasure.drawn), mean(pleasure.expected)};
}

bool SessionEnv::Finish(int slot, std::span<const int32_t> slate, StepResult& result) {
  bool terminated = false, truncated = false;
  for (Rule& rule : rules_) {
    const bool ends = rule.rule->Step(slot, {slate, pleasure(slot).drawn});
    (rule.truncates ? truncated : terminated) |= ends;
  }
  return Close(slot, slate, terminated, truncated, result);
}

void SessionEnv::StepBlock(int64_t block, std::span<const int32_t> slates, StepResult& result) {
  const auto k = At(slate_size()), behaviours = At(dataset().num_behaviours());
  // 1. The active slots of the block and their slates, side by side.
  std::vector<int> playing;
  std::vector<int32_t> shown;
  const auto begin = static_cast<int>(block * kBlock);
  for (int b = begin; b < std::min(slots(), begin + kBlock); ++b) {
    if (!active(b)) continue;
    const auto slate = slates.subspan(At(b) * k, k);
    CheckSlate(b, slate);
    playing.push_back(b);
    shown.insert(shown.end(), slate.begin(), slate.end());
  }
  if (playing.empty()) return;
  // 2. One call of the response model scores all of them.
  std::vector<float> logits(shown.size() * behaviours);
  model_.Score(*state_, playing, shown, logits);
  // 3. Each user answers, and the leave rules decide who goes on.
  std::vector<int> going_on;
  std::vector<Interaction> appended;
  for (size_t n = 0; n < playing.size(); ++n) {
    const int b = playing[n];
    const auto slate = slates.subspan(At(b) * k, k);
    Answer(b, slate, std::span(logits).subspan(n * k * behaviours, k * behaviours), result);
    if (!Finish(b, slate, result)) continue;
    going_on.push_back(b);
    for (size_t j = 0; j < k; ++j) appended.push_back({slate[j], result.responses[At(b) * k + j]});
  }
  // 4. The model takes in what those who go on were shown and how they answered.
  if (!going_on.empty()) model_.Append(*state_, going_on, appended);
}

void SessionEnv::Step(std::span<const int32_t> slates, StepResult& result) {
  LERL_CHECK_EQ(std::ssize(slates), slots() * slate_size());
  Clear(result);
  ParallelFor((slots() + kBlock - 1) / kBlock, threads_,
              [&](int64_t block) { StepBlock(block, slates, result); });
}

float SessionEnv::budget_left(int slot) const {
  float least = 1;
  for (const Rule& rule : rules_) least = std::min(least, rule.rule->Left(slot));
  return least;
}

void SessionEnv::Describe(SessionLog& log) const {
  SlotEnv::Describe(log);
  log.reward_weights = config().reward_weights;
  log.price_factors = factors_;
}

void SessionEnv::OracleRewards(int slot, std::span<float> rewards) const {
  const auto items = At(dataset().num_items()), behaviours = At(dataset().num_behaviours());
  LERL_CHECK_EQ(rewards.size(), items);
  std::vector<float> logits(items * behaviours);
  model_.ScoreAll(*state_, slot, logits);
  for (size_t i = 0; i < items; ++i) {
    double sum = 0;
    for (size_t f = 0; f < behaviours; ++f)
      sum += weights_[f] * static_cast<double>(Sigmoid(logits[i * behaviours + f]));
    rewards[i] = static_cast<float>(
        sum * static_cast<double>(PriceFactor(factors_, static_cast<int32_t>(i))));
  }
}

}  // namespace lerl
