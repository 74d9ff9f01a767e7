#include "lerl/data/sources/coat_like.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/data/sources/matrix_dataset.h"

namespace lerl {
namespace {

constexpr int64_t kUsers = 290, kItems = 300;
constexpr int64_t kCounts[] = {12'006, 47'238, 23'287, 4'353, 116};  // cells of the values 1 to 5
constexpr double kLogShare = 24.0 / 300;

// Returns standard normals, [count, 2].
std::vector<double> Factors(uint64_t seed, const char* stream, int64_t count) {
  Rng rng(seed, stream);
  std::vector<double> factors(At(2 * count));
  for (double& factor : factors) factor = rng.Normal();
  return factors;
}

// The eighth of the circle in which a vector lies.
int32_t Sector(double x, double y) {
  const double turn = std::atan2(y, x) / (2 * std::numbers::pi) + 0.5;
  return std::min(static_cast<int32_t>(turn * kCoatCategories), kCoatCategories - 1);
}

}  // namespace

CoatLike MakeCoatLike(const CoatLikeConfig& config) {
  // 1. The appeal x of all cells.
  const std::vector<double> users = Factors(config.seed, "coat-like users", kUsers),
                            items = Factors(config.seed, "coat-like items", kItems);
  Rng rng(config.seed, "coat-like noise");
  std::vector<double> appeal;
  for (size_t u = 0; u < kUsers; ++u) {
    for (size_t i = 0; i < kItems; ++i) {
      const double product = users[2 * u] * items[2 * i] + users[2 * u + 1] * items[2 * i + 1];
      appeal.push_back(product / std::numbers::sqrt2 + config.noise * rng.Normal());
    }
  }
  // 2. The values by rank.
  std::vector<size_t> order(appeal.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(),
            [&appeal](size_t a, size_t b) { return appeal[a] < appeal[b]; });
  CoatLike made;
  made.matrix = {.source = "coat-like",
                 .rows = kUsers,
                 .columns = kItems,
                 .values = std::vector<float>(order.size()),
                 .user_ids = {},
                 .item_ids = {}};
  size_t rank = 0;
  float value = 1;
  for (const int64_t count : kCounts) {
    for (int64_t i = 0; i < count; ++i) made.matrix.values[order[rank++]] = value;
    ++value;
  }
  // 3. The categories.
  for (size_t i = 0; i < kItems; ++i)
    made.category_of_item.push_back(Sector(items[2 * i], items[2 * i + 1]));
  return made;
}

Dataset LoadCoatLike(const std::string& name, const std::filesystem::path&,
                     const DataOptions& options) {
  const CoatLikeConfig config;
  CoatLike made = MakeCoatLike(config);
  Dataset dataset =
      MakeMatrixDataset(name, made.matrix, DrawLog(kUsers, kItems, kLogShare, config.seed),
                        options.like_rating, config.seed);
  for (int c = 0; c < kCoatCategories; ++c)
    dataset.categories.push_back("type_" + std::to_string(c));
  std::vector<int64_t> offsets(At(kItems) + 1);
  std::iota(offsets.begin(), offsets.end(), int64_t{0});
  dataset.category_offsets = std::move(offsets);
  dataset.category_ids = std::move(made.category_of_item);
  return dataset;
}

UserItemMatrix LoadCoatLikeMatrix(const std::filesystem::path&, const DataOptions&) {
  return MakeCoatLike().matrix;
}

}  // namespace lerl
