#pragma once
// learned: a head that learns from returns which category pays in which state; no language model.
//
//   Q(c | s) = phi(s, c) . beta           phi: planner/profiles/category_features.h
//   beta       Bayesian linear regression (nn/ridge.h) of value_tc
//   (planner/learned/category_returns.h:
//              step level and session level) on phi, a row per category that a plan showed,
//              weighted by its share of the slate, older iterations fading by `keep`
//   start      beta_0 is `start` on the profile score and 0 elsewhere: before the first session the
//              head ranks by what the logs foretell
//   explore    in training each session draws its own beta from the posterior (Thompson sampling)
//
// Reference: Thompson sampling for linear pay-offs, Agrawal and Goyal 2013 (arXiv 1209.3352); the
// features and the return are ours. Not handled: interactions of the categories of one plan.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lerl/nn/ridge.h"
#include "lerl/planner/profiles/category_features.h"
#include "lerl/planner/planner_context.h"

namespace lerl {

class LearnedPlanner : public Planner {
 public:
  LearnedPlanner(const PlannerConfig& config, const PlannerContext& context);

  std::string name() const override { return "learned"; }
  std::vector<Plan> Rank(std::span<const PlanRequest> requests) override;
  bool learns() const override { return true; }
  void Reflect(std::span<const EndedSession> sessions) override;
  void SetExplore(bool explore) override { explore_ = explore; }
  PlannerFigures Figures() const override;
  void Save(TensorFile& file) const override { ridge_.Save(file, "learned_planner"); }
  void Load(const TensorFile& file) override { ridge_.Load(file, "learned_planner"); }

  // Q [C]; by the session's own draw while exploring.
  std::vector<double> Values(const PlanRequest& request);
  CategoryFeatures& features() { return features_; }

 private:
  std::vector<double> Coefficients(const PlanRequest& request) const;

  const PlannerConfig config_;
  const Dataset& dataset_;
  CategoryFeatures features_;
  Ridge ridge_;
  std::vector<double> phi_;  // [C, D] of the latest request
  bool explore_ = false;
};

std::unique_ptr<Planner> MakeLearnedPlanner(const PlannerConfig& config,
                                            const PlannerContext& context);

}  // namespace lerl
