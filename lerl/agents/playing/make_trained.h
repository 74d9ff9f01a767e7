#pragma once
// Makes the agent that plays what another one has learned (agents/playing/trained_agent.h), for
// every learning agent of the registry whose networks libtorch trains.

#include <memory>
#include <optional>
#include <string_view>

#include "lerl/agents/playing/trained_agent.h"
#include "lerl/base/registry.h"

namespace lerl {

Names TrainedAgentNames();
// `name` is one of these; `groups` are for `her4if` alone.
std::unique_ptr<Agent> MakeTrained(std::string_view name, const AgentContext& context,
                                   const LearnerConfig& learner,
                                   const std::optional<PlayedGroups>& groups = std::nullopt);

}  // namespace lerl
