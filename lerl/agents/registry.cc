#include "lerl/agents/registry.h"

#include <algorithm>
#include <array>

#include "lerl/agents/control_agents.h"
#include "lerl/base/error.h"
#include "lerl/base/registry.h"

namespace lerl {
namespace {

constexpr std::array<AgentRow, 18> kAgentRows{{
    {"random", "uniform scores: a control", "", false, false,
     [](const AgentConfig&, const AgentContext&) { return MakeRandomAgent(); }},
    {"popularity", "items by their likes in the training rows: a control", "", false, false,
     [](const AgentConfig&, const AgentContext& context) {
       return MakePopularityAgent(context.dataset, context.split);
     }},
    {"greedy", "ORACLE: the response model's own best items", "", false, true,
     [](const AgentConfig&, const AgentContext& context) {
       return MakeGreedyAgent(context.oracle);
     }},
    {"mmr", "greedy with diversity on the policy side's factorisation: a control",
     "Carbonell and Goldstein 1998, doi 10.1145/290941.291025", false, false,
     [](const AgentConfig& config, const AgentContext& context) {
       return MakeMmr(context, config.mmr);
     }},
    {"epsilon_greedy", "a linear model of responses learned online, random exploration: a control",
     "Sutton and Barto 2018, section 2.2", true, false,
     [](const AgentConfig& config, const AgentContext& context) {
       return MakeEpsilonGreedy(context, config.learner, config.epsilon_greedy);
     }},
    {"linucb", "the same model, exploring by upper confidence bounds: a control",
     "Li et al. 2010, arXiv 1003.0146", true, false,
     [](const AgentConfig& config, const AgentContext& context) {
       return MakeLinucb(context, config.learner, config.linucb);
     }},
    {"reinforce", "policy gradient with a baseline", "Williams 1992, doi 10.1007/BF00992696", true,
     false,
     [](const AgentConfig& config, const AgentContext& context) {
       return MakeReinforce(context, config.learner, config.reinforce);
     },
     /*policy_head=*/true},
    {"a2c", "advantage actor-critic, one pass over its own sessions",
     "Konda and Tsitsiklis 1999; Mnih et al. 2016, arXiv 1602.01783", true, false,
     [](const AgentConfig& config, const AgentContext& context) {
       return MakeA2c(context, config.learner, config.a2c);
     },
     /*policy_head=*/true},
    {"ppo", "PPO on a Gaussian virtual item over whole sessions; LERL's low level",
     "Schulman et al. 2017, arXiv 1707.06347; LERL, arXiv 2601.19585", true, false,
     [](const AgentConfig& config, const AgentContext& context) {
       return MakePpo(context, config.learner, config.ppo);
     },
     /*policy_head=*/true},
    {"ddpg", "deterministic policy gradient on a virtual item, from a replay of sessions",
     "Lillicrap et al. 2016, arXiv 1509.02971", true, false,
     [](const AgentConfig& config, const AgentContext& context) {
       return MakeDdpg(context, config.learner, config.ddpg);
     }},
    {"td3", "twin critics, smoothed targets, delayed actor on a virtual item",
     "Fujimoto et al. 2018, arXiv 1802.09477", true, false,
     [](const AgentConfig& config, const AgentContext& context) {
       return MakeTd3(context, config.learner, config.td3);
     }},
    {"dqn", "double Q-learning over items, each shown item its own transition",
     "Mnih et al. 2015, doi 10.1038/nature14236; van Hasselt et al. 2016, arXiv 1509.06461", true,
     false,
     [](const AgentConfig& config, const AgentContext& context) {
       return MakeDqn(context, config.learner, config.dqn);
     }},
    {"hac", "hyper-actor critic: vectors and slates kept together by alignment and supervision",
     "Liu et al. 2023, arXiv 2302.03431", true, false,
     [](const AgentConfig& config, const AgentContext& context) {
       return MakeHac(context, config.learner, config.hac);
     },
     /*policy_head=*/false, "measured"},
    {"sac4ir", "soft actor-critic with a bound on entropy, for fair exposure",
     "Shi et al. 2024, doi 10.1109/TSC.2024.3349636", true, false,
     [](const AgentConfig& config, const AgentContext& context) {
       return MakeSac4ir(context, config.learner, config.sac4ir);
     }},
    {"dnair", "double Q-learning whose reward favours good items of the long tail",
     "Shi et al. 2024, doi 10.1145/3618107", true, false,
     [](const AgentConfig& config, const AgentContext& context) {
       return MakeDnair(context, config.learner, config.dnair);
     }},
    {"her4if", "two levels: weights of item groups over time, items under them; long-term fairness",
     "Xia et al., ICWS 2024; ACM TWEB 2025, doi 10.1145/3769471", true, false,
     [](const AgentConfig& config, const AgentContext& context) {
       return MakeHer4if(context, config.learner, config.her4if);
     },
     /*policy_head=*/true},
    {"cirs", "PPO in a causal user model, where overexposure lowers satisfaction",
     "Gao et al., TOIS 42(1), 2023, arXiv 2204.01266", true, false,
     [](const AgentConfig& config, const AgentContext& context) {
       return MakeCirs(context, config.learner, config.cirs);
     },
     /*policy_head=*/true},
    {"dorl", "A2C in an ensemble world model, with a bonus against the Matthew effect",
     "Gao et al., SIGIR 2023, arXiv 2307.04571", true, false,
     [](const AgentConfig& config, const AgentContext& context) {
       return MakeDorl(context, config.learner, config.dorl);
     },
     /*policy_head=*/true},
}};

// Refuses settings of a policy where the agent learns, but does not act by a policy of that kind.
void RefuseOtherPolicies(const AgentConfig& config, const AgentRow& row) {
  const PolicyConfig& policy = config.learner.policy;
  if (!row.learns || row.policy_head) return;
  const auto refuse = [&row](const std::string& setting) {
    Names able;
    for (const AgentRow& other : kAgentRows)
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

std::span<const AgentRow> AgentRows() { return kAgentRows; }

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
