#include "lerl/train/search_space.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "lerl/agents/registry.h"
#include "lerl/base/check.h"

namespace lerl {
namespace {

using Space = std::vector<SearchSetting>;

SearchSetting Linear(const std::string& name, double low, double high) {
  return {.name = name, .low = low, .high = high};
}
SearchSetting Log(const std::string& name, double low, double high) {
  return {.name = name, .low = low, .high = high, .logarithmic = true};
}
SearchSetting Choice(const std::string& name, std::vector<std::string> choices) {
  return {.name = name, .choices = std::move(choices)};
}

// Settings of ActorCriticConfig in [section] and of the policy head, and `more`.
Space ActorCriticSpace(const std::string& section, Space more) {
  Space space = {Log(section + ".learning_rate", 1e-4, 1e-2),
                 Linear(section + ".gamma", 0.7, 0.99),
                 Linear(section + ".lambda", 0.5, 1),
                 Log(section + ".entropy_weight", 1e-4, 0.1),
                 Choice(section + ".minibatch", {"16", "32", "64"}),
                 Log("policy.sigma", 0.1, 1),
                 Choice("warm_start.steps", {"0", "50", "200"})};
  space.insert(space.end(), more.begin(), more.end());
  return space;
}

// Settings of ReplayConfig in [section], and `more`.
Space ReplaySpace(const std::string& section, Space more) {
  Space space = {Log(section + ".critic_rate", 1e-4, 1e-2), Linear(section + ".gamma", 0.7, 0.99),
                 Log(section + ".tau", 1e-3, 0.1), Choice(section + ".passes", {"1", "2", "4"}),
                 Choice("warm_start.steps", {"0", "50", "200"})};
  space.insert(space.end(), more.begin(), more.end());
  return space;
}

// Settings of a learner from replays whose actor proposes virtual items, and `more`.
Space ActorReplaySpace(const std::string& section, Space more) {
  more.push_back(Log(section + ".actor_rate", 3e-5, 3e-3));
  more.push_back(Log(section + ".explore_sigma", 0.1, 1));
  return ReplaySpace(section, std::move(more));
}

struct Row {
  const char* agent;
  Space (*space)();
};

const Row kRows[] = {
    {"reinforce",
     [] {
       return ActorCriticSpace("reinforce",
                               {Choice("reinforce.baseline", {"\"value\"", "\"mean\""})});
     }},
    {"a2c", [] { return ActorCriticSpace("a2c", {}); }},
    {"ppo",
     [] {
       return ActorCriticSpace(
           "ppo", {Linear("ppo.clip", 0.1, 0.3), Choice("ppo.epochs", {"1", "2", "4", "8"})});
     }},
    {"ddpg", [] { return ActorReplaySpace("ddpg", {}); }},
    {"td3", [] { return ActorReplaySpace("td3", {Linear("td3.target_noise", 0, 0.4)}); }},
    {"dqn", [] { return ReplaySpace("dqn", {Linear("dqn.epsilon", 0.02, 0.3)}); }},
    {"hac",
     [] {
       return ActorReplaySpace("hac",
                               {Log("hac.alignment", 0.01, 1), Log("hac.supervision", 0.01, 1)});
     }},
    {"sac4ir",
     [] {
       return ReplaySpace("sac4ir",
                          {Log("sac4ir.actor_rate", 3e-5, 3e-3), Linear("sac4ir.rho", 0.5, 0.98),
                           Log("sac4ir.alpha_rate", 1e-4, 1e-2)});
     }},
    {"dnair",
     [] {
       return ReplaySpace("dnair",
                          {Linear("dnair.epsilon", 0.02, 0.3), Linear("dnair.beta", 0, 0.8)});
     }},
    {"her4if",
     [] {
       return ActorCriticSpace("her4if",
                               {Log("her4if.bonus", 0.01, 1), Log("her4if.sigma", 0.05, 0.5)});
     }},
    {"cirs", [] { return ActorCriticSpace("cirs", {Log("cirs.gamma_e", 0.1, 10)}); }},
    {"dorl",
     [] {
       return ActorCriticSpace("dorl",
                               {Log("dorl.lambda_1", 0.005, 0.5), Log("dorl.lambda_2", 0.02, 2)});
     }},
    {"epsilon_greedy",
     [] {
       return Space{Log("epsilon_greedy.epsilon", 0.01, 0.3), Log("epsilon_greedy.l2", 0.1, 100)};
     }},
    {"linucb",
     [] {
       return Space{Log("linucb.alpha", 0.03, 3), Log("linucb.l2", 0.1, 100)};
     }},
};

std::string Text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

}  // namespace

std::string SearchSetting::At(double u) const {
  LERL_CHECK(u >= 0 && u < 1);
  if (!choices.empty())
    return choices[static_cast<size_t>(u * static_cast<double>(choices.size()))];
  const double value = logarithmic ? low * std::pow(high / low, u) : low + u * (high - low);
  return Text(value);
}

std::vector<SearchSetting> SearchSpace(std::string_view agent) {
  const auto found = std::find_if(std::begin(kRows), std::end(kRows),
                                  [agent](const Row& row) { return row.agent == agent; });
  return found == std::end(kRows) ? Space() : found->space();
}

std::vector<std::string> TunableAgents() {
  std::vector<std::string> names;
  for (const AgentRow& row : AgentRows())
    if (!SearchSpace(row.name).empty()) names.emplace_back(row.name);
  return names;
}

}  // namespace lerl
