#include "lerl/agents/learning/session_tokens.h"

#include <algorithm>

#include "lerl/base/check.h"
#include "lerl/base/index.h"

namespace lerl {

uint32_t ResponsesOfRow(const Dataset& dataset, int64_t row) {
  uint32_t bits = 0;
  for (int64_t f = 0; f < dataset.num_behaviours(); ++f)
    bits |= uint32_t{dataset.responses[At(f)][At(row)]} << f;
  return bits;
}

SessionTokens::SessionTokens(const Dataset& dataset, const Split& split,
                             std::span<const float> item_vectors, TokenLayout layout)
    : dataset_(dataset), split_(split), layout_(layout) {
  const auto items = At(dataset.num_items());
  const auto categories = At(dataset.num_categories());
  const size_t width = item_vectors.size() / items;
  const size_t features = width + categories + 1;
  features_ = static_cast<int>(features);
  width_ = features_ * static_cast<int>(1 + dataset.num_behaviours());
  item_features_.assign(items * features, 0);
  for (size_t item = 0; item < items; ++item) {
    float* f = item_features_.data() + item * features;
    std::copy_n(item_vectors.data() + item * width, width, f);
    for (const int32_t category : dataset.CategoriesOf(static_cast<int64_t>(item)))
      f[width + At(category)] = 1;
    f[features - 1] = 1;
  }
}

std::vector<std::pair<int64_t, int64_t>> SessionTokens::PastChunks(int32_t user) const {
  const int64_t end = split_.train_end[At(user)];
  const int64_t begin = std::max(dataset_.RowsBegin(user), end - layout_.past_rows);
  std::vector<std::pair<int64_t, int64_t>> chunks;
  // Chunks are cut from the recent end, so that the oldest one may be short.
  for (int64_t chunk_end = end; chunk_end > begin; chunk_end -= layout_.slate)
    chunks.emplace_back(std::max(begin, chunk_end - layout_.slate), chunk_end);
  std::reverse(chunks.begin(), chunks.end());
  return chunks;
}

int SessionTokens::PastTokens(int32_t user) const {
  const int64_t rows =
      std::min<int64_t>(layout_.past_rows, std::ranges::ssize(PastRows(dataset_, split_, user)));
  const int64_t per_token = layout_.per_item ? 1 : layout_.slate;
  return 1 + static_cast<int>((rows + per_token - 1) / per_token);
}

int SessionTokens::MaxPastTokens() const {
  const int per_token = layout_.per_item ? 1 : layout_.slate;
  return 1 + (layout_.past_rows + per_token - 1) / per_token;
}

void SessionTokens::AddItem(int32_t item, uint32_t responses, float weight,
                            std::span<float> token) const {
  const auto features = At(features_);
  const float* f = item_features_.data() + At(item) * features;
  for (size_t i = 0; i < features; ++i) token[i] += weight * f[i];
  for (int64_t behaviour = 0; behaviour < dataset_.num_behaviours(); ++behaviour) {
    if ((responses >> behaviour & 1u) == 0) continue;
    float* block = token.data() + static_cast<size_t>(1 + behaviour) * features;
    for (size_t i = 0; i < features; ++i) block[i] += weight * f[i];
  }
}

void SessionTokens::Past(int32_t user, std::span<float> tokens) const {
  const auto width = At(width_);
  LERL_CHECK_EQ(tokens.size(), At(PastTokens(user)) * width);
  std::fill(tokens.begin(), tokens.end(), 0.0f);
  size_t token = 1;
  for (const auto& [begin, end] : PastChunks(user)) {
    const float weight = layout_.per_item ? 1.0f : 1.0f / static_cast<float>(end - begin);
    for (int64_t row = begin; row < end; ++row) {
      AddItem(dataset_.items[At(row)], ResponsesOfRow(dataset_, row), weight,
              tokens.subspan(token * width, width));
      if (layout_.per_item) ++token;
    }
    if (!layout_.per_item) ++token;
  }
}

void SessionTokens::Step(std::span<const int32_t> items, std::span<const uint32_t> responses,
                         std::span<float> tokens) const {
  const auto width = At(width_);
  std::fill(tokens.begin(), tokens.end(), 0.0f);
  const float weight = layout_.per_item ? 1.0f : 1.0f / static_cast<float>(items.size());
  for (size_t k = 0; k < items.size(); ++k)
    AddItem(items[k], responses[k], weight,
            tokens.subspan(layout_.per_item ? k * width : 0, width));
}

}  // namespace lerl
