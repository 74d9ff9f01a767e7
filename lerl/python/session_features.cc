#include "lerl/python/session_features.h"

#include <algorithm>

#include "lerl/base/check.h"
#include "lerl/base/index.h"

namespace lerl {

SessionFeatures::SessionFeatures(const World& world)
    : world_(world),
      categories_(At(world.dataset.num_categories())),
      profiles_(world.dataset, world.split) {
  for (const auto& [name, width] : Names()) count_ += width;
}

std::vector<std::pair<std::string, int64_t>> SessionFeatures::Names() const {
  const auto categories = static_cast<int64_t>(categories_);
  return {{"factors of the user", world_.factors.model.factors},
          {"share of each category in the user's past likes", categories},
          {"how often the user liked each category in the past", categories},
          {"share of each category in what the session showed", categories},
          {"share of each category liked, in what it showed", categories},
          {"dominant categories of the last slate", categories},
          {"plan", categories},
          {"budget left", 1},
          {"share of the last slate that was liked", 1}};
}

void SessionFeatures::Start(int slot, int32_t user) {
  slots_[At(slot)] = {.user = user,
                      .shown = std::vector<float>(categories_),
                      .liked = std::vector<float>(categories_)};
}

void SessionFeatures::Observe(int slot, std::span<const int32_t> items,
                              std::span<const uint32_t> responses) {
  Slot& of = slots_[At(slot)];
  of.items += static_cast<float>(items.size());
  float likes = 0;
  for (size_t k = 0; k < items.size(); ++k) {
    const auto like = static_cast<float>(responses[k] & 1u);
    likes += like;
    for (const int32_t c : world_.dataset.CategoriesOf(items[k])) {
      of.shown[At(c)] += 1;
      of.liked[At(c)] += like;
    }
  }
  of.last_likes = likes / static_cast<float>(items.size());
}

void SessionFeatures::Write(int slot, std::span<const uint8_t> dominant,
                            std::span<const uint8_t> plan, float budget_left,
                            std::span<float> features) {
  const Slot& of = slots_[At(slot)];
  float* out = features.data();
  const auto add_shares = [&out](const auto& counts, float total) {
    for (const auto count : counts) *out++ = static_cast<float>(count) / std::max(total, 1.0f);
  };
  // 1. Who the user is.
  const MfModel& model = world_.factors.model;
  out =
      std::copy_n(model.user_factors.data() + At(of.user) * At(model.factors), model.factors, out);
  const CategoryCounts& past = profiles_.Of(of.user);
  add_shares(past.liked, static_cast<float>(past.total_liked));
  for (size_t c = 0; c < categories_; ++c) *out++ = static_cast<float>(past.like_rate(c));
  // 2. The session so far.
  add_shares(of.shown, of.items);
  add_shares(of.liked, of.items);
  out = std::ranges::copy(dominant, out).out;
  out = std::ranges::copy(plan, out).out;
  *out++ = budget_left;
  *out++ = of.last_likes;
  LERL_CHECK_EQ(out - features.data(), std::ssize(features));
}

}  // namespace lerl
