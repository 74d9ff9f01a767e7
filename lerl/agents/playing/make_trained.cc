#include "lerl/agents/playing/make_trained.h"

#include "lerl/base/check.h"

namespace lerl {
namespace {

// What draws a virtual item or the slate's items, by the setting policy.kind
// (agents/learning/policy_head.h).
PlayedForm PolicyForm(const LearnerConfig& learner, const std::string& network) {
  const bool draws_items = learner.policy.kind == "items";
  return {.head = network + "actor.",
          .bias = draws_items ? network + "bias" : "",
          .acts = !draws_items};
}

PlayedForm Policy(const LearnerConfig& learner) { return PolicyForm(learner, "agent.actor."); }

PlayedForm TwoLevels(const LearnerConfig& learner) {
  PlayedForm form = PolicyForm(learner, "agent.low.");
  form.high_level = "agent.high.";
  return form;
}

PlayedForm VirtualItem(const LearnerConfig&) { return {.head = "agent.actor.", .bounded = true}; }

PlayedForm MappedItems(const LearnerConfig&) {
  return {.head = "agent.actor.", .bounded = true, .item_map = "agent.kernel"};
}

// Values of all items (agents/learning/item_values.h).
PlayedForm ItemValuesForm(const std::string& network) {
  return {.head = network + "head.", .has_value = true, .bias = network + "bias", .acts = false};
}

struct Row {
  std::string_view name;
  PlayedForm (*form)(const LearnerConfig& learner);
};

constexpr Row kTrainedRows[] = {
    {"reinforce", Policy},
    {"a2c", Policy},
    {"ppo", Policy},
    {"cirs", Policy},
    {"dorl", Policy},
    {"ddpg", VirtualItem},
    {"td3", VirtualItem},
    {"hac", MappedItems},
    {"dqn", [](const LearnerConfig&) { return ItemValuesForm("agent.values."); }},
    {"dnair", [](const LearnerConfig&) { return ItemValuesForm("agent.values."); }},
    {"sac4ir", [](const LearnerConfig&) { return ItemValuesForm("agent.policy."); }},
    {"her4if", TwoLevels},
};

}  // namespace

Names TrainedAgentNames() {
  Names names;
  for (const Row& row : kTrainedRows) names.emplace_back(row.name);
  return names;
}

std::unique_ptr<Agent> MakeTrained(std::string_view name, const AgentContext& context,
                                   const LearnerConfig& learner,
                                   const std::optional<PlayedGroups>& groups) {
  for (const Row& row : kTrainedRows) {
    if (row.name != name) continue;
    return std::make_unique<TrainedAgent>(std::string(name), context, learner, row.form(learner),
                                          groups);
  }
  FailCheck(__FILE__, __LINE__, "no such agent plays what it has learned: " + std::string(name));
}

}  // namespace lerl
