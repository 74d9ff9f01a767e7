#pragma once
// LERL's hierarchical semantic planner (arXiv 2601.19585): a language model reads a user's
// category-level history and a few reflections, and says which categories to show next.
//
//   score_c = log p(label_c | prompt)            mode "scores": one forward pass per state
//   score_c = - place of label_c in the answer   mode "generate": a list constrained by a grammar
//   calibrate: score_c - log p(label_c | prompt without history)
//
// Differences from the paper: categories stand for single-token labels, permuted by a seed (a
// liking for a letter can be measured), or, where a model has too few, for themselves, by the mean
// log p per token of their names (llm/llama/name_scores.h); all categories are scored and candidates
// applied afterwards; the prompt shows a coarse state, so that answers are cached by exactly what
// the prompt shows; reflections are drawn every `refresh_every` iterations, not at each, since a
// draw changes all prompts and costs the cache its hits, and an evaluation shows the latest draw.
//
// Budget: training may ask for `train_plans` answers. Until the next draw of reflections at most
// half of what is left (all of it without reflections), and per call at most an eighth of that, so
// that all steps of a session are covered; any other state gets the ranking of the nearest cached
// one (PlanOrigin::kNearest). In evaluation every answer is fresh or an exact hit. An invalid
// answer, or none (a dead endpoint), falls back to the user's own most liked categories (kFallback,
// with the reason) or the planner that `fallback` names (planner/fallback_planner.h); what nobody
// answered is asked again. A budget that is used up ends a training run as Ctrl-C does, and an
// evaluation with Error(kUnusable).

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lerl/llm/backend.h"
#include "lerl/planner/llm/plan_cache.h"
#include "lerl/planner/llm/prompt.h"
#include "lerl/planner/llm/reflection_pool.h"
#include "lerl/planner/profiles/user_profiles.h"
#include "lerl/planner/planner_context.h"

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
  // As in an evaluation, but a spent budget stops the training run that the labels are for.
  void SetLabelling(bool labelling) { evaluation_ = labelling_ = labelling; }
  std::vector<Plan> RankForStudent(std::span<const PlanRequest> requests) override;
  std::string PromptHash() const override { return prompt_hash_; }
  PlannerCounts Counts() const override;
  void Save(TensorFile& file) const override;
  void Load(const TensorFile& file) override;

  // The reflections that prompts show; without any where `reflections` is empty.
  void ShowReflections(std::vector<std::string> reflections);

  // What the model is asked for a request, for people and benchmarks.
  std::string SharedPrefix() const { return prompt_.prefix; }
  std::string SuffixOf(const PlanRequest& request);
  const std::vector<std::string>& labels() const { return labels_; }  // [C]
  // Scores [C] of a request as the ranking uses them, and whether they were cached.
  std::vector<float> ScoresOf(const PlanRequest& request);
  LlmBackend& backend() { return *backend_; }
  const ReflectionPool& pool() const { return pool_; }

  // Where a request's scores come from.
  struct Source {
    PlanAnswer answer;
    PlanOrigin origin = PlanOrigin::kCached;
    std::string reason;
  };
  // An answer for each request, as Rank would use it.
  std::vector<Source> Sources(std::span<const PlanRequest> requests);
  // The exact hit of the cache for a request under this prefix; nullptr if there is none. Lives
  // until the next question.
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
  std::vector<std::string> drawn_;  // reflections in the prompt
  PlanPrompt prompt_;
  std::string prefix_hash_, prompt_hash_;
  std::vector<float> baseline_;  // of this prefix; empty until it is asked for

  bool evaluation_ = false, labelling_ = false;
  uint64_t iteration_seed_ = 0;
  int64_t iterations_ = 0;
  int64_t asked_in_training_ = 0;
  int64_t granted_ = 0;  // answers that training may still ask for with this prefix
  int64_t reflections_written_ = 0;
  std::map<std::string, int64_t> counts_;
};

// The context's backend or, without one, the model that the settings name, loaded.
std::shared_ptr<LlmBackend> LlmBackendOf(const PlannerConfig& config,
                                         const PlannerContext& context);

std::unique_ptr<Planner> MakeLlmPlanner(const PlannerConfig& config, const PlannerContext& context);

}  // namespace lerl
