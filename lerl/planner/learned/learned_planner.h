#pragma once
// learned: a head that learns from returns which category pays in which state, without a language
// model. The plan ranks by
//
//   Q(c | s) = phi(s, c) . beta
//
//   phi     features [D] of category c in state s (planner/profiles/category_features.h)
//   beta    coefficients [D], learned by Bayesian linear regression (nn/ridge.h):
//
//   value_tc ~ phi(s_t, c) . beta        one row per step t and category c that a plan showed
//
//   target   value_tc, which joins step level and session level
//            (planner/learned/category_returns.h)
//   weight   share_tc; after each iteration all earlier rows count `keep` times as much
//   start    beta_0 is `start` at the profile score and 0 elsewhere, so that before the first
//            session the head ranks by what the logs foretell
//   explore  in training each session ranks by a beta of its own, drawn from the posterior with
//            `explore` times its width (Thompson sampling); otherwise by the mean
//
// Reference: Thompson sampling for linear pay-offs, Agrawal and Goyal 2013 (arXiv 1209.3352). The
// features and the return are ours. Not handled: categories of one plan that help or hinder each
// other.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lerl/nn/ridge.h"
#include "lerl/planner/planner_context.h"
#include "lerl/planner/profiles/category_features.h"

namespace lerl {

class LearnedPlanner : public Planner {
 public:
  LearnedPlanner(const PlannerConfig& config, const PlannerContext& context);

  std::string name() const override { return "learned"; }
  std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode mode) override;
  void Reflect(std::span<const EndedSession> sessions) override;
  bool learns() const override { return true; }
  PlannerReport Report() const override;
  void Save(TensorFile& file) const override { ridge_.Save(file, "learned_planner"); }
  void Load(const TensorFile& file) override { ridge_.Load(file, "learned_planner"); }

  // Q [C] of a request's state; in kTraining by the session's own draw of beta. Throws
  // Error(kUnusable) where one is not finite, as Reflect does where beta is not.
  std::vector<double> Values(const PlanRequest& request, PlanMode mode);
  CategoryFeatures& features() { return features_; }

 private:
  // beta [D] for the session of a request.
  std::vector<double> Coefficients(const PlanRequest& request, PlanMode mode) const;

  const PlannerConfig config_;
  const Dataset& dataset_;
  CategoryFeatures features_;
  Ridge ridge_;
  std::vector<double> phi_;  // [C, D] of the latest request
};

std::unique_ptr<Planner> MakeLearnedPlanner(const PlannerConfig& config,
                                            const PlannerContext& context);

}  // namespace lerl
