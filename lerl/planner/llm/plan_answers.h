#pragma once
// PlanAnswers: what a language model says of states, as scores of all categories. An answer comes
// from the cache, from the model, or, where training's budget ends, from the nearest cached state.
//
// Budget: training may ask for `train_plans` answers.
// - Until the next Grant it may use half of those left (all of them if the setting `reflect` is
//   off).
// - A call may use an eighth of what that leaves, or one batch if that is more, so that all steps
//   of a session are covered.
// - A state beyond the budget gets the answer for the nearest cached state (PlanOrigin::kNearest).
// The validation sessions between iterations have `valid_plans` of their own, spread over calls in
// the same way, so that they take nothing from training. In an exact mode (IsExact) every answer is
// fresh or an exact hit. An endpoint has a budget of its own. When it is used up Find throws
// Error(kUnusable) in kEvaluation; otherwise stop_reason() says so from then on.
//
// A model that never answers: Find throws Error(kModel) where no question of this process has had a
// valid answer, once its servers refuse all of them or kQuestionsInVain have been asked.
//
// An answer that can't be read is asked for again at the next request of its state
// (planner/llm/invalid_answers.h).
//
// A list that is generated above temperature 0 is a sample, and a sample serves one plan: every
// request asks anew, equal states too, each with a seed of its own. Beyond a budget the latest
// sample of the nearest state is used, and counts as kNearest. With the setting `reuse_samples` a
// state keeps its first sample, as it keeps any other answer.
//
// A table (planner/llm/plan_table.h) answers for every state beforehand, as exact hits.
//
// Axes: C categories.

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "lerl/llm/backend.h"
#include "lerl/planner/llm/invalid_answers.h"
#include "lerl/planner/llm/plan_cache.h"
#include "lerl/planner/llm/prompt.h"
#include "lerl/planner/planner.h"
#include "lerl/planner/planner_config.h"

namespace lerl {

// The score of a category that a list does not name.
inline constexpr float kNotNamed = -std::numeric_limits<float>::infinity();

// The name of the cache in a file that PlanAnswers::Save has filled.
inline constexpr char kSavedAnswers[] = "llm_planner/cache";

class PlanAnswers {
 public:
  // `names` [C] are the categories as prompts show them. What happens is counted in `counts`, which
  // must outlive this.
  PlanAnswers(const PlannerConfig& config, std::vector<std::string> names,
              std::shared_ptr<LlmBackend> backend, std::map<std::string, int64_t>& counts);

  // From here on questions are asked, and answers found, under this prompt.
  void SetPrompt(PlanPrompt prompt);
  // Sets anew how many answers training may ask for until the next Grant.
  void Grant();

  // An answer for a state and where it comes from.
  struct Source {
    PlanAnswer answer;
    PlanOrigin origin = PlanOrigin::kCached;
    std::string reason;  // why it is kNearest; empty otherwise
  };
  // An answer for each state. Of equal states the first asks and the others share its answer,
  // unless each has a sample of its own, drawn by its seed of `seeds` [states].
  std::vector<Source> Find(const std::vector<PlanState>& states, PlanMode mode,
                           const std::vector<uint64_t>& seeds = {});
  // The exact hit of the cache; nullptr if there is none. The pointer lives until the next Find.
  const PlanAnswer* Cached(const PlanState& state) const {
    return cache_.Find(prefix_hash_, state);
  }

  // Takes valid answers for states that have none yet, such as those of a table under this prompt.
  void Add(const std::vector<PlanState>& states, std::vector<PlanAnswer> answers);

  const PlanPrompt& prompt() const { return prompt_; }
  const std::string& prefix_hash() const { return prefix_hash_; }     // with mode and model
  int plan_size() const;                                              // of a prompt, at most C
  const std::vector<std::string>& names() const { return names_; }    // [C]
  const std::vector<std::string>& labels() const { return labels_; }  // [C]
  LlmBackend& backend() const { return *backend_; }
  int64_t cached() const { return cache_.size(); }
  const std::string& stop_reason() const { return stop_reason_; }

  // The cache goes into the file, what training has used of its budget into `state`.
  void Save(TensorFile& file, nlohmann::json& state) const;
  void Load(const TensorFile& file, const nlohmann::json& state);

 private:
  int64_t Allowance(PlanMode mode) const;
  // Whether nothing is to be asked: the cache has an answer, or the state was given up.
  bool Known(const PlanState& state, PlanAnswer& answer) const;
  std::vector<PlanAnswer> Ask(const std::vector<PlanState>& states,
                              const std::vector<uint64_t>& seeds, PlanMode mode);
  std::vector<PlanAnswer> AskForScores(const std::vector<std::string>& suffixes);
  std::vector<PlanAnswer> AskForLists(const std::vector<std::string>& suffixes,
                                      const std::vector<uint64_t>& seeds);
  void Keep(const PlanState& state, const PlanAnswer& answer);
  void Calibrate(PlanAnswer& answer);
  std::vector<PlanState> StatesOfBaseline() const;
  const std::vector<float>& Baseline();
  std::string BaselineKey() const { return prefix_hash_ + "|baseline"; }  // among invalid answers
  void HeedBudget(PlanMode mode);
  void RequireSomeAnswer(const std::string& reason) const;

  const PlannerConfig config_;
  const std::vector<std::string> names_;
  const std::shared_ptr<LlmBackend> backend_;
  const std::vector<std::string> labels_;  // [C] what a prompt or an answer calls a category
  const std::vector<std::string> scored_;  // [C] what is scored for it; as labels_ but for names
  std::map<std::string, int64_t>& counts_;

  PlanCache cache_;
  InvalidAnswers invalid_;
  PlanPrompt prompt_;
  std::string prefix_hash_;
  // [C] b of llm_planner.h of this prompt, empty until asked for; with `published_draws` also of
  // others, by their hash.
  std::map<std::string, std::vector<float>> baselines_;
  int64_t asked_in_training_ = 0;
  int64_t asked_in_validation_ = 0;
  int64_t granted_ = 0;              // answers that training may still ask for until the next Grant
  int64_t valid_ = 0, in_vain_ = 0;  // questions of this process with and without a valid answer
  std::string stop_reason_;
};

}  // namespace lerl
