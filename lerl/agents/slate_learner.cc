#include "lerl/agents/slate_learner.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "lerl/agents/learning/ppo_loss.h"
#include "lerl/agents/learning/slate_loss.h"
#include "lerl/agents/learning/slate_policy.h"
#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/nn/adam.h"

namespace lerl {
namespace {

constexpr size_t kJudgedAtATime = 32;  // sessions of a pass without learning

SlatePolicy& PolicyOf(Agent& agent) {
  auto* policy = dynamic_cast<SlatePolicy*>(&agent);
  LERL_CHECK(policy != nullptr);
  return *policy;
}

// Some histories as tensors. Axes: S histories, T slates of the longest one, N drawn slates.
struct SlateTensors {
  SessionBatch batch;                     // [S, T, ...]
  torch::Tensor cells;                    // int64 [N] place of each drawn slate in [S * T]
  torch::Tensor slates;                   // int64 [N, K]
  torch::Tensor candidates;               // bool [N, I]
  torch::Tensor temperature, baseline;    // float [N]
  torch::Tensor log_probability, credit;  // float [N, K] as logged; c of equation (3)
};

SessionLog LogOf(std::span<const SlateHistory* const> histories) {
  size_t longest = 0;
  for (const SlateHistory* history : histories) longest = std::max(longest, history->slates.size());
  const SlateHistory& first = *histories[0];
  const auto slate = first.slates.at(0).items.size();
  const auto categories = first.drawn.at(0).plan.size();
  SessionLog log;
  log.Resize(std::ssize(histories), static_cast<int64_t>(longest), static_cast<int64_t>(slate),
             static_cast<int64_t>(categories), /*width=*/0);
  for (int64_t s = 0; s < log.sessions; ++s) {
    const SlateHistory& history = *histories[At(s)];
    log.user[At(s)] = history.user;
    log.length[At(s)] = static_cast<int32_t>(history.slates.size());
    for (size_t t = 0; t < history.slates.size(); ++t) {
      const size_t at = log.Cell(s, static_cast<int64_t>(t)) * slate;
      std::ranges::copy(history.slates[t].items, log.items.data() + at);
      std::ranges::copy(history.slates[t].responses, log.responses.data() + at);
    }
    for (const DrawnStep& drawn : history.drawn) {
      const size_t cell = log.Cell(s, static_cast<int64_t>(drawn.place));
      std::ranges::copy(drawn.plan, log.plan.data() + cell * categories);
      std::ranges::copy(drawn.dominant, log.dominant.data() + cell * categories);
      log.budget[cell] = drawn.budget_left;
    }
  }
  return log;
}

// `baselines` has b of each drawn slate of the histories, in their order; empty: 0.
SlateTensors TensorsOf(const SlatePolicy& policy, std::span<const SlateHistory* const> histories,
                       std::span<const float> baselines) {
  const SessionLog log = LogOf(histories);
  std::vector<int64_t> cells, slates;
  std::vector<float> temperature, log_probability, credit;
  std::vector<const std::vector<bool>*> candidates;
  for (size_t s = 0; s < histories.size(); ++s)
    for (const DrawnStep& drawn : histories[s]->drawn) {
      cells.push_back(static_cast<int64_t>(
          log.Cell(static_cast<int64_t>(s), static_cast<int64_t>(drawn.place))));
      const std::vector<int32_t>& items = histories[s]->slates.at(drawn.place).items;
      slates.insert(slates.end(), items.begin(), items.end());
      candidates.push_back(&drawn.candidates);
      temperature.push_back(static_cast<float>(drawn.temperature));
      log_probability.insert(log_probability.end(), drawn.log_probabilities.begin(),
                             drawn.log_probabilities.end());
      const double others = drawn.returns - std::reduce(drawn.rewards.begin(), drawn.rewards.end());
      for (const double reward : drawn.rewards)
        credit.push_back(
            static_cast<float>(static_cast<double>(drawn.rewards.size()) * reward + others));
    }
  const int64_t count = std::ssize(cells), items = std::ssize(*candidates.at(0));
  torch::Tensor inside = torch::zeros({count, items}, torch::kBool);
  bool* cell = inside.data_ptr<bool>();
  for (const std::vector<bool>* row : candidates) cell = std::ranges::copy(*row, cell).out;
  std::vector<float> baseline(baselines.begin(), baselines.end());
  baseline.resize(cells.size());
  return {.batch = policy.SlateBatch(log),
          .cells = torch::tensor(cells, torch::kInt64),
          .slates = torch::tensor(slates, torch::kInt64).view({count, -1}),
          .candidates = inside,
          .temperature = torch::tensor(temperature),
          .baseline = torch::tensor(baseline),
          .log_probability = torch::tensor(log_probability).view({count, -1}),
          .credit = torch::tensor(credit).view({count, -1})};
}

// What a policy gives the drawn slates: scores and logits float [N, I], values float [N].
struct SlateOutput {
  torch::Tensor scores, logits, value;  // value is undefined without a critic
};

SlateOutput Forward(SlatePolicy& policy, const SlateTensors& tensors) {
  const SlateScores all = policy.ScoreSlates(tensors.batch);
  const auto drawn = [&](const torch::Tensor& t) {
    return t.flatten(0, 1).index_select(0, tensors.cells);
  };
  const torch::Tensor scores = drawn(all.scores);
  return {scores, SlateLogits(scores, tensors.candidates, tensors.temperature),
          all.value.defined() ? drawn(all.value) : torch::Tensor()};
}

// The clipped surrogate of equation (4).
PpoLoss ClippedLoss(const SlateTensors& tensors, const torch::Tensor& logits, double clip) {
  // Log probabilities of the items, no further above the logged ones than the cap.
  const torch::Tensor log_density = torch::min(ItemLogProbabilities(logits, tensors.slates),
                                               tensors.log_probability + std::log(kLargestRatio));
  const torch::Tensor none = torch::zeros_like(tensors.credit);
  return ComputePpoLoss({.log_density = log_density,
                         .old_log_density = tensors.log_probability,
                         .advantage = tensors.credit - tensors.baseline.unsqueeze(-1),
                         .value = none,
                         .target = none,
                         .entropy = none,
                         .valid = torch::ones_like(none)},
                        {.clip = clip});
}

// Calls `visit` for groups of histories in their order.
void ForGroups(std::span<const SlateHistory* const> histories, size_t size,
               const std::function<void(std::span<const SlateHistory* const>)>& visit) {
  for (size_t n = 0; n < histories.size(); n += size)
    visit(histories.subspan(n, std::min(size, histories.size() - n)));
}

std::vector<const SlateHistory*> PointersTo(std::span<const SlateHistory> histories) {
  std::vector<const SlateHistory*> pointers;
  for (const SlateHistory& history : histories)
    if (!history.drawn.empty()) pointers.push_back(&history);
  return pointers;
}

}  // namespace

bool LearnsFromSlates(const Agent& agent) {
  return dynamic_cast<const SlatePolicy*>(&agent) != nullptr;
}

Names AgentsThatLearnFromSlates() {
  return {"reinforce", "a2c", "ppo", "ddpg", "td3", "hac", "cirs", "dorl"};
}

struct SlateLearner::State {
  State(Agent& agent, Agent& started, std::span<const SlateHistory> given,
        const SlateLearnerConfig& settings, uint64_t seed)
      : policy(PolicyOf(agent)),
        start(PolicyOf(started)),
        histories(PointersTo(given)),
        config(settings),
        rng(seed, "minibatches of stored slates"),
        adam(policy.SlateParameters(), config.learning_rate, /*epsilon=*/1e-5) {
    LERL_CHECK(!histories.empty());
    if (!config.imitate) TakeBaselines();
  }

  // V of every drawn slate, in the order of the histories; 0 without a critic.
  std::vector<double> Values() const {
    std::vector<double> values;
    const torch::NoGradGuard no_grad;
    ForGroups(histories, kJudgedAtATime, [&](std::span<const SlateHistory* const> part) {
      const SlateTensors tensors = TensorsOf(start, part, {});
      const torch::Tensor value = Forward(start, tensors).value;
      for (int64_t n = 0; n < tensors.baseline.size(0); ++n)
        values.push_back(value.defined() ? value[n].item<double>() : 0);
    });
    return values;
  }

  // Equation (5) of the header.
  void TakeBaselines() {
    struct Step {
      double count = 0, returns = 0, values = 0;  // sums
    };
    const std::vector<double> values = Values();
    std::vector<double> returns;
    std::vector<Step*> steps;  // of each drawn slate
    std::map<int64_t, Step> by_step;
    for (const SlateHistory* history : histories)
      for (const DrawnStep& drawn : history->drawn) {
        Step& step = *steps.emplace_back(&by_step[drawn.step]);
        returns.push_back(drawn.returns);
        step.count += 1;
        step.returns += drawn.returns;
        step.values += values[returns.size() - 1];
      }
    double products = 0, squares = 0;
    for (size_t n = 0; n < returns.size(); ++n) {
      const double apart = values[n] - steps[n]->values / steps[n]->count;
      products += apart * (returns[n] - steps[n]->returns / steps[n]->count);
      squares += apart * apart;
    }
    const double beta = squares > 0 ? products / squares : 0;
    size_t n = 0;
    for (const SlateHistory* history : histories)
      for (size_t i = 0; i < history->drawn.size(); ++i, ++n) {
        // The only slate of its step has no others to be held against: its items are held against
        // each other alone.
        const auto& [count, sum, sum_of_values] = *steps[n];
        double b = returns[n];
        if (count > 1)
          b = (sum - returns[n]) / (count - 1) +
              beta * (values[n] - (sum_of_values - values[n]) / (count - 1));
        baselines[history].push_back(static_cast<float>(b));
      }
  }

  std::vector<float> BaselinesOf(std::span<const SlateHistory* const> part) const {
    std::vector<float> all;
    if (config.imitate) return all;
    for (const SlateHistory* history : part) {
      const std::vector<float>& own = baselines.at(history);
      all.insert(all.end(), own.begin(), own.end());
    }
    return all;
  }

  SlatePolicy& policy;
  SlatePolicy& start;
  std::vector<const SlateHistory*> histories;
  const SlateLearnerConfig config;
  Rng rng;
  Adam adam;
  std::map<const SlateHistory*, std::vector<float>> baselines;  // of its drawn slates
};

SlateLearner::SlateLearner(Agent& agent, Agent& start, std::span<const SlateHistory> histories,
                           const SlateLearnerConfig& config, uint64_t seed)
    : state_(std::make_unique<State>(agent, start, histories, config, seed)) {}

SlateLearner::~SlateLearner() = default;

UpdateStats SlateLearner::Epoch() {
  State& s = *state_;
  PpoLoss sum;
  double kl_sum = 0, imitation_sum = 0, updates = 0;
  // 1. A pass over the sessions in an order drawn anew.
  std::vector<const SlateHistory*> order = s.histories;
  s.rng.Shuffle(std::span(order));
  ForGroups(order, At(s.config.minibatch), [&](std::span<const SlateHistory* const> part) {
    const SlateTensors tensors = TensorsOf(s.policy, part, s.BaselinesOf(part));
    const SlateOutput now = Forward(s.policy, tensors);
    // 1a. The loss, equation (6) of the header or equation (4).
    torch::Tensor total;
    if (s.config.imitate) {
      total = -ItemLogProbabilities(now.logits, tensors.slates).mean();
      imitation_sum += total.item<double>();
    } else {
      const PpoLoss loss = ClippedLoss(tensors, now.logits, s.config.clip);
      total = loss.total;
      sum.policy += loss.policy, sum.clipped += loss.clipped;
    }
    if (s.config.kl_weight > 0) {
      torch::Tensor before;
      {
        const torch::NoGradGuard no_grad;
        before = Forward(s.start, tensors).logits;
      }
      const torch::Tensor kl = SlateKl(before, now.logits, tensors.slates).mean();
      total = total + s.config.kl_weight * kl;
      kl_sum += kl.item<double>();
    }
    // 1b. One step of Adam.
    s.adam.ClearGradients();
    total.backward();
    s.adam.Step(s.config.max_gradient);
    ++updates;
  });
  // 2. The agent acts with the new weights.
  s.policy.SlateParametersMoved();
  UpdateStats stats = {{"policy_loss", sum.policy / updates}, {"clipped", sum.clipped / updates}};
  if (s.config.imitate) stats = {{"imitation_loss", imitation_sum / updates}};
  if (s.config.kl_weight > 0) stats.emplace_back("kl_loss", kl_sum / updates);
  return stats;
}

void SlateLearner::SlowDown() { state_->adam.set_rate(state_->adam.rate() / 2); }

void VisitSlates(Agent& agent, Agent& start, std::span<const SlateHistory> histories,
                 const std::function<void(const SlateView&)>& visit) {
  const torch::NoGradGuard no_grad;
  SlatePolicy& policy = PolicyOf(agent);
  SlatePolicy& before = PolicyOf(start);
  const std::vector<const SlateHistory*> all = PointersTo(histories);
  ForGroups(all, kJudgedAtATime, [&](std::span<const SlateHistory* const> part) {
    const SlateTensors tensors = TensorsOf(policy, part, {});
    const SlateOutput now = Forward(policy, tensors);
    const torch::Tensor scores = now.scores.contiguous();
    const torch::Tensor kl =
        SlateKl(Forward(before, tensors).logits, now.logits, tensors.slates).contiguous();
    const float* row = scores.data_ptr<float>();
    const float* divergence = kl.data_ptr<float>();
    const auto items = At(scores.size(1));
    for (const SlateHistory* history : part)
      for (const DrawnStep& drawn : history->drawn) {
        visit({*history, drawn, {row, items}, double{*divergence++}});
        row += items;
      }
  });
}

}  // namespace lerl
