#include "lerl/eval/audit/plan_errors.h"

#include <algorithm>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/planner/profiles/user_profiles.h"
#include "lerl/planner/session_state.h"
#include "lerl/train/player.h"

namespace lerl {
namespace {

constexpr int64_t kFavourites = 5, kFewestLikes = 5;

using Categories = std::vector<int16_t>;

bool Holds(const Categories& categories, int64_t c) {
  return std::ranges::find(categories, static_cast<int16_t>(c)) != categories.end();
}
bool HoldsAnyOf(const Categories& plan, const Categories& of) {
  return std::ranges::any_of(of, [&](int16_t c) { return Holds(plan, c); });
}
bool SameSet(const Categories& a, const Categories& b) {
  return a.size() == b.size() && std::ranges::all_of(a, [&](int16_t c) { return Holds(b, c); });
}

// The `most` candidates [C] of the highest values [C] above `above`; ties by the lower id.
template <typename Value>
Categories Best(std::span<const Value> values, std::span<const uint8_t> candidates, int64_t most,
                double above) {
  Categories best;
  for (size_t c = 0; c < values.size(); ++c)
    if (candidates[c] != 0 && static_cast<double>(values[c]) > above)
      best.push_back(static_cast<int16_t>(c));
  std::ranges::stable_sort(best, std::ranges::greater{}, [&](int16_t c) { return values[At(c)]; });
  if (std::ssize(best) > most) best.resize(At(most));
  return best;
}

// Goes through one session.
class SessionJudge {
 public:
  SessionJudge(const SessionLog& log, const PlanErrorInput& input, int64_t session,
               const CategoryCounts& everyone, const CategoryCounts& past, PlanErrorTally& tally)
      : log_(log),
        input_(input),
        session_(session),
        everyone_(everyone),
        past_(past),
        tally_(tally),
        likes_(past.liked),
        likes_in_all_(past.total_liked) {}

  void Judge(const PlanRequest& request) {
    cell_ = log_.Cell(session_, request.step);
    TakeLikes(request);
    plan_ = FirstOfRanking();
    Mark(PlanError::kInvalid, request, true,
         log_.origin[cell_] == static_cast<uint8_t>(PlanOrigin::kFallback));
    JudgeSlate(request);
    JudgeTaste(request);
    JudgeWish(request);
    if (!log_.truth.empty()) JudgeTruth(request);
    before_ = plan_;
  }

 private:
  void Mark(PlanError error, const PlanRequest& request, bool possible, bool made) {
    const auto e = static_cast<size_t>(error);
    const size_t s = At(session_);
    tally_.errors[e].denominator[s] += possible;
    if (!possible || !made) return;
    tally_.errors[e].numerator[s] += 1;
    if (!faulty_[e]) tally_.faults.push_back({error, session_, request.step});
    faulty_[e] = true;
  }

  // Counts of likes with those of the session so far.
  void TakeLikes(const PlanRequest& request) {
    for (size_t c = 0; c < likes_.size(); ++c) likes_[c] = past_.liked[c] + request.liked[c];
    for (const uint32_t response : request.last_responses) likes_in_all_ += response & 1U;
  }

  Categories FirstOfRanking() const {
    const size_t begin = cell_ * At(log_.categories);
    Categories first;
    for (int64_t place = 0; place < std::min(input_.plan_size, log_.categories); ++place)
      if (const int16_t c = log_.ranking[begin + At(place)]; c >= 0) first.push_back(c);
    return first;
  }

  // What the last slate says: stale, saturated.
  void JudgeSlate(const PlanRequest& request) {
    const auto liked = [](uint32_t response) { return (response & 1U) != 0; };
    const bool pleased = std::ranges::any_of(request.last_responses, liked);
    Mark(PlanError::kStale, request, request.step > 0 && !pleased, SameSet(plan_, before_));
    Categories saturated;
    for (size_t c = 0; c < likes_.size(); ++c)
      if (request.candidates[c] != 0 && request.exposure[c] >= input_.saturated &&
          request.last_liked_step[c] < request.step - 1)
        saturated.push_back(static_cast<int16_t>(c));
    Mark(PlanError::kSaturated, request, !saturated.empty(), HoldsAnyOf(plan_, saturated));
  }

  // What the user's likes say: history, popularity.
  void JudgeTaste(const PlanRequest& request) {
    const bool known = likes_in_all_ >= kFewestLikes;
    const std::span<const int32_t> likes(likes_);
    const Categories favourites = Best(likes, request.candidates, kFavourites, 0);
    Mark(PlanError::kHistory, request, known && !favourites.empty(),
         !HoldsAnyOf(plan_, favourites));
    const Categories own = Best(likes, request.candidates, input_.plan_size, 0);
    const Categories all =
        Best(std::span<const int32_t>(everyone_.liked), request.candidates, input_.plan_size, 0);
    Mark(PlanError::kPopular, request, known && !SameSet(own, all), SameSet(plan_, all));
  }

  void JudgeWish(const PlanRequest& request) {
    if (input_.wishes.empty()) return;
    const WishCategories& wish = input_.wishes[At(session_)];
    Categories asked;
    for (const int32_t c : wish.up)
      if (request.candidates[At(c)] != 0) asked.push_back(static_cast<int16_t>(c));
    const bool refused = wish.down >= 0 && Holds(plan_, wish.down);
    Mark(PlanError::kWish, request, !asked.empty() || wish.down >= 0,
         refused || (!asked.empty() && !HoldsAnyOf(plan_, asked)));
  }

  // What the simulator knows: missed interests, worth.
  void JudgeTruth(const PlanRequest& request) {
    const size_t categories = At(log_.categories);
    const std::span<const float> worth(log_.truth.worth.data() + cell_ * categories, categories);
    const Categories best = Best(worth, request.candidates, input_.plan_size, 0);
    Categories missed;
    for (const int16_t c : best)
      if (log_.truth.latent[At(session_) * categories + At(c)] != 0 &&
          log_.truth.interest[cell_ * categories + At(c)] > 0 && request.liked[At(c)] == 0)
        missed.push_back(c);
    Mark(PlanError::kMissesInterest, request, !missed.empty(), !HoldsAnyOf(plan_, missed));
    for (const int16_t c : plan_) tally_.worth.numerator[At(session_)] += worth[At(c)];
    for (const int16_t c : best) tally_.worth.denominator[At(session_)] += worth[At(c)];
  }

  const SessionLog& log_;
  const PlanErrorInput& input_;
  const int64_t session_;
  const CategoryCounts& everyone_;
  const CategoryCounts& past_;
  PlanErrorTally& tally_;
  std::vector<int32_t> likes_;  // [C] with those of the session
  int64_t likes_in_all_;
  size_t cell_ = 0;
  Categories plan_, before_;
  std::array<bool, kPlanErrors.size()> faulty_{};
};

}  // namespace

PlanErrorTally TallyPlanErrors(const SessionLog& log, const PlanErrorInput& input) {
  if (log.sessions > 0 && log.ranking[log.Cell(0, 0) * At(log.categories)] < 0)
    throw Error(ErrorKind::kConfig,
                "errors of plans: this planner ranks no categories, so that it has no plan to "
                "judge");
  PlanErrorTally tally;
  const SessionValues zeros{.numerator = std::vector<double>(At(log.sessions)),
                            .denominator = std::vector<double>(At(log.sessions))};
  tally.errors.fill(zeros);
  if (!log.truth.empty()) tally.worth = zeros;
  UserProfiles profiles(input.dataset, input.split);
  const std::vector<EndedSession> sessions = EndedSessions(log);
  for (int64_t s = 0; s < log.sessions; ++s) {
    SessionJudge judge(log, input, s, profiles.Everyone(), profiles.Of(log.user[At(s)]), tally);
    ReplaySession(input.dataset, sessions[At(s)], input.decay,
                  [&](const PlanRequest& request) { judge.Judge(request); });
  }
  return tally;
}

}  // namespace lerl
