#include "lerl/planner/registry.h"

#include <string>
#include <vector>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/registry.h"
#include "lerl/planner/fallback_planner.h"
#include "lerl/planner/learned/learned_planner.h"
#include "lerl/planner/llm/llm_grounded_planner.h"
#include "lerl/planner/llm/llm_planner.h"
#include "lerl/planner/llm/make_backend.h"
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
#include "lerl/planner/wishes/wish_planner.h"

namespace lerl {
namespace {

std::unique_ptr<Planner> MakeStudentOfTeacher(const PlannerConfig& config,
                                              const PlannerContext& context);

std::unique_ptr<Planner> MakeWishPlannerOverBase(const PlannerConfig& config,
                                                 const PlannerContext& context);

constexpr PlannerRow kPlannerRows[] = {
    {.name = "none",
     .what = "no restriction: every category, every step",
     .source = "control",
     .make = MakeNonePlanner,
     .ranks = false},
    {.name = "random",
     .what = "a random order of the categories at each step",
     .source = "control; review of LERL",
     .make = MakeRandomPlanner},
    {.name = "short_term",
     .what = "categories of the most recent likes first",
     .source = "control; review of LERL",
     .make = MakeShortTermPlanner},
    {.name = "popularity",
     .what = "categories that everyone liked most, the same for every user",
     .source = "control",
     .make = MakePopularityPlanner},
    {.name = "own_history",
     .what = "categories that the user liked most in the past",
     .source = "control",
     .make = MakeOwnHistoryPlanner},
    {.name = "round_robin",
     .what = "all categories in turn, each session from a start of its own",
     .source = "control",
     .make = MakeRoundRobinPlanner},
    {.name = "random_unseen",
     .what = "random categories that the session's last items don't have",
     .source = "control; the hint in BiLLP's public code",
     .make = MakeRandomUnseenPlanner},
    {.name = "least_recent",
     .what = "of the categories that the user likes, the one shown longest ago",
     .source = "control",
     .make = MakeLeastRecentPlanner},
    {.name = "fatigue_aware",
     .what = "best category by policy-side item scores minus the own recent exposure",
     .source = "control",
     .make = MakeFatigueAwarePlanner},
    {.name = "learned",
     .what = "a head trained on returns says which category pays in which state",
     .source = "control",
     .make = MakeLearnedPlanner,
     .learns = true},
    {.name = "llm",
     .what = "a language model ranks the categories from a coarse state and reflections",
     .source = "LERL, arXiv 2601.19585 (hierarchical semantic planner)",
     .make = MakeLlmPlanner,
     .asks_model = true,
     .takes_fallback = true},
    {.name = "llm_table",
     .what = "the language model's plans for all coarse states, asked once and looked up",
     .source = "an LLM over pairs of interests, arXiv 2405.16363",
     .make = MakeLlmTablePlanner,
     .asks_model = true,
     .tabulates = true,
     .takes_fallback = true},
    {.name = "llm_grounded",
     .what = "the language model as a prior of the learned head, as far as it helps",
     .source = "LERL, arXiv 2601.19585; grounded by returns",
     .make = MakeLlmGroundedPlanner,
     .learns = true,
     .asks_model = true,
     .weighs_prior = true},
    {.name = "student",
     .what = "a small network that imitates another planner, its teacher",
     .source = "DAgger, Ross et al. 2011, arXiv 1011.0686",
     .make = MakeStudentOfTeacher,
     .learns = true,
     .has_teacher = true},
    {.name = "wish_keywords",
     .what = "a base planner, moved by the categories whose names or words a user's wish has",
     .source = "control",
     .make = MakeWishPlannerOverBase,
     .learns = true,
     .heeds_wishes = true},
    {.name = "wish_embeddings",
     .what = "a base planner, moved by sentence embeddings of a user's wish",
     .source = "control; Sentence-BERT, arXiv 1908.10084",
     .make = MakeWishPlannerOverBase,
     .learns = true,
     .heeds_wishes = true},
    {.name = "wish_model",
     .what = "a base planner, moved by what a language model makes of a user's wish",
     .source = "ours",
     .make = MakeWishPlannerOverBase,
     .learns = true,
     .heeds_wishes = true},
    {.name = "wish_oracle",
     .what = "ORACLE: a base planner, moved by what the user feels like, said or not",
     .source = "control",
     .make = MakeWishPlannerOverBase,
     .learns = true,
     .oracle = true,
     .heeds_wishes = true},
    {.name = "oracle",
     .what = "ORACLE: the category whose best items are worth most now",
     .source = "control",
     .make = MakeOraclePlanner,
     .oracle = true},
};

// The planner of a row, over the one that planner.llm.fallback names where the row takes one.
std::unique_ptr<Planner> MakeOfRow(const PlannerRow& row, const PlannerConfig& config,
                                   const PlannerContext& context) {
  std::unique_ptr<Planner> planner = row.make(config, context);
  if (!row.takes_fallback || config.llm.fallback.empty()) return planner;
  const PlannerRow& below = FindPlannerRow(config.llm.fallback);
  if (below.oracle || below.asks_model || below.has_teacher)
    throw Error(ErrorKind::kConfig, "planner.llm.fallback: " + config.llm.fallback +
                                        " can't stand in for a language model; name a planner "
                                        "that asks none and does not see the truth");
  PlannerConfig fallback = config;
  fallback.name = below.name;
  return std::make_unique<FallbackPlanner>(std::move(planner), MakePlanner(fallback, context));
}

std::unique_ptr<Planner> MakeStudentOfTeacher(const PlannerConfig& config,
                                              const PlannerContext& context) {
  const PlannerRow& row = FindPlannerRow(config.student.teacher, "planner.student.teacher");
  const std::string where = "planner.student.teacher: \"" + config.student.teacher + "\" ";
  if (row.oracle)
    throw Error(ErrorKind::kConfig, where +
                                        "reads the running session's truth, which is gone when a "
                                        "label is asked for; name a planner that is no oracle");
  if (row.has_teacher || !row.ranks)
    throw Error(ErrorKind::kConfig, where + "has no ranking to imitate; name another planner");
  if (config.student.oldest_label_seconds > 0 && !config.student.asynchronous)
    throw Error(
        ErrorKind::kConfig,
        "planner.student.oldest_label_seconds: a run without an asynchronous teacher repeats "
        "to the same bytes, so nothing in it may depend on time; set "
        "planner.student.asynchronous, or oldest_label in place of it");
  PlannerConfig of_teacher = config;
  of_teacher.name = row.name;
  PlannerContext without_truth = context;
  without_truth.oracle = nullptr;
  return MakeStudentPlanner(config, context, MakeOfRow(row, of_teacher, without_truth));
}

std::unique_ptr<Planner> MakeWishPlannerOverBase(const PlannerConfig& config,
                                                 const PlannerContext& context) {
  const PlannerRow& row = FindPlannerRow(config.wish.base, "planner.wish.base");
  if (row.oracle || row.asks_model || row.has_teacher || row.heeds_wishes || !row.ranks)
    throw Error(ErrorKind::kConfig, "planner.wish.base: wishes can't be added to \"" +
                                        config.wish.base +
                                        "\"; name a planner that ranks, asks no language model, "
                                        "has no teacher and does not see the truth");
  PlannerConfig base = config;
  base.name = row.name;
  PlannerContext without_truth = context;
  without_truth.oracle = nullptr;
  without_truth.craving = nullptr;
  return MakeWishPlanner(config, context, row.make(base, without_truth));
}

std::vector<PlannerRow>& AllPlannerRows() {
  static std::vector<PlannerRow> rows(std::begin(kPlannerRows), std::end(kPlannerRows));
  return rows;
}

}  // namespace

std::span<const PlannerRow> PlannerRows() { return AllPlannerRows(); }

PlannerAdded::PlannerAdded(const PlannerRow& row) {
  for (const PlannerRow& other : AllPlannerRows()) LERL_CHECK(other.name != row.name);
  AllPlannerRows().push_back(row);
}

const PlannerRow& FindPlannerRow(std::string_view name, std::string_view setting) {
  return FindRow(PlannerRows(), name, setting, "planner");
}

namespace {

// The row of the planner or, where it imitates one, of its teacher.
const PlannerRow& PlanningRow(const PlannerConfig& config) {
  const PlannerRow& row = FindPlannerRow(config.name);
  return row.has_teacher ? FindPlannerRow(config.student.teacher, "planner.student.teacher") : row;
}

}  // namespace

bool AsksLanguageModel(const PlannerConfig& config) { return PlanningRow(config).asks_model; }

bool LooksPlansUp(const PlannerConfig& config) {
  const PlannerRow& row = PlanningRow(config);
  return row.tabulates || (row.asks_model && config.llm.tabulate);
}

void CheckLanguageModel(const PlannerConfig& config) {
  if (AsksLanguageModel(config)) CheckBackend(config.llm);
  CheckWishModel(config);
}

std::unique_ptr<Planner> MakePlanner(const PlannerConfig& config, PlannerContext context) {
  const PlannerRow& row = FindPlannerRow(config.name);
  if (!row.oracle) context.oracle = nullptr, context.craving = nullptr;
  if (context.dataset.num_categories() == 0 && row.ranks)
    throw Error(ErrorKind::kConfig, "planner.name = '" + config.name + "': the data set " +
                                        context.dataset.name +
                                        " has no categories to plan; 'none' plays without plans");
  return MakeOfRow(row, config, context);
}

}  // namespace lerl
