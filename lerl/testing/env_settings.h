#pragma once
// For tests: which settings of an environment a task or a leave rule does not read, and why, and
// which need others beside them (testing/every_setting.h).

#include <string>
#include <vector>

#include "lerl/sim/rules/leave_rules.h"
#include "lerl/sim/tasks.h"
#include "lerl/testing/every_setting.h"

namespace lerl {

// A small environment of the task, whose users leave by a budget.
EnvConfig SmallEnv(std::string_view task);

std::vector<SettingNote> TaskSettingNotes(std::string_view task);
// Of the settings of leave rules alone (IsRuleSetting), under this rule.
std::vector<SettingNote> RuleSettingNotes(std::string_view rule);
bool IsRuleSetting(const std::string& path);

}  // namespace lerl
