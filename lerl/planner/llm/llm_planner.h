#pragma once
// llm: LERL's hierarchical semantic planner (arXiv 2601.19585; docs/papers.md). A language model
// reads the category-level history of a session and a few reflections, and says which categories
// to show next. It ranks category c by
//
//   score_c = log p(name_c | prompt)     mode "names": one forward pass per state
//   score_c = log p(label_c | prompt)    mode "letters": the same
//   score_c = - place of label_c         mode "generate": an answer that is a list, by a grammar
//
// and in the first two, less what it says of nobody in particular, as the setting `calibrate` says:
//
//   score_c = log p(. | prompt) - b_c
//   b_c = log p(. | prompt without history)                                 "neutral"
//   b_c = mean over favourites f of log p(. | prompt with f alone)          "mean"
//
//   name_c    the category's name: its first token, where no other name begins with that token, and
//             otherwise all its tokens with their mean log p (llm/llama/name_scores.h)
//   label_c   a letter that stands for category c in the prompt: one token, permuted over the
//             categories by a seed, so that a liking for a letter can be measured. Where the model
//             has too few such tokens, the names themselves.
//   f         every category; of more than 32, 32 that are spread over all
//
// Labels on which an endpoint's answer is silent rank below all others
// (planner/llm/unlisted_labels.h); without `calibrate` they tie, and rank by id.
//
// Temperature: above 0 rankings are drawn from softmax(score / temperature), and in mode "generate"
// the model samples a list for each plan (planner/llm/plan_answers.h).
//
// Differences from the paper:
// - All categories are scored, and candidates are applied afterwards.
// - The prompt shows a coarse state, so that answers are cached by exactly what the prompt shows.
// - Reflections are drawn every `refresh_every` iterations and not at each, because a draw changes
//   all prompts, so that no cached answer is hit any more. An evaluation shows the latest draw.
//   With `published_draws` they are drawn for each step of the sessions, as in the public code: the
//   same for all users who are at that step of an iteration or an evaluation.
//
// Budget: training may ask for `train_plans` answers and validation for `valid_plans`;
// planner/llm/plan_answers.h says how they are spread. An endpoint has a budget of its own. When it
// is used up a training run ends at a checkpoint, as with Ctrl-C, and an evaluation with
// Error(kUnusable).
//
// Failures: an answer that is invalid or missing (a dead endpoint) falls back to the categories
// that the user liked most, with origin kFallback and the reason, or to the planner that the
// setting `fallback` names (planner/fallback_planner.h). It is asked for again the next time, an
// invalid one up to `tries` times in a row (planner/llm/invalid_answers.h).

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lerl/planner/llm/names_prompt.h"
#include "lerl/planner/llm/plan_answers.h"
#include "lerl/planner/llm/plan_table.h"
#include "lerl/planner/llm/reflection_pool.h"
#include "lerl/planner/planner_context.h"
#include "lerl/planner/profiles/user_profiles.h"

namespace lerl {

class LlmPlanner : public Planner, public LanguageModelPlanner {
 public:
  LlmPlanner(const PlannerConfig& config, const Dataset& dataset, const Split& split,
             std::shared_ptr<LlmBackend> backend);

  std::string name() const override { return config_.llm.tabulate ? "llm_table" : "llm"; }
  std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode mode) override;
  void BeginIteration(uint64_t seed, PlanMode mode) override;
  void Reflect(std::span<const EndedSession> sessions) override;
  PlannerReport Report() const override;
  void Save(TensorFile& file) const override;
  void Load(const TensorFile& file) override;

  LanguageModelPlanner* language_model() override { return this; }
  std::string PromptHash() const override { return prompt_hash_; }
  void ShowReflections(std::vector<std::string> reflections) override;
  std::string SharedPrefix() const override { return answers_.prompt().prefix; }
  std::string SuffixOf(const PlanRequest& request) override;
  const std::vector<std::string>& labels() const override { return answers_.labels(); }
  std::vector<float> ScoresOf(const PlanRequest& request, PlanMode mode) override;
  LlmBackend& backend() override { return answers_.backend(); }

  const ReflectionPool& pool() const { return pool_; }
  // The answer for each request that Rank would use.
  std::vector<PlanAnswers::Source> Sources(std::span<const PlanRequest> requests, PlanMode mode);
  // The exact hit of the cache for a request under the present prefix; nullptr if there is none.
  // The pointer lives until the model is asked again.
  const PlanAnswer* Cached(const PlanRequest& request);
  const PlanTableInfo& table() const { return table_; }  // with `tabulate`
  // What a prompt shows of a request.
  PlanState StateOf(const PlanRequest& request);

 private:
  void BuildPrompt();
  std::vector<std::string> Draw(Rng& rng) const;
  // With `published_draws`: prompts show the draw of a step from here on.
  void ShowDrawOfStep(int step);
  std::vector<PlanAnswers::Source> SourcesOfStep(std::span<const PlanRequest> requests,
                                                 PlanMode mode);

  const PlannerConfig config_;
  const Dataset& dataset_;
  UserProfiles profiles_;
  const PromptTemplates templates_;
  const NamesTemplate names_template_;
  std::map<std::string, int64_t> counts_;
  PlanAnswers answers_;
  PlanTableInfo table_;
  ReflectionPool pool_;
  std::vector<std::string> drawn_;  // the reflections that prompts show
  bool shown_ = false;              // drawn_ is what ShowReflections was told, not a draw
  std::string prompt_hash_;

  uint64_t iteration_seed_ = 0;
  int64_t iterations_ = 0;
  int64_t reflections_written_ = 0;
};

// The plan for a request by what a language model says of its state, as the header has it; where
// that is no plan, the categories that the user liked most, with origin kFallback.
Plan PlanByAnswer(const PlannerConfig& config, UserProfiles& profiles, const PlanRequest& request,
                  const PlanAnswers::Source& source);

// The context's backend or, where it has none, the one that the settings name, made anew.
std::shared_ptr<LlmBackend> LlmBackendOf(const PlannerConfig& config,
                                         std::shared_ptr<LlmBackend> given);

std::unique_ptr<Planner> MakeLlmPlanner(const PlannerConfig& config, const PlannerContext& context);

// The settings of planner llm_table: those of llm with `tabulate`, pairs where no state is named,
// and no reflections.
PlannerConfig TableConfig(PlannerConfig config);
std::unique_ptr<Planner> MakeLlmTablePlanner(const PlannerConfig& config,
                                             const PlannerContext& context);

}  // namespace lerl
