#include "lerl/agents/slate_selector.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

// It looks at the exponents' bits alone, so that the compiler takes many scores at once: what this
// costs is nothing beside the selection.
bool AllFinite(std::span<const float> values) {
  constexpr uint32_t kExponent = 0x7f800000;
  uint32_t largest = 0;
  for (const float value : values)
    largest = std::max(largest, std::bit_cast<uint32_t>(value) & kExponent);
  return largest < kExponent;
}

// `what` are the columns of values [n, columns].
void RequireFinite(const std::string& agent, std::span<const Observation> observations,
                   std::span<const float> values, const std::string& what) {
  if (AllFinite(values)) return;
  const auto broken = std::ranges::find_if(values, [](float x) { return !std::isfinite(x); });
  const size_t place = At(broken - values.begin()), columns = values.size() / observations.size();
  const Observation& seen = observations[place / columns];
  throw Error(ErrorKind::kUnusable,
              "agent '" + agent + "' diverged: " + what + " " + std::to_string(place % columns) +
                  " for user " + std::to_string(seen.user) + " at step " +
                  std::to_string(seen.step) + " is " + std::to_string(*broken) +
                  "; lower its learning rates, or bound its gradients more");
}

}  // namespace

void RequireFiniteScores(const std::string& agent, std::span<const Observation> observations,
                         std::span<const float> scores) {
  RequireFinite(agent, observations, scores, "its score of item");
}

void RequireFiniteActions(const std::string& agent, std::span<const Observation> observations,
                          std::span<const float> actions) {
  RequireFinite(agent, observations, actions, "its action's entry");
}

bool IsWhole(std::span<const uint8_t> plan) {
  return std::ranges::all_of(plan, [](uint8_t in) { return in != 0; });
}

bool HasCategoryOf(const Dataset& dataset, std::span<const uint8_t> plan, int32_t item) {
  // No branch asks for the answer: which items are in a plan is nothing that a processor can guess.
  bool has = false;
  for (const int32_t category : dataset.CategoriesOf(item)) has |= plan[At(category)] != 0;
  return has;
}

void ItemsInPlan(const Dataset& dataset, std::span<const uint8_t> plan, std::span<uint8_t> inside) {
  LERL_CHECK_EQ(std::ssize(plan), dataset.num_categories());
  LERL_CHECK_EQ(std::ssize(inside), dataset.num_items());
  if (IsWhole(plan)) {
    std::fill(inside.begin(), inside.end(), uint8_t{1});
    return;
  }
  for (size_t item = 0; item < inside.size(); ++item)
    inside[item] = HasCategoryOf(dataset, plan, static_cast<int32_t>(item)) ? 1 : 0;
}

void ApplyProductMask(std::span<float> scores, std::span<uint8_t> inside) {
  LERL_CHECK_EQ(scores.size(), inside.size());
  for (size_t item = 0; item < scores.size(); ++item) {
    if (inside[item] == 0) scores[item] = 0;
    inside[item] = 1;
  }
}

void SelectSlate(std::span<const float> scores, std::span<const uint8_t> inside,
                 std::span<const uint8_t> excluded, std::span<int32_t> slate) {
  // Items are inserted into a short sorted list. Nearly every item costs one comparison, with the
  // last one of the list.
  const size_t k = slate.size();
  size_t filled = 0;
  float last = 0;
  for (size_t item = 0; item < scores.size(); ++item) {
    const float score = scores[item];
    if (filled == k && !(score > last)) continue;
    if (inside[item] == 0 || excluded[item] != 0) continue;
    const auto score_at = [&](size_t i) { return scores[At(slate[i])]; };
    size_t place = filled < k ? filled++ : k - 1;
    for (; place > 0 && score > score_at(place - 1); --place) slate[place] = slate[place - 1];
    slate[place] = static_cast<int32_t>(item);
    if (filled == k) last = score_at(k - 1);
  }
  LERL_CHECK_EQ(filled, k);
  for (const int32_t item : slate) LERL_CHECK(std::isfinite(scores[At(item)]));
}

}  // namespace lerl
