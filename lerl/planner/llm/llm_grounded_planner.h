#pragma once
// llm_grounded: a language model as a prior beside the learned head, so that a weak model does no
// harm and a strong one helps. It ranks the candidates of a state s by
//
//   prior(c) = log p(c | prompt) - log p(c | prompt without history)
//   score(c) = w z(prior(c)) + (1 - w) z(Q(c | s))
//
//   z        standardised over the candidates
//   p        the language model (planner/llm/llm_planner.h, with `calibrate`)
//   Q        the head (planner/learned/learned_planner.h)
//   w        weight of the language model in [0, 1]: the setting `weight`, or else learned from
//            the sessions of training, each before the head learns from it
//            (planner/llm/prior_weight_from_returns.h)
//
// Categories of the same prior, as those on which an answer is silent, are told apart by the head,
// at w = 1 too.
//
// While w is 0 the model is asked only in one of `asked` sessions, as the session's seed decides,
// and in an evaluation not at all. Its answers then change no plan, but show whether w should rise.
// As a student's teacher it asks the model about the states of these sessions too, and each answer
// is fresh or an exact hit, so that w can move although the teacher itself plays no session.
//
// Differences from LERL (arXiv 2601.19585; docs/papers.md): there the model's answer is the plan.
// Here an invalid answer falls back to the head (PlanOrigin::kFallback, counted). Only an answer
// for the very state counts towards w, not one for the nearest state.

#include <memory>
#include <string>
#include <vector>

#include "lerl/planner/learned/learned_planner.h"
#include "lerl/planner/llm/llm_planner.h"
#include "lerl/planner/llm/prior_weight_from_returns.h"

namespace lerl {

inline constexpr char kWeightFigure[] = "weight of the language model";  // w, in Figures()
// Alignment, in Figures(): slope at w = 0 over its standard error, as it was when w first rose
// above 0, or else once kAlignmentSessions sessions had asked the model; 0 before. It says early
// whether listening will pay: until then nobody has listened, and w rises where it exceeds kProof.
inline constexpr char kAlignmentFigure[] = "alignment of the language model, first sessions";
inline constexpr int64_t kAlignmentSessions = 240;

class LlmGroundedPlanner : public Planner, public PriorPlanner {
 public:
  LlmGroundedPlanner(const PlannerConfig& config, const PlannerContext& context);

  std::string name() const override { return "llm_grounded"; }
  std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode mode) override;
  void BeginIteration(uint64_t seed, PlanMode mode) override { llm_.BeginIteration(seed, mode); }
  void Reflect(std::span<const EndedSession> sessions) override;
  bool learns() const override { return true; }
  PlannerReport Report() const override;
  void Save(TensorFile& file) const override;
  void Load(const TensorFile& file) override;

  LanguageModelPlanner* language_model() override { return &llm_; }
  PriorPlanner* prior() override { return this; }
  // States whose answer is invalid are left out (planner/llm/prior_weight_from_likes.h).
  void LearnWeight(std::span<const PlanRequest> requests,
                   std::span<const std::vector<double>> liked) override;

  double weight() const;  // w as used now
  LearnedPlanner& head() { return head_; }
  LlmPlanner& llm() { return llm_; }

 private:
  // Whether the model is asked in a session even while w is 0.
  bool Asked(uint64_t session_seed) const;
  // Hands the steps of a session whose states the model has answered to the learner of w.
  void AddStates(const EndedSession& session);
  void Fit();

  const PlannerConfig config_;
  const Dataset& dataset_;
  LearnedPlanner head_;
  LlmPlanner llm_;
  WeightFromReturns states_;
  WeightFit fit_;
  double learned_;          // w as learned so far
  double alignment_ = 0;    // of the first sessions
  int64_t head_alone_ = 0;  // rankings for which the model was not asked
};

// The scores [C] of a model, in which categories that it did not name (minus infinity) take its
// lowest finite score less 1.
std::vector<double> FinitePrior(std::span<const float> scores);

std::unique_ptr<Planner> MakeLlmGroundedPlanner(const PlannerConfig& config,
                                                const PlannerContext& context);

}  // namespace lerl
