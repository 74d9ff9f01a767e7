#include "lerl/planner/llm/llm_grounded_planner.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/planner/learned/category_returns.h"
#include "lerl/planner/llm/mix_scores.h"
#include "lerl/planner/llm/prior_weight_from_likes.h"
#include "lerl/planner/ranking.h"
#include "lerl/planner/session_state.h"

namespace lerl {
namespace {

PlannerConfig Calibrated(PlannerConfig config) {
  if (config.llm.calibrate == "off") config.llm.calibrate = "neutral";
  return config;
}

}  // namespace

std::vector<double> FinitePrior(std::span<const float> scores) {
  double lowest = 0;
  bool any = false;
  for (const float score : scores) {
    if (!std::isfinite(score)) continue;
    lowest = any ? std::min(lowest, static_cast<double>(score)) : static_cast<double>(score);
    any = true;
  }
  std::vector<double> prior;
  for (const float score : scores)
    prior.push_back(std::isfinite(score) ? static_cast<double>(score) : lowest - 1);
  return prior;
}

LlmGroundedPlanner::LlmGroundedPlanner(const PlannerConfig& config, const PlannerContext& context)
    : config_(Calibrated(config)),
      dataset_(context.dataset),
      head_(config_, context),
      llm_(config_, context.dataset, context.split, LlmBackendOf(config_, context.backend)),
      states_(config.grounded.samples),
      learned_(config.grounded.start_weight) {}

double LlmGroundedPlanner::weight() const {
  return config_.grounded.weight >= 0 ? config_.grounded.weight : learned_;
}

bool LlmGroundedPlanner::Asked(uint64_t session_seed) const {
  return DeriveSeed(session_seed, "asked") % static_cast<uint64_t>(config_.grounded.asked) == 0;
}

std::vector<Plan> LlmGroundedPlanner::Rank(std::span<const PlanRequest> requests, PlanMode mode) {
  // 1. The head alone ranks where w is 0 and the session is not one in which the model is asked.
  //    For a student's labels these sessions are chosen as in training.
  const double w = weight();
  std::vector<Plan> plans(requests.size());
  std::vector<PlanRequest> asked;
  std::vector<size_t> places;
  for (size_t i = 0; i < requests.size(); ++i) {
    if (w == 0 && (mode == PlanMode::kEvaluation || !Asked(requests[i].seed))) {
      plans[i] = RankByScores(name(), head_.Values(requests[i], mode), requests[i].candidates);
      ++head_alone_;
      continue;
    }
    asked.push_back(requests[i]);
    places.push_back(i);
  }
  // 2. Elsewhere the model's answer is the prior: score = w z(prior) + (1 - w) z(Q).
  const std::vector<PlanAnswers::Source> sources = llm_.Sources(asked, mode);
  for (size_t i = 0; i < asked.size(); ++i) {
    const std::vector<double> head = head_.Values(asked[i], mode);
    Plan& plan = plans[places[i]];
    if (!sources[i].answer.error.empty()) {
      plan = RankByScores(name(), head, asked[i].candidates);
      plan.origin = PlanOrigin::kFallback;
      plan.reason = sources[i].answer.error;
      continue;
    }
    const std::vector<double> prior = FinitePrior(sources[i].answer.scores);
    plan = RankByScores(name(), MixScores(w, prior, head, asked[i].candidates), asked[i].candidates,
                        w == 1 ? std::span<const double>(head) : std::span<const double>());
    plan.raw_first.clear();  // scores are over the candidates alone, so there is no ranking of all
    plan.origin = sources[i].origin;
    plan.reason = sources[i].reason;
    plan.unlisted = sources[i].answer.unlisted;
  }
  return plans;
}

void LlmGroundedPlanner::Reflect(std::span<const EndedSession> sessions) {
  for (const EndedSession& session : sessions) AddStates(session);  // 1. with the head as it was
  head_.Reflect(sessions);                                          // 2. the head learns
  Fit();                                                            // 3. w follows the slope
  llm_.Reflect(sessions);                                           // 4. the critic reflects
}

void LlmGroundedPlanner::AddStates(const EndedSession& session) {
  const auto returns = CategoryReturns(dataset_, session, config_.head.gamma);
  ReplaySession(dataset_, session, config_.decay, [&](const PlanRequest& request) {
    const PlanAnswer* answer = llm_.Cached(request);
    if (answer == nullptr || !answer->error.empty()) return;
    const std::vector<double> prior = FinitePrior(answer->scores);
    const std::vector<double> head = head_.Values(request, PlanMode::kValidation);
    PlannedState state{.session = session.seed, .weight = weight(), .step = request.step};
    std::vector<double> share(head.size(), 0), value(head.size(), 0);
    for (const CategoryReturn& earned : returns[At(request.step)]) {
      share[earned.category] = earned.share;
      value[earned.category] = earned.value;
    }
    for (size_t c = 0; c < head.size(); ++c) {
      if (request.candidates[c] == 0) continue;
      state.prior.push_back(prior[c]);
      state.head.push_back(head[c]);
      state.share.push_back(share[c]);
      state.value.push_back(value[c]);
    }
    states_.Add(state);
  });
}

void LlmGroundedPlanner::Fit() {
  fit_ = states_.Fit(learned_);
  if (!std::isfinite(fit_.slope) || !std::isfinite(fit_.error) || !std::isfinite(fit_.bend))
    FailPlanner(name(), "the slope that its weight follows is not finite");
  if (fit_.sessions < WeightFromReturns::kFewestSessions) return;
  learned_ = fit_.weight;
  if (alignment_ == 0 && fit_.error > 0 && (learned_ > 0 || fit_.sessions >= kAlignmentSessions))
    alignment_ = fit_.slope / fit_.error;
}

void LlmGroundedPlanner::LearnWeight(std::span<const PlanRequest> requests,
                                     std::span<const std::vector<double>> liked) {
  LERL_CHECK_EQ(requests.size(), liked.size());
  constexpr PlanMode kMode = PlanMode::kEvaluation;
  std::vector<LikedState> states;
  const std::vector<PlanAnswers::Source> sources = llm_.Sources(requests, kMode);
  for (size_t i = 0; i < requests.size(); ++i) {
    if (!sources[i].answer.error.empty()) continue;
    states.push_back({.prior = FinitePrior(sources[i].answer.scores),
                      .head = head_.Values(requests[i], kMode),
                      .value = liked[i]});
  }
  learned_ = WeightFromLikes(states);
}

PlannerReport LlmGroundedPlanner::Report() const {
  PlannerReport report = llm_.Report();
  report.counts.emplace_back("ranked by the head alone (w = 0)", head_alone_);
  report.counts.emplace_back("steps that w was learned from", states_.size());
  report.figures = head_.Report().figures;
  report.figures.emplace_back(kWeightFigure, weight());
  report.figures.emplace_back(kAlignmentFigure, alignment_);
  report.figures.emplace_back("slope of the return at w = 0", fit_.slope);
  report.figures.emplace_back("standard error of the slope", fit_.error);
  report.figures.emplace_back("loss of slope from w = 0 to 1", fit_.bend);
  return report;
}

void LlmGroundedPlanner::Save(TensorFile& file) const {
  head_.Save(file);
  llm_.Save(file);
  states_.Save(file, "llm_grounded_planner");
  file.arrays["llm_grounded_planner/weight"] = Array::Of(std::vector<double>{learned_});
  file.arrays["llm_grounded_planner/alignment"] = Array::Of(std::vector<double>{alignment_});
  file.arrays["llm_grounded_planner/head_alone"] = Array::Of(std::vector<int64_t>{head_alone_});
}

void LlmGroundedPlanner::Load(const TensorFile& file) {
  head_.Load(file);
  llm_.Load(file);
  states_.Load(file, "llm_grounded_planner");
  learned_ = ReadValue<double>(file.arrays, "llm_grounded_planner/weight");
  alignment_ = ReadValue<double>(file.arrays, "llm_grounded_planner/alignment");
  head_alone_ = ReadValue<int64_t>(file.arrays, "llm_grounded_planner/head_alone", {0});
  fit_ = states_.Fit(learned_);
}

std::unique_ptr<Planner> MakeLlmGroundedPlanner(const PlannerConfig& config,
                                                const PlannerContext& context) {
  return std::make_unique<LlmGroundedPlanner>(config, context);
}

}  // namespace lerl
