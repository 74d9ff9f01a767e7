#include "lerl/planner/llm/coarse_state.h"

#include <algorithm>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/wishes/wish_text.h"

namespace lerl {
namespace {

constexpr size_t kLongestList = 3;  // categories of each list in a prompt (last slate, too often)
constexpr float kTooOften = 1.0F;   // exposure from here on; a slate of one category alone adds 1

std::vector<int16_t> Favourites(UserProfiles& profiles, int32_t user, size_t count) {
  const std::vector<int16_t>& order = profiles.LikedOrder(user);
  return {order.begin(),
          order.begin() + static_cast<std::ptrdiff_t>(std::min(count, order.size()))};
}

// b: of the categories that were liked last the one with the highest exposure; where nothing was
// liked, the dominant category with the highest exposure; -1 before the first slate.
int16_t LastCategory(const PlanRequest& request) {
  int16_t best = -1;
  const auto better = [&](size_t c) {
    if (best < 0) return true;
    const auto b = At(best);
    const int32_t liked = request.last_liked_step[c], best_liked = request.last_liked_step[b];
    return liked != best_liked ? liked > best_liked : request.exposure[c] > request.exposure[b];
  };
  for (size_t c = 0; c < request.dominant.size(); ++c) {
    const bool counts = request.last_liked_step[c] >= 0 || request.dominant[c] != 0;
    if (counts && better(c)) best = static_cast<int16_t>(c);
  }
  return best;
}

// Adds the last slate's dominant categories and those seen too often.
void AddSession(const PlanRequest& request, PlanState& state) {
  std::vector<int16_t> by_exposure(request.dominant.size());
  std::iota(by_exposure.begin(), by_exposure.end(), int16_t{0});
  std::stable_sort(by_exposure.begin(), by_exposure.end(), [&](int16_t a, int16_t b) {
    return request.exposure[At(a)] > request.exposure[At(b)];
  });
  for (const int16_t category : by_exposure) {
    const auto c = At(category);
    if (request.dominant[c] != 0) {
      if (state.last.size() < kLongestList) state.last.push_back(category);
    } else if (request.exposure[c] >= kTooOften && state.often.size() < kLongestList) {
      state.often.push_back(category);
    }
  }
  std::sort(state.last.begin(), state.last.end());
  const auto liked = std::count_if(request.last_responses.begin(), request.last_responses.end(),
                                   [](uint32_t response) { return (response & 1U) != 0; });
  state.last_liked = !state.last.empty() && 2 * liked >= std::ssize(request.last_responses);
}

}  // namespace

PlanState CoarseState(const LlmPlannerConfig& config, UserProfiles& profiles,
                      const std::string& user, const PlanRequest& request) {
  PlanState state{.user = user};
  if (!config.tabulate && WishProblem(request.wish).empty()) state.wish = QuotedWish(request.wish);
  if (config.state == "full") {
    state.favourites = Favourites(profiles, request.user, At(config.favourites));
    AddSession(request, state);
    return state;
  }
  state.favourites = Favourites(profiles, request.user, config.state == "pair" ? 1 : 2);
  const int16_t last = LastCategory(request);
  if (last >= 0) state.last = {last};
  state.last_liked = last >= 0;
  return state;
}

std::vector<PlanState> AllCoarseStates(const std::string& kind, int64_t categories) {
  LERL_CHECK(kind == "pair" || kind == "triple");
  const auto count = static_cast<int16_t>(categories);
  std::vector<std::vector<int16_t>> favourites;
  for (int16_t first = 0; first < count; ++first) {
    if (kind == "pair" || count == 1) favourites.push_back({first});
    for (int16_t second = 0; kind == "triple" && second < count; ++second)
      if (second != first) favourites.push_back({first, second});
  }
  std::vector<PlanState> states;
  for (const std::vector<int16_t>& liked : favourites) {
    states.push_back({.favourites = liked});
    for (int16_t last = 0; last < count; ++last)
      states.push_back({.favourites = liked, .last = {last}, .last_liked = true});
  }
  return states;
}

}  // namespace lerl
