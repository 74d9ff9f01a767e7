#include "lerl/sim/env.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/parallel.h"
#include "lerl/base/rng.h"
#include "lerl/sim/leave_rules.h"

namespace lerl {
namespace {

size_t At(int64_t index) { return static_cast<size_t>(index); }

float Sigmoid(float x) { return 1.0f / (1.0f + std::exp(-x)); }

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

struct Rule {
  std::unique_ptr<LeaveRule> rule;
  bool truncates;
};

struct Slot {
  bool active = false;
  int32_t user = 0;
  int step = 0;
  int32_t items_left = 0;
  Rng rng{0};
};

}  // namespace

struct SessionEnv::Impl {
  const Dataset& dataset;
  const Split& split;
  const ResponseModel& model;
  const std::span<const float> vectors;  // [I, width]
  const EnvConfig config;
  const std::vector<double> weights;  // [F]
  const int64_t longest;
  const int slots, threads;
  const int64_t items, categories, behaviours, width;

  std::unique_ptr<ResponseState> state;
  std::vector<Rule> rules;
  std::vector<Slot> slot;
  std::vector<uint8_t> excluded;  // [B, I]
  std::vector<uint8_t> dominant;  // [B, C]

  void CheckSlate(int64_t b, std::span<const int32_t> slate) const;
  std::vector<float> Similarity(std::span<const int32_t> slate) const;
  void Answer(int64_t b, std::span<const int32_t> slate, std::span<const float> logits,
              StepResult& result);
  bool Finish(int64_t b, std::span<const int32_t> slate, StepResult& result);
  void StepBlock(int64_t block, std::span<const int32_t> slates, StepResult& result);
};

SessionEnv::SessionEnv(const Dataset& dataset, const Split& split, const ResponseModel& model,
                       std::span<const float> item_vectors, EnvConfig config, int slots,
                       int threads) {
  const std::vector<double> weights = WeightsOf(config, dataset);
  const int64_t longest = LongestSession(config, LargestReward(weights));
  const int64_t items = dataset.num_items();
  LERL_CHECK_EQ(static_cast<int64_t>(model.num_items()), items);
  LERL_CHECK_EQ(static_cast<int64_t>(model.num_behaviours()), dataset.num_behaviours());
  LERL_CHECK_EQ(static_cast<int64_t>(item_vectors.size()) % items, 0);
  LERL_CHECK(config.rho == 0 || !item_vectors.empty());
  if (config.slate_size > items)
    throw Error(ErrorKind::kConfig, "env.slate_size: " + std::to_string(config.slate_size) +
                                        " is more than the " + std::to_string(items) +
                                        " items of " + dataset.name);
  impl_.reset(new Impl{dataset,
                       split,
                       model,
                       item_vectors,
                       config,
                       weights,
                       longest,
                       slots,
                       threads,
                       items,
                       dataset.num_categories(),
                       dataset.num_behaviours(),
                       static_cast<int64_t>(item_vectors.size()) / items,
                       model.NewState(slots),
                       {},
                       std::vector<Slot>(At(slots)),
                       std::vector<uint8_t>(At(slots * items)),
                       std::vector<uint8_t>(At(slots * dataset.num_categories()))});
  for (const std::string& name : config.rules) {
    const LeaveRuleRow& row = FindLeaveRule(name);
    impl_->rules.push_back({row.make(dataset, config, slots), row.truncates});
  }
  FlushDenormals();
}

SessionEnv::~SessionEnv() = default;

void SessionEnv::Start(int slot, int32_t user, uint64_t session_seed) {
  Impl& m = *impl_;
  LERL_CHECK(slot >= 0 && slot < m.slots);
  LERL_CHECK(user >= 0 && user < m.dataset.num_users());
  const int64_t begin = m.dataset.RowsBegin(user), end = m.split.train_end[At(user)];
  uint8_t* excluded = &m.excluded[At(slot * m.items)];
  std::fill_n(excluded, m.items, uint8_t{0});
  for (int64_t row = begin; row < end && m.config.exclude_history; ++row)
    excluded[m.dataset.items[At(row)]] = 1;
  const auto left = static_cast<int32_t>(std::count(excluded, excluded + m.items, 0));
  if (left < m.config.slate_size)
    throw Error(ErrorKind::kData, m.dataset.name + ": user " + m.dataset.user_ids[At(user)] +
                                      " has " + std::to_string(left) +
                                      " items outside its history, too few for a slate; set "
                                      "env.exclude_history = false or a smaller env.slate_size");
  std::vector<Interaction> history;
  for (int64_t row = std::max(begin, end - m.config.history); row < end; ++row) {
    Interaction& past = history.emplace_back(Interaction{m.dataset.items[At(row)], 0});
    for (int64_t f = 0; f < m.behaviours; ++f)
      past.responses |= uint32_t{m.dataset.responses[At(f)][At(row)]} << f;
  }
  m.model.Start(*m.state, slot, user, history);
  for (Rule& rule : m.rules) rule.rule->Start(slot);
  std::fill_n(&m.dominant[At(slot * m.categories)], m.categories, uint8_t{0});
  m.slot[At(slot)] = Slot{.active = true,
                          .user = user,
                          .step = 0,
                          .items_left = left,
                          .rng = Rng(session_seed, "responses", static_cast<uint64_t>(user))};
}

void SessionEnv::Impl::CheckSlate(int64_t b, std::span<const int32_t> slate) const {
  for (size_t k = 0; k < slate.size(); ++k) {
    LERL_CHECK(slate[k] >= 0 && slate[k] < items);
    LERL_CHECK(excluded[At(b * items + slate[k])] == 0);
    for (size_t j = 0; j < k; ++j) LERL_CHECK(slate[j] != slate[k]);
  }
}

// Mean cosine of each item with the rest of the slate: [K]; 0 for a slate of one.
std::vector<float> SessionEnv::Impl::Similarity(std::span<const int32_t> slate) const {
  std::vector<float> sums(slate.size());
  if (config.rho == 0 || slate.size() < 2) return sums;
  for (size_t k = 0; k < slate.size(); ++k) {
    for (size_t j = 0; j < k; ++j) {
      const float* a = &vectors[At(slate[k] * width)];
      const float* b = &vectors[At(slate[j] * width)];
      float cosine = 0;
      for (int64_t d = 0; d < width; ++d) cosine += a[d] * b[d];
      sums[k] += cosine;
      sums[j] += cosine;
    }
  }
  for (float& sum : sums) sum /= static_cast<float>(slate.size() - 1);
  return sums;
}

// Probabilities, responses and rewards of slot b. logits [K, F].
void SessionEnv::Impl::Answer(int64_t b, std::span<const int32_t> slate,
                              std::span<const float> logits, StepResult& result) {
  const auto slate_size = static_cast<int64_t>(slate.size());
  const std::vector<float> similarity = Similarity(slate);
  const auto rho = static_cast<float>(config.rho);
  double drawn = 0, expected = 0;
  for (int64_t k = 0; k < slate_size; ++k) {
    uint32_t bits = 0;
    for (int64_t f = 0; f < behaviours; ++f) {
      const float p =
          std::clamp(Sigmoid(logits[At(k * behaviours + f)]) - rho * similarity[At(k)], 0.0f, 1.0f);
      const bool yes = slot[At(b)].rng.Bernoulli(static_cast<double>(p));
      bits |= uint32_t{yes} << f;
      drawn += yes ? weights[At(f)] : 0;
      expected += weights[At(f)] * static_cast<double>(p);
      result.probabilities[At((b * slate_size + k) * behaviours + f)] = p;
    }
    result.responses[At(b * slate_size + k)] = bits;
  }
  result.rewards[At(b)] = static_cast<float>(drawn / static_cast<double>(slate_size));
  result.expected[At(b)] = static_cast<float>(expected / static_cast<double>(slate_size));
}

// Counts the step of slot b and asks the rules. False if the session has ended.
bool SessionEnv::Impl::Finish(int64_t b, std::span<const int32_t> slate, StepResult& result) {
  Slot& s = slot[At(b)];
  ++s.step;
  bool terminated = false, truncated = false;
  for (Rule& rule : rules) {
    const bool ends = rule.rule->Step(static_cast<int>(b), {slate, result.rewards[At(b)]});
    (rule.truncates ? truncated : terminated) |= ends;
  }
  if (!config.allow_repeats) {
    for (const int32_t item : slate) excluded[At(b * items + item)] = 1;
    s.items_left -= static_cast<int32_t>(slate.size());
  }
  truncated |= s.items_left < config.slate_size;
  truncated &= !terminated;
  const std::vector<uint8_t> now = DominantCategories(dataset, slate);
  std::copy_n(now.begin(), categories, dominant.begin() + b * categories);
  result.terminated[At(b)] = terminated;
  result.truncated[At(b)] = truncated;
  s.active = !terminated && !truncated;
  return s.active;
}

void SessionEnv::Impl::StepBlock(int64_t block, std::span<const int32_t> slates,
                                 StepResult& result) {
  const int64_t k = config.slate_size;
  std::vector<int> playing;
  std::vector<int32_t> shown;
  for (int64_t b = block * kBlock; b < std::min<int64_t>(slots, (block + 1) * kBlock); ++b) {
    if (!slot[At(b)].active) continue;
    const auto slate = slates.subspan(At(b * k), At(k));
    CheckSlate(b, slate);
    playing.push_back(static_cast<int>(b));
    shown.insert(shown.end(), slate.begin(), slate.end());
  }
  if (playing.empty()) return;
  std::vector<float> logits(shown.size() * At(behaviours));
  model.Score(*state, playing, shown, logits);
  std::vector<int> going_on;
  std::vector<Interaction> appended;
  for (size_t n = 0; n < playing.size(); ++n) {
    const int64_t b = playing[n];
    const auto slate = slates.subspan(At(b * k), At(k));
    Answer(b, slate, std::span(logits).subspan(n * At(k * behaviours), At(k * behaviours)), result);
    if (!Finish(b, slate, result)) continue;
    going_on.push_back(playing[n]);
    for (int64_t j = 0; j < k; ++j)
      appended.push_back({slate[At(j)], result.responses[At(b * k + j)]});
  }
  if (!going_on.empty()) model.Append(*state, going_on, appended);
}

void SessionEnv::Step(std::span<const int32_t> slates, StepResult& result) {
  Impl& m = *impl_;
  const auto slots = At(m.slots), slate = At(m.config.slate_size);
  LERL_CHECK_EQ(slates.size(), slots * slate);
  result.probabilities.assign(slots * slate * At(m.behaviours), 0);
  result.responses.assign(slots * slate, 0);
  result.rewards.assign(slots, 0);
  result.expected.assign(slots, 0);
  result.terminated.assign(slots, 0);
  result.truncated.assign(slots, 0);
  ParallelFor((m.slots + kBlock - 1) / kBlock, m.threads,
              [&](int64_t block) { m.StepBlock(block, slates, result); });
}

void SessionEnv::Stop(int slot) { impl_->slot[At(slot)].active = false; }

int SessionEnv::slots() const { return impl_->slots; }
bool SessionEnv::active(int slot) const { return impl_->slot[At(slot)].active; }
int32_t SessionEnv::user(int slot) const { return impl_->slot[At(slot)].user; }
int SessionEnv::step(int slot) const { return impl_->slot[At(slot)].step; }
int32_t SessionEnv::items_left(int slot) const { return impl_->slot[At(slot)].items_left; }
const EnvConfig& SessionEnv::config() const { return impl_->config; }
std::span<const double> SessionEnv::reward_weights() const { return impl_->weights; }
int64_t SessionEnv::longest_session() const { return impl_->longest; }

float SessionEnv::budget_left(int slot) const {
  float least = 1;
  for (const Rule& rule : impl_->rules) least = std::min(least, rule.rule->Left(slot));
  return least;
}

std::span<const uint8_t> SessionEnv::excluded(int slot) const {
  return {&impl_->excluded[At(slot * impl_->items)], At(impl_->items)};
}

std::span<const uint8_t> SessionEnv::dominant(int slot) const {
  return {impl_->dominant.data() + slot * impl_->categories, At(impl_->categories)};
}

void SessionEnv::OracleRewards(int slot, std::span<float> rewards) const {
  const Impl& m = *impl_;
  LERL_CHECK_EQ(static_cast<int64_t>(rewards.size()), m.items);
  std::vector<float> logits(At(m.items * m.behaviours));
  m.model.ScoreAll(*m.state, slot, logits);
  for (int64_t i = 0; i < m.items; ++i) {
    double sum = 0;
    for (int64_t f = 0; f < m.behaviours; ++f)
      sum += m.weights[At(f)] * static_cast<double>(Sigmoid(logits[At(i * m.behaviours + f)]));
    rewards[At(i)] = static_cast<float>(sum);
  }
}

}  // namespace lerl
