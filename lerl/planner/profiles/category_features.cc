#include "lerl/planner/profiles/category_features.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

constexpr int64_t kDense = 18;
constexpr double kOfState = 10;  // scale of the features that all categories of a state share
constexpr double kWorst = -2;    // the lowest value; that of a category without items

double LikedShare(std::span<const uint32_t> responses) {
  if (responses.empty()) return 0;
  const auto liked = std::count_if(responses.begin(), responses.end(),
                                   [](uint32_t response) { return (response & 1U) != 0; });
  return static_cast<double>(liked) / static_cast<double>(responses.size());
}

}  // namespace

CategoryFeatures::CategoryFeatures(const PlannerConfig& config, const PlannerContext& context)
    : profiles_(context.dataset, context.split),
      scores_(context.dataset, context.split, profiles_),
      values_(context.dataset, context.policy_model, config.best_items),
      width_(kDense + context.dataset.num_categories()) {}

void CategoryFeatures::Fill(const PlanRequest& request, std::vector<double>& features) {
  const size_t categories = request.shown.size(), width = At(width_);
  features.assign(categories * width, 0);
  const int shown = std::accumulate(request.shown.begin(), request.shown.end(), 0);
  const int liked = std::accumulate(request.liked.begin(), request.liked.end(), 0);
  const double last_liked = LikedShare(request.last_responses), step = request.step / 10.0;
  const double base = profiles_.Of(request.user).like_rate();
  for (size_t c = 0; c < categories; ++c) {
    const std::span<double> x(features.data() + c * width, width);
    FillCategory(request, c, last_liked, x);
    x[12] = kOfState;
    x[13] = kOfState * step;
    x[14] = kOfState * step * step;
    x[15] = kOfState * (shown > 0 ? static_cast<double>(liked) / shown : base);
    x[16] = kOfState * last_liked;
    x[17] = kOfState * base;
    x[At(kDense) + c] = 1;
  }
}

void CategoryFeatures::FillCategory(const PlanRequest& request, size_t c, double last_liked,
                                    std::span<double> x) {
  const CategoryCounts& profile = profiles_.Of(request.user);
  const double value = std::max(values_.Of(request.user)[c], kWorst);
  const double rate = profile.like_rate(c), shown = request.shown[c];
  const auto slate = static_cast<double>(std::max<size_t>(request.last_items.size(), 1));
  const double exposure = static_cast<double>(request.exposure[c]);
  x[kProfileScore] = scores_.Of(request.user)[c];
  x[1] = value;
  x[2] = LogOdds(rate) - LogOdds(profile.like_rate());
  x[3] = exposure;
  x[4] = exposure * value;
  x[5] = std::log1p(shown) / 2;
  x[6] = (request.liked[c] - shown * rate) / (shown + 2);
  if (request.last_shown[c] >= 0)
    x[7] = 1 / (1 + std::floor((request.items_shown - 1 - request.last_shown[c]) / slate));
  x[8] = request.dominant[c];
  if (request.last_liked_step[c] >= 0)
    x[9] = 1.0 / (1 + std::max(0, request.step - 1 - request.last_liked_step[c]));
  x[10] = x[8] * last_liked;
  x[11] = x[kProfileScore] * request.step / 10.0;
}

}  // namespace lerl
