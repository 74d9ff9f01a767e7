#pragma once
// For tests: which settings an agent does not read, and why, and which need others beside them
// (testing/every_setting.h). A new setting of an agent needs no line here, unless it is read under
// some settings alone.

#include <string>
#include <vector>

#include "lerl/agents/registry.h"
#include "lerl/testing/every_setting.h"

namespace lerl {

// The agent `name` with the smallest networks, models and minibatches that still learn, fit for the
// sessions of testing/small_sessions.h.
AgentConfig SmallAgent(const std::string& name);

std::vector<SettingNote> AgentSettingNotes(const AgentRow& row);

}  // namespace lerl
