#pragma once
// llm_grounded: a language model as a prior of the learned head, so that a weak one does no harm
// and a strong one helps.
//
//   score(c) = w z(log p(c | prompt) - log p(c | prompt without history)) + (1 - w) z(Q(c | state))
//
// z over the candidates; the first term is planner/llm/llm_planner.h, calibrated; Q is
// planner/learned/learned_planner.h. w is learned (planner/llm/weight_slope.h) from the sessions of training,
// each before the head learns from it; or set (`weight`).
// While w is 0 the model is asked in one session in `asked` alone, drawn by the session's seed, and
// in evaluation not at all. A student's teacher is asked about their states too, each answer fresh
// or an exact hit, so that w can move where it never plays.
//
// Differences from LERL (arXiv 2601.19585): there the model's answer is the plan. An invalid answer
// falls back to the head, visibly (PlanOrigin::kFallback). A prior counts for w only where the very
// state was answered, not the nearest one.

#include <memory>
#include <string>
#include <vector>

#include "lerl/planner/learned/learned_planner.h"
#include "lerl/planner/llm/llm_planner.h"
#include "lerl/planner/llm/weight_slope.h"

namespace lerl {

inline constexpr char kWeightFigure[] = "weight of the language model";  // w, in Figures()

class LlmGroundedPlanner : public Planner {
 public:
  LlmGroundedPlanner(const PlannerConfig& config, const PlannerContext& context);

  std::string name() const override { return "llm_grounded"; }
  void Prepare(int slots) override;
  std::vector<Plan> Rank(std::span<const PlanRequest> requests) override;
  std::vector<Plan> RankForStudent(std::span<const PlanRequest> requests) override;
  bool learns() const override { return true; }
  void Reflect(std::span<const EndedSession> sessions) override;
  void BeginIteration(uint64_t seed) override { llm_.BeginIteration(seed); }
  void SetEvaluation(bool evaluation) override;
  void SetExplore(bool explore) override { head_.SetExplore(explore); }
  std::string PromptHash() const override { return llm_.PromptHash(); }
  PlannerCounts Counts() const override;
  PlannerFigures Figures() const override;
  void Save(TensorFile& file) const override;
  void Load(const TensorFile& file) override;

  double weight() const;  // w as used now
  // Takes w from elsewhere (logs), where the settings leave it to be learned.
  void set_weight(double weight) { learned_ = weight; }
  LearnedPlanner& head() { return head_; }
  LlmPlanner& llm() { return llm_; }

 private:
  bool Asked(uint64_t session_seed) const;  // also while w is 0
  void AddStates(const EndedSession& session);
  void Fit();

  const PlannerConfig config_;
  const Dataset& dataset_;
  LearnedPlanner head_;
  LlmPlanner llm_;
  WeightSlope states_;
  WeightFit fit_;
  double learned_;  // w
  bool evaluation_ = false;
  int64_t head_alone_ = 0;
};

// A model's scores with a finite one, the lowest less 1, for categories that it did not name.
std::vector<double> FinitePrior(std::span<const float> scores);

std::unique_ptr<Planner> MakeLlmGroundedPlanner(const PlannerConfig& config,
                                                const PlannerContext& context);

}  // namespace lerl
