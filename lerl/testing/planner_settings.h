#pragma once
// For tests: which settings a planner does not read, and why, and which need others beside them
// (testing/every_setting.h).

#include <string>
#include <vector>

#include "lerl/planner/registry.h"
#include "lerl/testing/every_setting.h"

namespace lerl {

// The planner `name` with bounds and budgets that a few small sessions reach.
PlannerConfig SmallPlanner(const std::string& name);

// Whether a setting belongs to the planner or to all of them: the sections [head], [grounded],
// [llm] and [student] are of the planners that are made of them.
bool IsOfPlanner(const PlannerRow& row, const std::string& path);
std::vector<SettingNote> PlannerSettingNotes(const PlannerRow& row);
// Of the section [llm] where a student's teacher is `llm`.
std::vector<SettingNote> TeacherSettingNotes();

}  // namespace lerl
