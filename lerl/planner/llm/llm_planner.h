#pragma once
// llm: LERL's hierarchical semantic planner (arXiv 2601.19585; docs/papers.md). A language model
// reads the category-level history of a session and a few reflections, and says which categories
// to show next. It ranks category c by
//
//   score_c = log p(label_c | prompt)             mode "scores": one forward pass per state
//   score_c = - place of label_c in the answer    mode "generate": a list, bound by a grammar
//
// and in mode "scores", where the setting `calibrate` is on, less what it says of nobody:
//
//   score_c = log p(label_c | prompt) - log p(label_c | prompt without history)
//
//   label_c   what stands for category c in the prompt: one token, permuted over the categories by
//             a seed, so that a liking for a letter can be measured. Where the model has too few
//             such tokens: in lists any letters, otherwise the category's name, with the mean log p
//             per token (llm/llama/name_scores.h).
//
// Differences from the paper:
// - All categories are scored, and candidates are applied afterwards.
// - The prompt shows a coarse state, so that answers are cached by exactly what the prompt shows.
// - Reflections are drawn every `refresh_every` iterations and not at each, because a draw changes
//   all prompts, so that no cached answer is hit any more. An evaluation shows the latest draw.
//
// Budget: training may ask for `train_plans` answers.
// - Until the next draw of reflections it may use half of those left (all of them if the setting
//   `reflect` is off).
// - A call may use an eighth of what that leaves, or one batch if that is more, so that all steps
//   of a session are covered.
// - A state beyond the budget gets the ranking of the nearest cached state (PlanOrigin::kNearest).
// In an evaluation every answer is fresh or an exact hit. An endpoint has a budget of its own; when
// it is used up a training run ends as with Ctrl-C, and an evaluation with Error(kUnusable).
//
// Failures: an answer that is invalid or missing (a dead endpoint) falls back to the categories
// that the user liked most, with origin kFallback and the reason, or to the planner that the
// setting `fallback` names (planner/fallback_planner.h). A missing answer is asked for again.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lerl/llm/backend.h"
#include "lerl/planner/llm/plan_cache.h"
#include "lerl/planner/llm/prompt.h"
#include "lerl/planner/llm/reflection_pool.h"
#include "lerl/planner/planner_context.h"
#include "lerl/planner/profiles/user_profiles.h"

namespace lerl {

class LlmPlanner : public Planner {
 public:
  LlmPlanner(const PlannerConfig& config, const Dataset& dataset, const Split& split,
             std::shared_ptr<LlmBackend> backend);

  std::string name() const override { return "llm"; }
  std::vector<Plan> Rank(std::span<const PlanRequest> requests) override;
  void Reflect(std::span<const EndedSession> sessions) override;
  void BeginIteration(uint64_t seed) override;
  void SetEvaluation(bool evaluation) override { evaluation_ = evaluation; }
  // While labelling for a student, answers are as in an evaluation, but a used-up budget of the
  // endpoint stops the training run that the labels are for and throws nothing.
  void SetLabelling(bool labelling) { evaluation_ = labelling_ = labelling; }
  std::vector<Plan> RankForStudent(std::span<const PlanRequest> requests) override;
  std::string PromptHash() const override { return prompt_hash_; }
  PlannerCounts Counts() const override;
  void Save(TensorFile& file) const override;
  void Load(const TensorFile& file) override;

  // Sets the reflections that prompts show from here on; an empty list shows none.
  void ShowReflections(std::vector<std::string> reflections);

  // The two parts of what the model is asked for a request, for people and benchmarks.
  std::string SharedPrefix() const { return prompt_.prefix; }
  std::string SuffixOf(const PlanRequest& request);
  const std::vector<std::string>& labels() const { return labels_; }  // [C]
  // Scores [C] of a request as the ranking uses them.
  std::vector<float> ScoresOf(const PlanRequest& request);
  LlmBackend& backend() { return *backend_; }
  const ReflectionPool& pool() const { return pool_; }

  // An answer for a request and where it comes from.
  struct Source {
    PlanAnswer answer;
    PlanOrigin origin = PlanOrigin::kCached;
    std::string reason;  // why it is kNearest; empty otherwise
  };
  // The answer for each request that Rank would use.
  std::vector<Source> Sources(std::span<const PlanRequest> requests);
  // The exact hit of the cache for a request under the present prefix; nullptr if there is none.
  // The pointer lives until the model is asked again.
  const PlanAnswer* Cached(const PlanRequest& request) {
    return cache_.Find(prefix_hash_, StateOf(request));
  }

 private:
  PlanState StateOf(const PlanRequest& request);
  void BuildPrompt();
  void GrantBudget();
  int64_t Allowance() const;
  std::vector<PlanAnswer> Ask(const std::vector<PlanState>& states);
  std::vector<PlanAnswer> AskForScores(const std::vector<std::string>& suffixes);
  std::vector<PlanAnswer> AskForLists(const std::vector<std::string>& suffixes);
  const std::vector<float>& Baseline();
  std::vector<Source> FindSources(const std::vector<PlanState>& states);
  void HeedBudget();
  Plan MakePlan(const PlanRequest& request, const Source& source);

  const PlannerConfig config_;
  const Dataset& dataset_;
  UserProfiles profiles_;
  const std::shared_ptr<LlmBackend> backend_;
  const PromptTemplates templates_;
  std::vector<std::string> names_, labels_;  // [C]

  PlanCache cache_;
  ReflectionPool pool_;
  std::vector<std::string> drawn_;  // the reflections that prompts show
  PlanPrompt prompt_;
  std::string prefix_hash_, prompt_hash_;
  std::vector<float> baseline_;  // [C] scores without history, this prefix; empty until asked for

  bool evaluation_ = false, labelling_ = false;
  uint64_t iteration_seed_ = 0;
  int64_t iterations_ = 0;
  int64_t asked_in_training_ = 0;
  int64_t granted_ = 0;  // answers that training may still ask for until the next draw
  int64_t reflections_written_ = 0;
  std::map<std::string, int64_t> counts_;
};

// The context's backend or, where it has none, the one that the settings name, made anew.
std::shared_ptr<LlmBackend> LlmBackendOf(const PlannerConfig& config,
                                         std::shared_ptr<LlmBackend> given);

std::unique_ptr<Planner> MakeLlmPlanner(const PlannerConfig& config, const PlannerContext& context);

}  // namespace lerl
