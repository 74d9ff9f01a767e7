#include "lerl/planner/registry.h"

#include <string>
#include <vector>

#include "lerl/base/error.h"
#include "lerl/planner/learned/learned_planner.h"
#include "lerl/planner/llm/llm_grounded_planner.h"
#include "lerl/planner/llm/llm_planner.h"
#include "lerl/planner/rules/fatigue_aware_planner.h"
#include "lerl/planner/rules/least_recent_planner.h"
#include "lerl/planner/rules/none_planner.h"
#include "lerl/planner/rules/oracle_planner.h"
#include "lerl/planner/rules/own_history_planner.h"
#include "lerl/planner/rules/popularity_planner.h"
#include "lerl/planner/rules/random_planner.h"
#include "lerl/planner/rules/random_unseen_planner.h"
#include "lerl/planner/rules/round_robin_planner.h"
#include "lerl/planner/rules/short_term_planner.h"
#include "lerl/planner/student/student_planner.h"

namespace lerl {
namespace {

constexpr PlannerRow kRows[] = {
    {"none", "no restriction: every category, every step", "control", false, MakeNonePlanner},
    {"random", "a random order of the categories at each step", "control; review of LERL", false,
     MakeRandomPlanner},
    {"short_term", "categories of the most recent likes first", "control; review of LERL", false,
     MakeShortTermPlanner},
    {"popularity", "categories that everyone liked most, the same for every user", "control", false,
     MakePopularityPlanner},
    {"own_history", "categories that the user liked most in the past", "control", false,
     MakeOwnHistoryPlanner},
    {"round_robin", "all categories in turn, each session from a start of its own", "control",
     false, MakeRoundRobinPlanner},
    {"random_unseen", "random categories that the session's last items don't have",
     "control; the hint in BiLLP's public code", false, MakeRandomUnseenPlanner},
    {"least_recent", "of the categories that the user likes, the one shown longest ago", "control",
     false, MakeLeastRecentPlanner},
    {"fatigue_aware", "best category by policy-side item scores minus the own recent exposure",
     "control", false, MakeFatigueAwarePlanner},
    {"learned", "a head trained on returns says which category pays in which state", "control",
     false, MakeLearnedPlanner},
    {"llm", "a language model ranks the categories from a coarse state and reflections",
     "LERL, arXiv 2601.19585 (hierarchical semantic planner)", false, MakeLlmPlanner},
    {"llm_grounded", "the language model as a prior of the learned head, as far as it helps",
     "LERL, arXiv 2601.19585; grounded by returns", false, MakeLlmGroundedPlanner},
    {"student", "a small network that imitates another planner, its teacher",
     "DAgger, Ross et al. 2011, arXiv 1011.0686", false, MakeStudentPlanner},
    {"oracle", "ORACLE: the category whose best items are worth most now", "control", true,
     MakeOraclePlanner},
};

}  // namespace

std::span<const PlannerRow> PlannerRegistry() { return kRows; }

const PlannerRow& FindPlannerRow(std::string_view name, std::string_view setting) {
  std::vector<std::string> names;
  std::string list;
  for (const PlannerRow& row : kRows) {
    if (name == row.name) return row;
    names.emplace_back(row.name);
    list += (list.empty() ? "" : ", ") + names.back();
  }
  const std::string nearest = NearestName(name, names);
  throw Error(ErrorKind::kConfig,
              std::string(setting) + ": there is no planner \"" + std::string(name) + "\"; " +
                  (nearest.empty() ? "the planners are " + list : "did you mean " + nearest + "?"));
}

std::unique_ptr<Planner> MakePlanner(const PlannerConfig& config, PlannerContext context) {
  const PlannerRow& row = FindPlannerRow(config.name);
  if (!row.oracle) context.oracle = nullptr;
  if (context.dataset != nullptr && context.dataset->num_categories() == 0 && config.name != "none")
    throw Error(ErrorKind::kConfig, "planner.name = '" + config.name + "': the data set " +
                                        context.dataset->name +
                                        " has no categories to plan; 'none' plays without plans");
  return row.make(config, context);
}

}  // namespace lerl
