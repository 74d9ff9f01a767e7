#include "lerl/planner/wishes/wish_planner.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/llm/llama/llama_embedder.h"
#include "lerl/planner/llm/make_backend.h"
#include "lerl/planner/profiles/profile_scores.h"
#include "lerl/planner/ranking.h"
#include "lerl/planner/wishes/embedding_reader.h"
#include "lerl/planner/wishes/keyword_reader.h"
#include "lerl/planner/wishes/model_reader.h"
#include "lerl/wishes/wish_text.h"

namespace lerl {
namespace {

bool SaysNothing(const WishScores& scores) {
  return std::ranges::all_of(scores, [](double score) { return score == 0; });
}

std::filesystem::path EmbeddingModelOf(const PlannerConfig& config) {
  return config.wish.embedding_model.empty() ? DefaultEmbeddingModel()
                                             : std::filesystem::path(config.wish.embedding_model);
}

}  // namespace

std::vector<double> ScoresWithWish(const Plan& base, std::span<const uint8_t> candidates,
                                   std::span<const double> wish, double weight) {
  // 1. The base's scores of the candidates, or their falling rank.
  std::vector<double> scores(candidates.size(), -static_cast<double>(candidates.size()));
  for (size_t place = 0; place < base.ranking.size(); ++place)
    scores[At(base.ranking[place])] = -static_cast<double>(place);
  if (!base.scores.empty()) scores = base.scores;
  std::vector<double> some;
  for (size_t c = 0; c < candidates.size(); ++c)
    if (candidates[c] != 0) some.push_back(scores[c]);
  Standardise(some);
  // 2. What the wish says of them.
  std::vector<double> mixed(candidates.size(), -std::numeric_limits<double>::infinity());
  size_t next = 0;
  for (size_t c = 0; c < candidates.size(); ++c)
    if (candidates[c] != 0) mixed[c] = some[next++] + weight * wish[c];
  return mixed;
}

WishPlanner::WishPlanner(std::string name, const WishConfig& config, std::unique_ptr<Planner> base,
                         std::unique_ptr<WishReader> reader, OracleCraving truth)
    : name_(std::move(name)),
      config_(config),
      base_(std::move(base)),
      reader_(std::move(reader)),
      truth_(std::move(truth)) {}

void WishPlanner::ReadAll(std::span<const PlanRequest> requests) {
  std::vector<std::string> wishes;
  if (known_.size() >= kMostKept) known_.clear();
  for (const PlanRequest& request : requests) {
    if (request.wish.empty()) continue;
    const std::string wish(request.wish);
    if (!known_.emplace(wish, WishScores()).second) continue;
    if (!WishProblem(wish).empty()) {
      ++count_.bad;
      continue;
    }
    count_.foreign += LooksForeign(wish);
    wishes.push_back(wish);
  }
  if (wishes.empty()) return;
  std::vector<WishScores> read = reader_->Read(wishes);
  for (size_t i = 0; i < wishes.size(); ++i) {
    ++(read[i].empty() ? count_.unread : SaysNothing(read[i]) ? count_.silent : count_.read);
    // A question that a model did not answer may be answered the next time.
    if (read[i].empty()) known_.erase(wishes[i]);
    if (!read[i].empty() && !SaysNothing(read[i])) known_[wishes[i]] = std::move(read[i]);
  }
}

WishScores WishPlanner::ScoresOf(const PlanRequest& request) {
  if (reader_ != nullptr) ReadAll({&request, 1});
  return Known(request);
}

WishScores WishPlanner::Known(const PlanRequest& request) const {
  if (reader_ != nullptr) {
    const auto found = known_.find(std::string(request.wish));
    return found == known_.end() ? WishScores() : found->second;
  }
  std::vector<float> added(request.candidates.size());
  truth_(request.slot, added);
  double most = 0;
  for (const float part : added) most = std::max(most, std::abs(static_cast<double>(part)));
  WishScores scores;
  for (const float part : added)
    if (most > 0) scores.push_back(static_cast<double>(part) / most);
  return scores;
}

std::vector<Plan> WishPlanner::Rank(std::span<const PlanRequest> requests, PlanMode mode) {
  std::vector<Plan> plans = base_->Rank(requests, mode);
  if (mode == PlanMode::kTraining && !config_.train) return plans;
  if (reader_ != nullptr) ReadAll(requests);
  for (size_t i = 0; i < plans.size(); ++i) {
    const WishScores wish = Known(requests[i]);
    if (wish.empty() || plans[i].ranking.empty()) continue;
    const auto scores = ScoresWithWish(plans[i], requests[i].candidates, wish, config_.weight);
    Plan plan = RankByScores(name_, scores, requests[i].candidates);
    plan.origin = plans[i].origin;
    plan.reason = plans[i].reason;
    // What no candidate is has no score here.
    plan.raw_first.clear();
    plan.wish = wish;
    plans[i] = std::move(plan);
  }
  return plans;
}

PlannerReport WishPlanner::Report() const {
  PlannerReport report = base_->Report();
  if (reader_ == nullptr) return report;
  report.counts.emplace_back("wishes read", count_.read);
  const auto add = [&report](const char* what, int64_t count) {
    if (count > 0) report.counts.emplace_back(what, count);
  };
  add("wishes in which nothing was found", count_.silent);
  add("wishes that got no answer", count_.unread);
  add("wishes of hardly a known word (another language?)", count_.foreign);
  add("wishes left aside (empty, too long or no UTF-8)", count_.bad);
  return report;
}

void CheckWishModel(const PlannerConfig& config) {
  if (config.name == "wish_embeddings") CheckEmbeddingModel(EmbeddingModelOf(config));
  if (config.name == "wish_model") CheckBackend(config.llm);
}

std::unique_ptr<WishReader> MakeWishReader(const PlannerConfig& config,
                                           const PlannerContext& context) {
  if (config.name == "wish_keywords") return MakeKeywordReader(context.dataset);
  if (config.name == "wish_model") {
    const auto backend =
        context.backend != nullptr ? context.backend : std::shared_ptr(MakeBackend(config.llm));
    return MakeModelReader(context.dataset, backend, config.wish.clauses,
                           static_cast<uint64_t>(config.llm.label_seed));
  }
  const auto make = [given = context.embedder, path = EmbeddingModelOf(config),
                     threads = static_cast<int>(config.llm.threads)] {
    return given != nullptr ? given : std::shared_ptr(MakeLlamaEmbedder(path, threads));
  };
  return MakeEmbeddingReader(context.dataset, config.wish.clauses, make);
}

std::unique_ptr<Planner> MakeWishPlanner(const PlannerConfig& config, const PlannerContext& context,
                                         std::unique_ptr<Planner> base) {
  if (config.name != "wish_oracle")
    return std::make_unique<WishPlanner>(config.name, config.wish, std::move(base),
                                         MakeWishReader(config, context), nullptr);
  if (context.craving == nullptr)
    throw Error(ErrorKind::kConfig,
                "planner.name: wish_oracle reads the simulator, and none runs here; plan with "
                "another");
  return std::make_unique<WishPlanner>(config.name, config.wish, std::move(base), nullptr,
                                       context.craving);
}

}  // namespace lerl
