#pragma once
// wish_keywords, wish_embeddings, wish_model, wish_oracle: planners that heed wishes. Each is a
// base planner, which knows none, with what the wish says added to its scores. It ranks the
// candidates by
//
//   score(c) = z(base_c) + w m_c
//
//   base_c   score of the base planner (planner.wish.base), or the falling rank where that has none
//   z        standardised over the candidates
//   m_c      what the wish says of category c, in [-1, 1] (planner/wishes/wish_reader.h);
//            wish_oracle: what the craving adds to the interest in c, by its largest part
//   w        planner.wish.weight. It is set and not learned: it is the same for all wishes, so that
//            a few values tried on validation users settle it.
//
// Where there is no wish, or nothing is found in it, the plan is the base's own. So it is in
// training unless planner.wish.train is on: agent and base then learn as they would without wishes,
// and rows of a comparison differ in how they heed wishes alone.
//
// A wish is read once and kept by its text, up to kMostKept of them. One with a problem
// (wishes/wish_text.h) is left aside and counted; one that looks foreign is read all the same and
// counted. The control without wishes is the base planner by itself.
//
// Not handled: in a service wish_model reads a wish within its request, without a deadline.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "lerl/planner/planner_context.h"
#include "lerl/planner/wishes/wish_reader.h"

namespace lerl {

inline constexpr size_t kMostKept = 20000;  // wishes

// z(base) + w m over the candidates [C], as above; the other categories get minus infinity. `base`
// is a plan of the base planner for these candidates.
std::vector<double> ScoresWithWish(const Plan& base, std::span<const uint8_t> candidates,
                                   std::span<const double> wish, double weight);

class WishPlanner : public Planner {
 public:
  // One of `reader` and `truth` is there.
  WishPlanner(std::string name, const WishConfig& config, std::unique_ptr<Planner> base,
              std::unique_ptr<WishReader> reader, OracleCraving truth);

  std::string name() const override { return name_; }
  std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode mode) override;
  void BeginIteration(uint64_t seed, PlanMode mode) override { base_->BeginIteration(seed, mode); }
  void Reflect(std::span<const EndedSession> sessions) override { base_->Reflect(sessions); }
  bool learns() const override { return base_->learns(); }
  PlannerReport Report() const override;
  void Save(TensorFile& file) const override { base_->Save(file); }
  void Load(const TensorFile& file) override { base_->Load(file); }

  // What the request's wish says of the categories [C]; empty: nothing.
  WishScores ScoresOf(const PlanRequest& request);

 private:
  // Reads the wishes of the requests that are not known yet.
  void ReadAll(std::span<const PlanRequest> requests);
  // What is known of the request's wish [C]; empty: nothing.
  WishScores Known(const PlanRequest& request) const;

  const std::string name_;
  const WishConfig config_;
  const std::unique_ptr<Planner> base_;
  const std::unique_ptr<WishReader> reader_;
  const OracleCraving truth_;
  std::unordered_map<std::string, WishScores> known_;  // by wish; empty: nothing
  struct {
    int64_t read = 0, silent = 0, unread = 0, foreign = 0, bad = 0;
  } count_;
};

// The reader of the planner that `config` names, which heeds wishes and is no oracle.
std::unique_ptr<WishReader> MakeWishReader(const PlannerConfig& config,
                                           const PlannerContext& context);
std::unique_ptr<Planner> MakeWishPlanner(const PlannerConfig& config, const PlannerContext& context,
                                         std::unique_ptr<Planner> base);
// Throws Error(kModel) where the planner of this name can't read wishes for want of a model.
void CheckWishModel(const PlannerConfig& config);

}  // namespace lerl
