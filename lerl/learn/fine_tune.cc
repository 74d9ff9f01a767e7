#include "lerl/learn/fine_tune.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <span>
#include <utility>

#include "lerl/base/error.h"
#include "lerl/base/hash.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"

namespace lerl {
namespace {

constexpr int64_t kFewestLearnedUsers = 20;

// The histories of some users, with a number for each user.
struct Histories {
  std::vector<SlateHistory> histories;
  std::vector<int64_t> users;  // of each history
  int64_t num_users = 0, slates = 0;

  void Add(const SlateHistory& history, const std::string& user) {
    const auto [known, added] = numbers_.try_emplace(user, num_users);
    num_users += added;
    users.push_back(known->second);
    slates += std::ssize(history.drawn);
    histories.push_back(history);
  }

 private:
  std::map<std::string, int64_t> numbers_;
};

std::string Counted(const Histories& some) {
  return std::to_string(some.slates) + " slates of " + std::to_string(some.num_users) + " users";
}

[[noreturn]] void RefuseStored(const std::string& why) {
  throw Error(ErrorKind::kUnusable,
              "the store supports no learning: " + why +
                  "; let the service store more, or name a longer range of times");
}

class FineTuning {
 public:
  FineTuning(Agent& agent, Agent& start, const StoredSlates& stored, const MfModel& model,
             const LearnConfig& config)
      : agent_(agent), start_(start), model_(model), config_(config) {
    for (size_t n = 0; n < stored.histories.size(); ++n)
      (IsHeldOut(stored.users[n], config) ? held_ : learned_)
          .Add(stored.histories[n], stored.users[n]);
    if (learned_.num_users < kFewestLearnedUsers || held_.num_users < kFewestOffPolicyUsers)
      RefuseStored("there are " + Counted(learned_) + " to learn from and " + Counted(held_) +
                   " to judge by, and at least " + std::to_string(kFewestLearnedUsers) + " and " +
                   std::to_string(kFewestOffPolicyUsers) + " users are needed");
  }

  LearnedPolicy Run(const std::function<void(const LearnedEpoch&)>& on_epoch) {
    LearnedPolicy result{.learned_users = learned_.num_users,
                         .held_users = held_.num_users,
                         .learned_slates = learned_.slates};
    // 1. The policy at the start.
    LearnedEpoch& start = result.epochs.emplace_back();
    at_start_ = Judge(start);
    if (!config_.learner.imitate) start.held_out = EstimateOffPolicy(at_start_);
    if (const std::string& why = result.epochs[0].held_out.no_ips; !why.empty())
      RefuseStored("of what the policy at the start would earn from " + Counted(held_) +
                   " held out there is no estimate: " + why);
    on_epoch(result.epochs[0]);
    // 2. Epochs, of which the best one is kept.
    SlateLearner learner(agent_, start_, learned_.histories, config_.learner,
                         static_cast<uint64_t>(config_.seed));
    TensorFile best, before;
    agent_.Save(before);
    int64_t in_a_row = 0;  // epochs that were taken back
    while (in_a_row < kMostTakenBack && std::ssize(result.epochs) <= config_.epochs) {
      LearnedEpoch& now = result.epochs.emplace_back();
      now.epoch = std::ssize(result.epochs) - 1;
      now.losses = learner.Epoch();
      const std::vector<LoggedSlate> judged = Judge(now);
      if (config_.learner.imitate) {
        now.gain = LikelihoodGain(judged, at_start_);
      } else {
        now.held_out = EstimateOffPolicy(judged);
        now.gain = EstimateGain(judged, at_start_);
        now.taken_back = WhyTooFar(now);
      }
      in_a_row = now.taken_back.empty() ? 0 : in_a_row + 1;
      if (in_a_row > 0) {
        agent_.Load(before);
        learner.SlowDown();
      } else {
        before = {};
        agent_.Save(before);
        now.counts = now.held_out.no_ips.empty();
      }
      const double best_yet = result.epochs[At(result.best)].gain.gain.low;
      if (now.counts && (result.best == 0 || now.gain.gain.low > best_yet)) {
        result.best = now.epoch;
        best = before;
      }
      on_epoch(now);
    }
    if (result.best > 0) agent_.Load(best);
    // 3. Whether it is better.
    const auto looks = std::ranges::count(result.epochs, true, &LearnedEpoch::counts);
    result.p_value = std::min(1.0, result.epochs[At(result.best)].gain.p_value *
                                       static_cast<double>(std::max<int64_t>(looks, 1)));
    result.better = result.best > 0 && result.p_value <= kLearnedLevel;
    return result;
  }

 private:
  // What the agent as it is now makes of the held-out slates, and figures of `epoch`.
  std::vector<LoggedSlate> Judge(LearnedEpoch& epoch) {
    std::vector<LoggedSlate> judged;
    double kl = 0, likelihood = 0, agreement = 0;
    VisitSlates(agent_, start_, held_.histories, [&](const SlateView& view) {
      const auto history = At(&view.history - held_.histories.data());
      std::vector<int32_t> candidates;
      for (size_t i = 0; i < view.drawn.candidates.size(); ++i)
        if (view.drawn.candidates[i]) candidates.push_back(static_cast<int32_t>(i));
      const std::vector<int32_t>& items = view.history.slates[view.drawn.place].items;
      // The same draws at every epoch, so that their chance does not tell epochs apart.
      Rng rng(static_cast<uint64_t>(config_.seed), "held-out slates", judged.size());
      const ScoredStep step = {.user = view.history.user,
                               .scores = view.scores,
                               .candidates = candidates,
                               .temperature = view.drawn.temperature,
                               .slate_size = static_cast<int>(items.size())};
      LoggedSlate& row = judged.emplace_back();
      row.user = held_.users[history];
      row.rewards = view.drawn.rewards;
      kl += view.kl;
      if (!config_.learner.imitate) return JudgeReward(step, items, view.drawn, rng, row);
      row.log_ratios =
          ProbabilitiesOf(step.scores, candidates, items, step.temperature).log_probabilities;
      const auto size = static_cast<double>(items.size());
      likelihood += std::accumulate(row.log_ratios.begin(), row.log_ratios.end(), 0.0) / size;
      const std::vector<int32_t> own =
          DrawSlate(step.scores, candidates, step.slate_size, step.temperature, rng).items;
      const auto both = std::ranges::count_if(
          items, [&own](int32_t item) { return std::ranges::count(own, item) > 0; });
      agreement += static_cast<double>(both) / size;
    });
    const auto slates = static_cast<double>(judged.size());
    epoch.kl = kl / slates;
    if (config_.learner.imitate) epoch.likelihood = likelihood / slates;
    if (config_.learner.imitate) epoch.agreement = agreement / slates;
    return judged;
  }

  // How much likelier a slate is than it was, and what the model expects of it.
  void JudgeReward(const ScoredStep& step, std::span<const int32_t> items, const DrawnStep& drawn,
                   Rng& rng, LoggedSlate& row) const {
    const Judgement judgement = JudgeScores(model_, step, items, rng);
    row.modelled = judgement.modelled;
    row.modelled_target = judgement.modelled_target;
    for (size_t k = 0; k < items.size(); ++k)
      row.log_ratios.push_back(judgement.log_probabilities[k] - drawn.log_probabilities[k]);
  }

  // Why an epoch is taken back; "" where it is not.
  std::string WhyTooFar(const LearnedEpoch& now) const {
    const double share = now.held_out.effective_slates / static_cast<double>(now.held_out.slates);
    if (share < config_.least_effective)
      return "the held-out slates say as much as " + DescribeNumber(std::round(1000 * share) / 10) +
             "% of them would, had the policy drawn them (least_effective)";
    if (config_.target_kl > 0 && now.kl > config_.target_kl)
      return "slates diverge by " + DescribeNumber(std::round(1000 * now.kl) / 1000) +
             " from those of the policy at the start (target_kl)";
    return "";
  }

  Agent& agent_;
  Agent& start_;
  const MfModel& model_;
  const LearnConfig& config_;
  Histories learned_, held_;
  std::vector<LoggedSlate> at_start_;
};

}  // namespace

bool IsHeldOut(const std::string& user, const LearnConfig& config) {
  const std::string key = std::to_string(config.seed) + '\n' + user;
  const uint64_t hash = Hash(std::as_bytes(std::span(key)));
  return std::ldexp(static_cast<double>(hash >> 11), -53) < config.held_out;
}

LearnedPolicy FineTune(Agent& agent, Agent& start, const StoredSlates& stored, const MfModel& model,
                       const LearnConfig& config,
                       const std::function<void(const LearnedEpoch&)>& on_epoch) {
  return FineTuning(agent, start, stored, model, config).Run(on_epoch);
}

}  // namespace lerl
