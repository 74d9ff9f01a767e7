#pragma once
// The registry of planners: one explicit table. A new planner is one row in it and one unit.
//
// A row says what a planner is (name, what, source) and how it is made; the fields behind say what
// it reads and asks, and so where it may be used.

#include <memory>
#include <span>
#include <string_view>

#include "lerl/planner/planner_context.h"

namespace lerl {

struct PlannerRow {
  std::string_view name;
  std::string_view what;    // in one line
  std::string_view source;  // the publication that describes it, or "control"
  std::unique_ptr<Planner> (*make)(const PlannerConfig&, const PlannerContext&);

  bool learns = false;          // from the sessions of training
  bool oracle = false;          // reads the simulator's truth: an upper bound, not a policy
  bool asks_model = false;      // its plans cost answers of a language model
  bool tabulates = false;       // looks the model's plans up in a table (planner/llm/plan_table.h)
  bool weighs_prior = false;    // mixes what the model says in, with a weight that it learns
  bool has_teacher = false;     // imitates the planner that planner.student.teacher names
  bool takes_fallback = false;  // planner.llm.fallback plans where it has no plan of its own
  bool heeds_wishes = false;    // adds what wishes say to the planner that planner.wish.base names
  bool ranks = true;            // false: all categories are planned, and nothing can be imitated
};

std::span<const PlannerRow> PlannerRows();

// Adds a planner from outside of this tree to the table, under a name of its own. It stands as an
// object of namespace scope in a source of the program, so that the row is there before the program
// begins; spans and rows that were given before are no longer valid.
//
//   const lerl::PlannerAdded kMine({.name = "mine", .what = "...", .source = "...", .make = Make});
struct PlannerAdded {
  explicit PlannerAdded(const PlannerRow& row);
};
// Throws Error(kConfig) on an unknown name; the message names the setting and the nearest planner.
const PlannerRow& FindPlannerRow(std::string_view name, std::string_view setting = "planner.name");

// Whether plans of this configuration cost answers of a language model; those that its teacher asks
// for count.
bool AsksLanguageModel(const PlannerConfig& config);
// Whether they are looked up in a plan table, by it or its teacher.
bool LooksPlansUp(const PlannerConfig& config);

// Throws Error(kModel) or Error(kConfig) where the language model that this configuration asks
// can't be used, as far as that shows without loading or asking it.
void CheckLanguageModel(const PlannerConfig& config);

// Makes the planner that `config.name` names, with its fallback and its teacher. Throws
// Error(kConfig) on an unknown name, where the data set has no categories to plan, and where the
// fallback or the teacher can't be one; Error(kModel) when a language model can't be loaded.
std::unique_ptr<Planner> MakePlanner(const PlannerConfig& config, PlannerContext context);

}  // namespace lerl
