#include "lerl/planner/student/student_features.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

// Each count as a share of their sum; all 0 where the sum is 0.
std::vector<float> Shares(const std::vector<int32_t>& counts) {
  const double total = std::accumulate(counts.begin(), counts.end(), 0.0);
  std::vector<float> shares(counts.size(), 0);
  if (total <= 0) return shares;
  std::transform(counts.begin(), counts.end(), shares.begin(),
                 [total](int32_t count) { return static_cast<float>(count / total); });
  return shares;
}

float LikedShare(std::span<const uint32_t> responses) {
  if (responses.empty()) return 0;
  const auto liked = std::count_if(responses.begin(), responses.end(),
                                   [](uint32_t response) { return (response & 1U) != 0; });
  return static_cast<float>(liked) / static_cast<float>(responses.size());
}

}  // namespace

StudentFeatures::StudentFeatures(const PlannerConfig& config, const PlannerContext& context)
    : decay_(config.decay),
      categories_(At(context.dataset.num_categories())),
      profiles_(context.dataset, context.split),
      values_(context.dataset, context.policy_model, config.best_items),
      popularity_(Shares(profiles_.Everyone().liked)) {}

const StudentFeatures::Past& StudentFeatures::PastOf(int32_t user) {
  const auto [found, added] = pasts_.try_emplace(user);
  if (added) found->second = ComputePast(user);
  return found->second;
}

StudentFeatures::Past StudentFeatures::ComputePast(int32_t user) {
  const std::vector<int16_t>& order = profiles_.LikedOrder(user);
  Past past{Shares(profiles_.Of(user).liked), std::vector<float>(categories_), {}};
  for (size_t place = 0; place < categories_; ++place)
    past.place[At(order[place])] = 1.0F / static_cast<float>(1 + place);
  for (const double value : values_.Of(user))
    past.value.push_back(static_cast<float>(std::max(value / 3, -1.0)));
  return past;
}

void StudentFeatures::Compute(const PlanRequest& request, StudentInput& input) {
  const Past& past = PastOf(request.user);
  const float liked_share = LikedShare(request.last_responses);
  const auto shown = static_cast<float>(
      std::max(1, std::accumulate(request.shown.begin(), request.shown.end(), 0)));
  input.category.resize(categories_ * kCategoryWidth);
  input.shared.resize(At(SharedWidth(static_cast<int64_t>(categories_))));
  input.shared[0] = request.step == 0 ? 1 : 0;
  input.shared[1] = static_cast<float>(std::min(request.step, 20)) / 20;
  input.shared[2] = liked_share;
  float* x = input.category.data();
  float* shared = input.shared.data() + 3;
  for (size_t c = 0; c < categories_; ++c, x += kCategoryWidth) {
    const int steps_since = request.step - 1 - request.last_liked_step[c];
    const auto dominant = static_cast<float>(request.dominant[c]);
    x[0] = past.likes[c];
    x[1] = past.place[c];
    x[2] = past.value[c];
    x[3] = request.exposure[c];
    x[4] = static_cast<float>(request.shown[c]) / shown;
    x[5] = static_cast<float>(request.liked[c]) / static_cast<float>(std::max(1, request.shown[c]));
    x[6] = request.last_liked_step[c] < 0
               ? 0
               : static_cast<float>(std::pow(decay_, std::max(0, steps_since)));
    x[7] = dominant;
    x[8] = dominant * liked_share;
    x[9] = popularity_[c];
    shared[c] = dominant;
    shared[categories_ + c] = past.place[c];
    shared[2 * categories_ + c] = std::min(request.exposure[c], 2.0F);
  }
}

}  // namespace lerl
