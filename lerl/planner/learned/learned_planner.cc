#include "lerl/planner/learned/learned_planner.h"

#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/planner/learned/category_returns.h"
#include "lerl/planner/ranking.h"
#include "lerl/planner/session_state.h"

namespace lerl {
namespace {

std::vector<double> StartOf(const HeadConfig& config, int64_t width) {
  std::vector<double> start(At(width), 0);
  start[CategoryFeatures::kProfileScore] = config.start;
  return start;
}

}  // namespace

LearnedPlanner::LearnedPlanner(const PlannerConfig& config, const PlannerContext& context)
    : config_(config),
      dataset_(context.dataset),
      features_(config, context),
      ridge_(features_.width(), config.head.l2, StartOf(config.head, features_.width())) {}

std::vector<double> LearnedPlanner::Coefficients(const PlanRequest& request, PlanMode mode) const {
  if (mode == PlanMode::kTraining && config_.head.explore > 0) {
    Rng rng(request.seed, "learned planner");
    return ridge_.Draw(config_.head.explore, rng);
  }
  return {ridge_.mean().begin(), ridge_.mean().end()};
}

std::vector<double> LearnedPlanner::Values(const PlanRequest& request, PlanMode mode) {
  features_.Fill(request, phi_);
  const std::vector<double> beta = Coefficients(request, mode);
  std::vector<double> values(request.candidates.size());
  for (size_t c = 0; c < values.size(); ++c) {
    const double* x = phi_.data() + c * beta.size();
    values[c] = std::inner_product(beta.begin(), beta.end(), x, 0.0);
  }
  RequireFiniteRanking(name(), values, request.candidates);
  return values;
}

std::vector<Plan> LearnedPlanner::Rank(std::span<const PlanRequest> requests, PlanMode mode) {
  std::vector<Plan> plans;
  plans.reserve(requests.size());
  for (const PlanRequest& request : requests)
    plans.push_back(RankByScores(name(), Values(request, mode), request.candidates));
  return plans;
}

void LearnedPlanner::Reflect(std::span<const EndedSession> sessions) {
  // 1. What earlier iterations taught fades.
  ridge_.Forget(config_.head.keep);
  // 2. Every step of every session adds a row phi, value, share per category that its plan showed.
  const auto width = At(features_.width());
  for (const EndedSession& session : sessions) {
    const auto returns = CategoryReturns(dataset_, session, config_.head.gamma);
    ReplaySession(dataset_, session, config_.decay, [&](const PlanRequest& request) {
      features_.Fill(request, phi_);
      for (const CategoryReturn& earned : returns[At(request.step)])
        ridge_.Add({phi_.data() + earned.category * width, width}, earned.value, earned.share);
    });
  }
  // 3. The posterior of beta.
  ridge_.Solve("planner 'learned'");
}

PlannerReport LearnedPlanner::Report() const {
  return {.figures = {{"steps that the head has learned from", ridge_.rows()},
                      {"sd of what the head leaves unexplained", ridge_.sigma()}}};
}

std::unique_ptr<Planner> MakeLearnedPlanner(const PlannerConfig& config,
                                            const PlannerContext& context) {
  return std::make_unique<LearnedPlanner>(config, context);
}

}  // namespace lerl
