#pragma once
// Audit of planners: what their rankings are worth for held-out users, without a low level.
//
// A user is judged in three states, after 0, 1 and 2 slates. The slates are the user's latest
// training rows, K = env.slate_size in each. What comes is the next 20 likes after the training
// rows. Users are held-out ones (World::judged) who have at least 5 likes to come and 2 K training
// rows behind. Figures of a user are means over the states. Each seed draws anew what planners draw
// and how the simulator starts. Nothing is left out of a ranking (skip_last is off).
//
//   NDCG@5          NDCG (base/math.h) of the first five categories; a category's worth is the
//                   number of the next likes that carry it
//   NDCG@5 truth    the same; a category's worth is what it is worth in the simulator at the start
//   recall@5        sum over the first five categories of n_c / sum over all categories of n_c,
//                   n_c the number of the next likes that carry category c
//   coverage        categories that the plan of any user holds in any state / C, per seed
//   repeats         share of a plan that the plan of the state before holds too; over the two
//                   states that have one before
//   popularity      C times the mean over planned categories of their share of all likes: 1 is no
//                   bias towards popular categories
//   invalid         share of plans that are fallbacks
//   widened         share of plans to which widening added a category
//
// Rows and their state:
//
//   ""                     a planner that does not learn
//   "from logs"            one that learns, as it starts from the logs; w of llm_grounded is fitted
//                          to the next likes of training users
//   "played"               the same after practice under the low level `popularity`
//                          (eval/audit/planner_practice.h)
//   "letters"              planner llm, asked by letters where the settings ask it by names
//   "tuned"                planner llm with the adapter of `lerl plan tune-model`, uncalibrated
//   "template NAME"        planner llm by names, under another template than that of the settings
//   "run"                  the configuration's own planner from its finished run, where there is
//                          one: in place of "", or beside "from logs" and "played"
//   "run, no reflections"  the same without reflections, where it asks a language model: the effect
//                          of reflections on plans shows at the same states
//
// A row "run, no reflections" also has its agreement with "run": the overlap of their first three
// categories, and NDCG@5 of its rankings by those of "run" (planner/student/agreement.h).
//
// With `permute_labels` each seed s has a permutation of its own for the planners that ask a
// language model, planner.llm.label_seed + s - 1: which letter stands for which category, or, by
// names, in which order the prompt lists them. So a seed's plans are those of one permutation, and
// the intervals of users x seeds are of users x permutations. What practice teaches is learned
// under the first.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lerl/eval/statistics.h"
#include "lerl/planner/plan_policy.h"
#include "lerl/train/world.h"

namespace lerl {

inline constexpr char kTemplateState[] = "template ";  // of a row's state, before the name

struct AuditOptions {
  int64_t users = 100;  // at most
  std::vector<int64_t> seeds = {1, 2, 3, 4, 5};
  int64_t iterations = 20;         // of practice
  std::filesystem::path run = {};  // finished run of the configuration (a seed's folder), or empty
  int64_t run_seed = 1;
  std::string run_stale = {};  // StaleRun of the finished run (train/run_folder.h)
  std::shared_ptr<LlmBackend> backend = nullptr;  // in place of the model file of the settings
  std::vector<std::string> planners = {};         // of the registry; empty: all
  bool letters_too = true;                        // whether llm has its row "letters"
  bool permute_labels = false;                    // each seed has a permutation of its own
  std::vector<std::string> templates = {};        // names templates that llm is also asked by
  std::filesystem::path tuned = {};               // LoRA adapter of the row "tuned", or empty
  std::optional<int64_t> looks = {};              // at these users on record (eval/ledger.h)
};

struct AuditRow {
  HeldOut held_out = HeldOut::kValidation;  // who were judged
  std::string planner{};
  std::string state{};                                         // as above
  std::vector<std::pair<std::string, CrossedTable>> tables{};  // by metric
  PlanCounts plans{};
  PlannerFigures figures{};
  std::string prompt_hash{};                     // under the first seed
  bool permuted = false;                         // each seed had a permutation of its own
  std::vector<std::vector<int16_t>> rankings{};  // [seeds x states x users]
  // Of a row "run, no reflections": how its rankings agree with those of "run" at the same states.
  std::vector<std::pair<std::string, CrossedTable>> agreement{};
};

// The row's table of a metric that it has.
const CrossedTable& TableOf(const AuditRow& row, const std::string& metric);

// "overlap@3" and "NDCG@5": how a row's rankings agree with those of `reference` at the same
// states.
std::vector<std::pair<std::string, CrossedTable>> AgreementOf(const AuditRow& row,
                                                              const AuditRow& reference);

// The settings under which a planner is asked with the permutation of a seed. Another permutation
// has another plan table; where the settings name its file, the seed is added to the name.
LlmPlannerConfig WithPermutation(LlmPlannerConfig config, int64_t seed);

// The rows of every planner of the registry, or of `options.planners`. Throws Error(kData) when
// fewer than two held-out users have enough likes to come and rows behind.
std::vector<AuditRow> AuditPlanners(const World& world, const RunConfig& config,
                                    const AuditOptions& options);

}  // namespace lerl
