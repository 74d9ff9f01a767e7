#include "lerl/train/hindsight.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/llm/endpoint/chat_api.h"
#include "lerl/llm/scripted_backend.h"
#include "lerl/planner/llm/llm_planner.h"
#include "lerl/planner/registry.h"
#include "lerl/train/player.h"

namespace lerl {
namespace {

constexpr size_t kUsersTogether = 32;
constexpr double kTargetSlope = 2;  // of q in the header

// A state of a session, its prompt and what may be planned there.
struct State {
  size_t session = 0;
  int step = 0;
  std::string prompt;
  std::vector<int16_t> ranking;  // of the behaviour planner: all candidates
  PlanState shown;               // what the prompt shows
};

struct HindsightTrial {
  size_t session = 0;
  int step = 0;
  std::vector<int16_t> ranking;  // in place of the behaviour planner's at that step
};

// The behaviour planner, overheard when states are looked for and, in a trial, overruled at one
// step of the session.
class TrialPlanner : public Planner {
 public:
  // With `states` it notes every state there, and the prompt that `prompts` makes of it. Otherwise
  // trial n belongs to the nth session whose first step is asked about.
  TrialPlanner(std::unique_ptr<Planner> behaviour, LlmPlanner* prompts,
               std::span<const HindsightTrial> trials, std::vector<State>* states)
      : behaviour_(std::move(behaviour)), prompts_(prompts), trials_(trials), states_(states) {}

  std::string name() const override { return behaviour_->name(); }
  std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode mode) override {
    std::vector<Plan> plans = behaviour_->Rank(requests, mode);
    for (size_t i = 0; i < plans.size(); ++i) {
      if (requests[i].step == 0) session_of_[requests[i].slot] = started_++;
      const size_t session = session_of_.at(requests[i].slot);
      if (states_ != nullptr) {
        states_->push_back({session, requests[i].step,
                            prompts_->SharedPrefix() + prompts_->SuffixOf(requests[i]),
                            plans[i].ranking, prompts_->StateOf(requests[i])});
      } else if (requests[i].step == trials_[session].step) {
        plans[i].ranking = trials_[session].ranking;
      }
    }
    return plans;
  }

 private:
  const std::unique_ptr<Planner> behaviour_;
  LlmPlanner* const prompts_;
  const std::span<const HindsightTrial> trials_;
  std::vector<State>* const states_;
  std::map<int, size_t> session_of_;  // by slot
  size_t started_ = 0;
};

// How the model is asked: in messages of a chat, and about states as they come.
PlannerConfig Asked(PlannerConfig config) {
  config.llm.form = "chat";
  config.llm.tabulate = false;
  return config;
}

class Finder {
 public:
  Finder(const World& world, const RunConfig& config, Agent& agent, const HindsightOptions& options)
      : world_(world),
        agent_(agent),
        options_(options),
        config_(Asked(config.planner)),
        env_(MakeWorldEnv(world, *config.env, static_cast<int>(config.train.slots))),
        prompts_(config_, world.dataset, world.split, MakeScriptedBackend({.chat = MarkedChat})) {
    env_->Withhold(world.split.new_items);
    config_.name = options.behaviour;
    config_.cadence = 1;
    const PlannerRow& row = FindPlannerRow(config_.name);
    if (row.oracle || !row.ranks || row.asks_model) {
      throw Error(ErrorKind::kUsage, "--behaviour " + config_.name +
                                         ": it must plan by rules that every user could have; "
                                         "name another planner");
    }
  }

  std::vector<HindsightExample> Find(std::span<const int32_t> users) {
    // 1. The behaviour planner's sessions, and some states of each.
    std::vector<SessionSpec> specs;
    for (const int32_t user : users)
      specs.push_back(
          {user, DeriveSeed(options_.seed, "hindsight session", static_cast<uint64_t>(user))});
    const std::vector<State> states = ChooseStates(specs);
    const std::vector<std::vector<float>> scores = ScoresOf(states);
    // 2. Plans to try at these states, all played in one batch.
    std::vector<HindsightTrial> trials;
    std::vector<size_t> first;  // first trial of each state
    for (size_t i = 0; i < states.size(); ++i) {
      const State& state = states[i];
      const int32_t user = specs[state.session].user;
      first.push_back(trials.size());
      for (std::vector<int16_t>& ranking :
           scores.empty() ? Candidates(state, user) : Draws(state, scores[i], user))
        trials.push_back({state.session, state.step, std::move(ranking)});
    }
    first.push_back(trials.size());
    const std::vector<double> returns = Try(specs, trials);
    // 3. and 4. The best plan of each state, its categories in order.
    std::vector<HindsightExample> examples;
    for (size_t i = 0; i < states.size(); ++i) {
      const size_t count = first[i + 1] - first[i];
      HindsightExample example = Judge(states[i], std::span(trials).subspan(first[i], count),
                                       std::span(returns).subspan(first[i], count));
      example.user = specs[states[i].session].user;
      if (!scores.empty()) example.scores = scores[i];
      if (!example.answer.empty()) examples.push_back(std::move(example));
    }
    return examples;
  }

 private:
  PlannerContext Context() const {
    return {.dataset = world_.dataset, .split = world_.split, .policy_model = world_.factors.model};
  }

  SessionLog Play(std::span<const SessionSpec> specs, std::span<const HindsightTrial> trials,
                  std::vector<State>* states) {
    PlanPolicy policy(
        world_.dataset, config_,
        std::make_unique<TrialPlanner>(MakePlanner(config_, Context()), &prompts_, trials, states),
        static_cast<int>(env_->slate_size()));
    return PlaySessions(world_.dataset, *env_, agent_, policy, specs,
                        {.mode = PlanMode::kEvaluation});
  }

  // States drawn from each session, in the order of sessions and steps.
  std::vector<State> ChooseStates(std::span<const SessionSpec> specs) {
    std::vector<State> all;
    Play(specs, {}, &all);
    std::vector<std::vector<State>> of_session(specs.size());
    for (State& state : all) of_session[state.session].push_back(std::move(state));
    std::vector<State> chosen;
    for (size_t s = 0; s < specs.size(); ++s) {
      std::vector<State>& states = of_session[s];
      Rng rng(specs[s].seed, "hindsight states");
      rng.Shuffle(std::span<State>(states));
      states.resize(std::min(states.size(), At(options_.states)));
      std::sort(states.begin(), states.end(),
                [](const State& a, const State& b) { return a.step < b.step; });
      std::move(states.begin(), states.end(), std::back_inserter(chosen));
    }
    return chosen;
  }

  size_t PlanSize(size_t candidates) const { return std::min(At(config_.plan_size), candidates); }

  // At most `tries` rankings whose plans differ: the behaviour planner's own, the one with the
  // user's favourites first, and then random orders.
  std::vector<std::vector<int16_t>> Candidates(const State& state, int32_t user) {
    const size_t size = PlanSize(state.ranking.size());
    std::vector<std::vector<int16_t>> rankings, plans;
    const auto add = [&](std::vector<int16_t> ranking) {
      std::vector<int16_t> plan(ranking.begin(),
                                ranking.begin() + static_cast<std::ptrdiff_t>(size));
      std::sort(plan.begin(), plan.end());
      if (std::find(plans.begin(), plans.end(), plan) != plans.end()) return;
      plans.push_back(std::move(plan));
      rankings.push_back(std::move(ranking));
    };
    add(state.ranking);
    std::vector<int16_t> liked = state.ranking;
    const std::vector<int> likes = LikesOf(user);
    std::stable_sort(liked.begin(), liked.end(),
                     [&likes](int16_t a, int16_t b) { return likes[At(a)] > likes[At(b)]; });
    add(liked);
    Rng rng(DeriveSeed(options_.seed, "hindsight plans", static_cast<uint64_t>(user)), "step",
            static_cast<uint64_t>(state.step));
    const auto wanted = At(options_.tries);
    for (size_t draw = 0; draw < 10 * wanted && rankings.size() < wanted; ++draw) {
      std::vector<int16_t> drawn = state.ranking;
      rng.Shuffle(std::span<int16_t>(drawn));
      add(std::move(drawn));
    }
    rankings.resize(std::min(rankings.size(), wanted));
    return rankings;
  }

  // The scores [states, C] by which plans are drawn; empty where they are not.
  std::vector<std::vector<float>> ScoresOf(const std::vector<State>& states) const {
    if (!options_.scores) return {};
    std::vector<PlanState> shown;
    shown.reserve(states.size());
    for (const State& state : states) shown.push_back(state.shown);
    std::vector<std::vector<float>> scores = options_.scores(shown);
    LERL_CHECK_EQ(scores.size(), states.size());
    return scores;
  }

  // `tries` rankings drawn by scores [C]; two may be the same.
  std::vector<std::vector<int16_t>> Draws(const State& state, const std::vector<float>& scores,
                                          int32_t user) const {
    Rng rng(DeriveSeed(options_.seed, "hindsight draws", static_cast<uint64_t>(user)), "step",
            static_cast<uint64_t>(state.step));
    std::vector<std::vector<int16_t>> rankings;
    for (int64_t draw = 0; draw < options_.tries; ++draw) {
      std::vector<double> noisy(scores.begin(), scores.end());
      for (double& score : noisy) score -= std::log(-std::log(rng.Uniform() + 1e-300) + 1e-300);
      std::vector<int16_t>& ranking = rankings.emplace_back(state.ranking);
      std::stable_sort(ranking.begin(), ranking.end(),
                       [&noisy](int16_t a, int16_t b) { return noisy[At(a)] > noisy[At(b)]; });
    }
    return rankings;
  }

  // Likes per category in the training rows, [C].
  std::vector<int> LikesOf(int32_t user) const {
    const Dataset& dataset = world_.dataset;
    std::vector<int> likes(At(dataset.num_categories()), 0);
    for (const int64_t row : PastRows(dataset, world_.split, user)) {
      if (dataset.responses[0][At(row)] == 0) continue;
      for (const int32_t c : dataset.CategoriesOf(dataset.items[At(row)])) ++likes[At(c)];
    }
    return likes;
  }

  // The return of each trial: expected rewards over `horizon` steps from the trial's step on.
  std::vector<double> Try(std::span<const SessionSpec> specs,
                          std::span<const HindsightTrial> trials) {
    std::vector<SessionSpec> tried;
    for (const HindsightTrial& trial : trials) tried.push_back(specs[trial.session]);
    const SessionLog log = Play(tried, trials, nullptr);
    std::vector<double> returns;
    for (size_t i = 0; i < trials.size(); ++i) {
      const auto session = static_cast<int64_t>(i);
      const int64_t end = std::min<int64_t>(log.length[i], trials[i].step + options_.horizon);
      LERL_CHECK_LT(trials[i].step, end);  // the past of the session is the same
      double sum = 0;
      for (int64_t step = trials[i].step; step < end; ++step)
        sum += static_cast<double>(log.expected[log.Cell(session, step)]);
      returns.push_back(sum);
    }
    return returns;
  }

  // The mean return of the trials that planned a category.
  static std::map<int16_t, double> MeansOf(std::span<const HindsightTrial> trials,
                                           std::span<const double> returns, size_t size) {
    std::map<int16_t, double> sums, means;
    std::map<int16_t, int> counts;
    for (size_t i = 0; i < trials.size(); ++i) {
      for (size_t k = 0; k < size; ++k) {
        sums[trials[i].ranking[k]] += returns[i];
        ++counts[trials[i].ranking[k]];
      }
    }
    for (const auto& [category, sum] : sums) means[category] = sum / counts[category];
    return means;
  }

  // q [C] of the header.
  std::vector<float> TargetOf(const State& state, const std::map<int16_t, double>& means,
                              std::span<const double> returns) const {
    double mean = 0, square = 0, sum = 0;
    for (const double value : returns) mean += value / static_cast<double>(returns.size());
    for (const double value : returns)
      square += (value - mean) * (value - mean) / static_cast<double>(returns.size());
    std::vector<float> target(At(world_.dataset.num_categories()), 0);
    for (const int16_t category : state.ranking) {
      const auto found = means.find(category);
      const double gain = found == means.end() ? 0 : found->second - mean;
      target[At(category)] = static_cast<float>(std::exp(kTargetSlope * gain / std::sqrt(square)));
      sum += static_cast<double>(target[At(category)]);
    }
    for (float& share : target) share = static_cast<float>(static_cast<double>(share) / sum);
    return target;
  }

  HindsightExample Judge(const State& state, std::span<const HindsightTrial> trials,
                         std::span<const double> returns) const {
    HindsightExample example;
    example.step = state.step;
    const auto best = At(std::max_element(returns.begin(), returns.end()) - returns.begin());
    example.best = returns[best];
    example.behaviour = returns[0];
    example.mean =
        std::accumulate(returns.begin(), returns.end(), 0.0) / static_cast<double>(returns.size());
    if (example.best - *std::min_element(returns.begin(), returns.end()) < kLeastGain)
      return example;
    const size_t size = PlanSize(state.ranking.size());
    for (const HindsightTrial& trial : trials)
      example.plans.emplace_back(trial.ranking.begin(),
                                 trial.ranking.begin() + static_cast<std::ptrdiff_t>(size));
    example.returns.assign(returns.begin(), returns.end());
    example.candidates = state.ranking;
    const std::map<int16_t, double> means = MeansOf(trials, returns, size);
    std::vector<int16_t> plan(trials[best].ranking.begin(),
                              trials[best].ranking.begin() + static_cast<std::ptrdiff_t>(size));
    std::stable_sort(plan.begin(), plan.end(),
                     [&means](int16_t a, int16_t b) { return means.at(a) > means.at(b); });
    if (config_.llm.answer_mode() != "generate") plan.resize(1);
    for (const int16_t c : plan)
      example.answer += (example.answer.empty() ? "" : ", ") + prompts_.labels()[At(c)];
    const std::vector<ChatMessage> messages = MessagesOf(state.prompt);
    LERL_CHECK_EQ(messages.size(), 2U);
    example.state = state.shown;
    example.target = TargetOf(state, means, returns);
    example.system = messages[0].content;
    example.question = messages[1].content;
    return example;
  }

  const World& world_;
  Agent& agent_;
  const HindsightOptions options_;
  PlannerConfig config_;
  const std::unique_ptr<Env> env_;
  LlmPlanner prompts_;
};

}  // namespace

std::vector<HindsightExample> FindHindsight(const World& world, const RunConfig& config,
                                            Agent& agent, std::span<const int32_t> users,
                                            const HindsightOptions& options,
                                            const std::function<bool(int64_t)>& done) {
  LERL_CHECK(options.states >= 1 && options.tries >= 2 && options.horizon >= 1);
  Finder finder(world, config, agent, options);
  std::vector<HindsightExample> examples;
  for (size_t begin = 0; begin < users.size(); begin += kUsersTogether) {
    const size_t count = std::min(kUsersTogether, users.size() - begin);
    for (HindsightExample& example : finder.Find(users.subspan(begin, count)))
      examples.push_back(std::move(example));
    if (done && !done(static_cast<int64_t>(begin + count))) break;
  }
  return examples;
}

std::string ChatLine(const HindsightExample& example) {
  // Keys in the order in which people read them.
  nlohmann::ordered_json line;
  const auto add = [&line](const char* role, const std::string& content) {
    nlohmann::ordered_json message;
    message["role"] = role;
    message["content"] = content;
    line["messages"].push_back(message);
  };
  add("system", example.system);
  add("user", example.question);
  add("assistant", example.answer);
  return line.dump();
}

}  // namespace lerl
