#include "lerl/agents/registry.h"

#include <algorithm>

#include "lerl/agents/control_agents.h"
#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/registry.h"

namespace lerl {
namespace {

// Makes an agent that learns, with its own section of the settings.
template <auto make, auto section>
std::unique_ptr<Agent> Make(const AgentConfig& config, const AgentContext& context) {
  return make(context, config.learner, config.*section);
}

constexpr AgentRow kAgentRows[] = {
    {.name = "random",
     .what = "uniform scores: a control",
     .source = "",
     .status = "measured",
     .make = [](const AgentConfig&, const AgentContext&) { return MakeRandomAgent(); }},
    {.name = "popularity",
     .what = "items by their likes in the training rows: a control",
     .source = "",
     .status = "measured",
     .make =
         [](const AgentConfig&, const AgentContext& context) {
           return MakePopularityAgent(context.dataset, context.split);
         }},
    {.name = "greedy",
     .what = "ORACLE: the response model's own best items",
     .source = "",
     .oracle = true,
     .status = "measured",
     .make = [](const AgentConfig&,
                const AgentContext& context) { return MakeGreedyAgent(context.oracle); }},
    {.name = "mmr",
     .what = "greedy with diversity on the policy side's factorisation: a control",
     .source = "Carbonell and Goldstein 1998, doi 10.1145/290941.291025",
     .status = "measured",
     .make = [](const AgentConfig& config,
                const AgentContext& context) { return MakeMmr(context, config.mmr); }},
    {.name = "epsilon_greedy",
     .what = "a linear model of responses learned online, random exploration: a control",
     .source = "Sutton and Barto 2018, section 2.2",
     .learns = true,
     .status = "measured",
     .make = Make<MakeEpsilonGreedy, &AgentConfig::epsilon_greedy>,
     .space =
         [] {
           return SearchSpace{LogSetting("epsilon_greedy.epsilon", 0.01, 0.3),
                              LogSetting("epsilon_greedy.l2", 0.1, 100)};
         }},
    {.name = "linucb",
     .what = "the same model, exploring by upper confidence bounds: a control",
     .source = "Li et al. 2010, arXiv 1003.0146",
     .learns = true,
     .status = "measured",
     .make = Make<MakeLinucb, &AgentConfig::linucb>,
     .space =
         [] {
           return SearchSpace{LogSetting("linucb.alpha", 0.03, 3),
                              LogSetting("linucb.l2", 0.1, 100)};
         }},
    {.name = "reinforce",
     .what = "policy gradient with a baseline",
     .source = "Williams 1992, doi 10.1007/BF00992696",
     .learns = true,
     .policy_head = true,
     .over_ranks = true,
     .status = "measured",
     .make = Make<MakeReinforce, &AgentConfig::reinforce>,
     .space =
         [] {
           return PolicyGradientSpace(
               "reinforce", {ChoiceSetting("reinforce.baseline", {"\"value\"", "\"mean\""})});
         }},
    {.name = "a2c",
     .what = "advantage actor-critic, one pass over its own sessions",
     .source = "Konda and Tsitsiklis 1999; Mnih et al. 2016, arXiv 1602.01783",
     .learns = true,
     .policy_head = true,
     .over_ranks = true,
     .status = "measured",
     .make = Make<MakeA2c, &AgentConfig::a2c>,
     .space = [] { return ActorCriticSpace("a2c", {}); }},
    {.name = "ppo",
     .what = "PPO on a Gaussian virtual item over whole sessions; LERL's low level",
     .source = "Schulman et al. 2017, arXiv 1707.06347; LERL, arXiv 2601.19585",
     .learns = true,
     .policy_head = true,
     .over_ranks = true,
     .status = "measured",
     .make = Make<MakePpo, &AgentConfig::ppo>,
     .space =
         [] {
           return ActorCriticSpace("ppo", {LinearSetting("ppo.clip", 0.1, 0.3),
                                           ChoiceSetting("ppo.epochs", {"1", "2", "4", "8"})});
         }},
    {.name = "ddpg",
     .what = "deterministic policy gradient on a virtual item, from a replay of sessions",
     .source = "Lillicrap et al. 2016, arXiv 1509.02971",
     .learns = true,
     .status = "measured",
     .make = Make<MakeDdpg, &AgentConfig::ddpg>,
     .space = [] { return ActorReplaySpace("ddpg", {}); }},
    {.name = "td3",
     .what = "twin critics, smoothed targets, delayed actor on a virtual item",
     .source = "Fujimoto et al. 2018, arXiv 1802.09477",
     .learns = true,
     .status = "measured",
     .make = Make<MakeTd3, &AgentConfig::td3>,
     .space = [] { return ActorReplaySpace("td3", {LinearSetting("td3.target_noise", 0, 0.4)}); }},
    {.name = "dqn",
     .what = "double Q-learning over items, each shown item its own transition",
     .source =
         "Mnih et al. 2015, doi 10.1038/nature14236; van Hasselt et al. 2016, arXiv 1509.06461",
     .learns = true,
     .status = "measured",
     .make = Make<MakeDqn, &AgentConfig::dqn>,
     .space = [] { return ReplaySpace("dqn", {LinearSetting("dqn.epsilon", 0.02, 0.3)}); }},
    {.name = "hac",
     .what = "hyper-actor critic: vectors and slates kept together by alignment and supervision",
     .source = "Liu et al. 2023, arXiv 2302.03431",
     .learns = true,
     .status = "measured",
     .make = Make<MakeHac, &AgentConfig::hac>,
     .space =
         [] {
           return ActorReplaySpace("hac", {LogSetting("hac.alignment", 0.01, 1),
                                           LogSetting("hac.supervision", 0.01, 1)});
         }},
    {.name = "sac4ir",
     .what = "soft actor-critic with a bound on entropy, for fair exposure",
     .source = "Shi et al. 2024, doi 10.1109/TSC.2024.3349636",
     .learns = true,
     .status = "measured",
     .make = Make<MakeSac4ir, &AgentConfig::sac4ir>,
     .space =
         [] {
           return ReplaySpace("sac4ir", {LogSetting("sac4ir.actor_rate", 3e-5, 3e-3),
                                         LinearSetting("sac4ir.rho", 0.5, 0.98),
                                         LogSetting("sac4ir.alpha_rate", 1e-4, 1e-2)});
         }},
    {.name = "dnair",
     .what = "double Q-learning whose reward favours good items of the long tail",
     .source = "Shi et al. 2024, doi 10.1145/3618107",
     .learns = true,
     .status = "measured",
     .make = Make<MakeDnair, &AgentConfig::dnair>,
     .space =
         [] {
           return ReplaySpace("dnair", {LinearSetting("dnair.epsilon", 0.02, 0.3),
                                        LinearSetting("dnair.beta", 0, 0.8)});
         }},
    {.name = "her4if",
     .what = "two levels: weights of item groups over time, items under them; long-term fairness",
     .source = "Xia et al., ICWS 2024; ACM TWEB 2025, doi 10.1145/3769471",
     .learns = true,
     .policy_head = true,
     .status = "measured",
     .make = Make<MakeHer4if, &AgentConfig::her4if>,
     .space =
         [] {
           return ActorCriticSpace("her4if", {LogSetting("her4if.bonus", 0.01, 1),
                                              LogSetting("her4if.sigma", 0.05, 0.5)});
         }},
    {.name = "cirs",
     .what = "PPO in a causal user model, where overexposure lowers satisfaction",
     .source = "Gao et al., TOIS 42(1), 2023, arXiv 2204.01266",
     .learns = true,
     .policy_head = true,
     .status = "measured",
     .make = Make<MakeCirs, &AgentConfig::cirs>,
     .space = [] { return ActorCriticSpace("cirs", {LogSetting("cirs.gamma_e", 0.1, 10)}); }},
    {.name = "dorl",
     .what = "A2C in an ensemble world model, with a bonus against the Matthew effect",
     .source = "Gao et al., SIGIR 2023, arXiv 2307.04571",
     .learns = true,
     .policy_head = true,
     .status = "measured",
     .make = Make<MakeDorl, &AgentConfig::dorl>,
     .space =
         [] {
           return ActorCriticSpace("dorl", {LogSetting("dorl.lambda_1", 0.005, 0.5),
                                            LogSetting("dorl.lambda_2", 0.02, 2)});
         }},
};

// Refuses settings of a policy where the agent learns, but does not act by a policy of that kind.
void RefuseOtherPolicies(const AgentConfig& config, const AgentRow& row) {
  const PolicyConfig& policy = config.learner.policy;
  if (!row.learns || row.policy_head) return;
  const auto refuse = [&row](const std::string& setting) {
    Names able;
    for (const AgentRow& other : AgentRows())
      if (other.policy_head) able.emplace_back(other.name);
    throw Error(ErrorKind::kConfig,
                "agent." + setting + ": '" + std::string(row.name) +
                    "' draws from no policy that could take it; these do: " + JoinNames(able));
  };
  if (policy.kind != PolicyConfig().kind) refuse("policy.kind = \"" + policy.kind + "\"");
  if (policy.state_sigma) refuse("policy.state_sigma = true");
}

}  // namespace

void AgentConfig::VisitFields(FieldVisitor& visit) {
  visit("name", name, "the agent", RowNames(AgentRows()));
  visit.Section("factors", factors);
  visit("item_features", item_features,
        "what new items' vectors are made of: the start of the fit, items of like categories, "
        "or sentence embeddings of title and categories",
        {"none", "neighbours", "text"});
  learner.VisitFields(visit);
  visit.Section("reinforce", reinforce);
  visit.Section("a2c", a2c);
  visit.Section("ppo", ppo);
  visit.Section("ddpg", ddpg);
  visit.Section("td3", td3);
  visit.Section("dqn", dqn);
  visit.Section("hac", hac);
  visit.Section("sac4ir", sac4ir);
  visit.Section("dnair", dnair);
  visit.Section("mmr", mmr);
  visit.Section("epsilon_greedy", epsilon_greedy);
  visit.Section("linucb", linucb);
  visit.Section("her4if", her4if);
  visit.Section("cirs", cirs);
  visit.Section("dorl", dorl);
}

namespace {

std::vector<AgentRow>& AllAgentRows() {
  static std::vector<AgentRow> rows(std::begin(kAgentRows), std::end(kAgentRows));
  return rows;
}

}  // namespace

std::span<const AgentRow> AgentRows() { return AllAgentRows(); }

AgentAdded::AgentAdded(const AgentRow& row) {
  for (const AgentRow& other : AllAgentRows()) LERL_CHECK(other.name != row.name);
  AllAgentRows().push_back(row);
}

Names TunableAgents() {
  Names names;
  for (const AgentRow& row : AgentRows())
    if (row.space != nullptr) names.emplace_back(row.name);
  return names;
}

const AgentRow& FindAgentRow(std::string_view name) {
  return FindRow(AgentRows(), name, "agent.name", "agent");
}

std::unique_ptr<Agent> MakeAgent(const AgentConfig& config, AgentContext context) {
  const AgentRow& row = FindAgentRow(config.name);
  if (!row.oracle) context.oracle = nullptr;
  RefuseOtherPolicies(config, row);
  return row.make(config, context);
}

}  // namespace lerl
