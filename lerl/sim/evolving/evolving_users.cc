#include "lerl/sim/evolving/evolving_users.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/base/math.h"
#include "lerl/base/rng.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/evolving/joint_interests.h"

namespace lerl {
namespace {

constexpr double kPseudoRows = 5;
constexpr int32_t kKnownFrom = 2;  // training rows of a category that make its interest known
constexpr double kShared = 0.9;    // weight of R in the covariance of latent interests

// Counts of training rows.
struct Counts {
  std::vector<int32_t> rows;                // n_uc [U, C]
  std::vector<double> likes;                // k_uc [U, C]
  std::vector<double> all_rows, all_likes;  // n_u, k_u [U]
};

Counts CountRows(const Dataset& dataset, const Split& split) {
  const auto users = At(dataset.num_users()), categories = At(dataset.num_categories());
  Counts counts{.rows = std::vector<int32_t>(users * categories),
                .likes = std::vector<double>(users * categories),
                .all_rows = std::vector<double>(users),
                .all_likes = std::vector<double>(users)};
  for (size_t user = 0; user < users; ++user) {
    for (const int64_t row : PastRows(dataset, split, static_cast<int64_t>(user))) {
      const double like = dataset.responses[0][At(row)];
      counts.all_rows[user] += 1;
      counts.all_likes[user] += like;
      for (const int32_t c : dataset.CategoriesOf(dataset.items[At(row)])) {
        ++counts.rows[user * categories + At(c)];
        counts.likes[user * categories + At(c)] += like;
      }
    }
  }
  return counts;
}

// Returns the affinities a [U, C].
std::vector<double> Affinities(const Counts& counts, size_t categories) {
  const double rows = std::reduce(counts.all_rows.begin(), counts.all_rows.end());
  const double likes = std::reduce(counts.all_likes.begin(), counts.all_likes.end());
  // g; it is kept off 0 and 1, which have no log odds.
  const double everyone = std::clamp(likes / rows, 1e-6, 1 - 1e-6);
  std::vector<double> affinity;
  for (size_t n = 0; n < counts.rows.size(); ++n) {
    const size_t user = n / categories;
    const double base =
        (counts.all_likes[user] + kPseudoRows * everyone) / (counts.all_rows[user] + kPseudoRows);
    affinity.push_back(
        LogOdds((counts.likes[n] + kPseudoRows * base) / (counts.rows[n] + kPseudoRows)) -
        LogOdds(base));
  }
  return affinity;
}

// v, the mean square of the interests that are known; 0 where none is.
double MeanKnownSquare(std::span<const double> theta, std::span<const int32_t> rows) {
  double squares = 0, known = 0;
  for (size_t cell = 0; cell < theta.size(); ++cell) {
    if (rows[cell] < kKnownFrom) continue;
    squares += theta[cell] * theta[cell];
    known += 1;
  }
  return known > 0 ? squares / known : 0;
}

}  // namespace

std::vector<double> ColumnCorrelation(std::span<const double> rows, size_t columns) {
  const size_t count = rows.size() / columns;
  std::vector<double> mean(columns), moments(columns * columns);
  for (size_t n = 0; n < rows.size(); ++n)
    mean[n % columns] += rows[n] / static_cast<double>(count);
  for (size_t n = 0; n < count; ++n) {
    for (size_t a = 0; a < columns; ++a) {
      for (size_t b = 0; b <= a; ++b)
        moments[a * columns + b] +=
            (rows[n * columns + a] - mean[a]) * (rows[n * columns + b] - mean[b]);
    }
  }
  std::vector<double> correlation(columns * columns);
  for (size_t a = 0; a < columns; ++a) {
    for (size_t b = 0; b < a; ++b) {
      const double scale = std::sqrt(moments[a * columns + a] * moments[b * columns + b]);
      const double r = scale > 1e-12 ? moments[a * columns + b] / scale : 0;
      correlation[a * columns + b] = correlation[b * columns + a] = r;
    }
    correlation[a * columns + a] = 1;
  }
  return correlation;
}

// With the known values in front, values = L e, where L is the Cholesky factor of the covariance
// and e ~ N(0, I). Row by row: a known value determines its e, and a drawn e gives an unknown
// value, whose mean given the rows before is sum_j<i L_ij e_j and whose deviation is L_ii.
void DrawConditional(std::span<const double> covariance, std::span<const uint8_t> known,
                     std::span<const double> normals, std::span<double> values) {
  const size_t count = values.size();
  std::vector<size_t> order;
  for (const bool wanted : {true, false})
    for (size_t c = 0; c < count; ++c)
      if ((known[c] != 0) == wanted) order.push_back(c);
  // `factor` is L, in the order of `order`.
  std::vector<double> factor(count * count), e(count);
  for (size_t i = 0; i < count; ++i) {
    double mean = 0;
    for (size_t j = 0; j <= i; ++j) {
      double sum = covariance[order[i] * count + order[j]];
      for (size_t k = 0; k < j; ++k) sum -= factor[i * count + k] * factor[j * count + k];
      if (j < i) {
        factor[i * count + j] = sum / factor[j * count + j];
        mean += factor[i * count + j] * e[j];
      } else {
        LERL_CHECK(sum > 0);
        factor[i * count + i] = std::sqrt(sum);
      }
    }
    double& value = values[order[i]];
    const double scale = factor[i * count + i];
    e[i] = known[order[i]] != 0 ? (value - mean) / scale : normals[order[i]];
    if (known[order[i]] == 0) value = mean + scale * e[i];
  }
}

EvolvingUsers::EvolvingUsers(const Dataset& dataset, const Split& split, const MfConfig& z,
                             std::string_view world)
    : categories_(At(dataset.num_categories())), calibrated_(world == "calibrated") {
  Counts counts = CountRows(dataset, split);
  if (calibrated_) {
    // 1, 2. Taste and interests, of one fit.
    JointInterests fit = FitJointInterests(dataset, split, z);
    z_ = std::move(fit.z);
    affinity_ = std::move(fit.theta);
    known_square_ = MeanKnownSquare(affinity_, counts.rows);
  } else {
    // 1. The taste in single items, z.
    z_ = FitMfOnTrainingRows(dataset, split, z);
    // 2. The affinities.
    affinity_ = Affinities(counts, categories_);
  }
  rows_ = std::move(counts.rows);
  // 3. The covariance of interests, .9 R + .1 I.
  correlation_ = ColumnCorrelation(affinity_, categories_);
  for (size_t n = 0; n < correlation_.size(); ++n)
    correlation_[n] = kShared * correlation_[n] + (n % (categories_ + 1) == 0 ? 1 - kShared : 0);
}

EvolvingProfile EvolvingUsers::Profile(int32_t user, const EvolvingConfig& config) const {
  EvolvingProfile profile;
  const auto seed = static_cast<uint64_t>(config.world_seed), index = static_cast<uint64_t>(user);
  Rng tiring(seed, "tiring", index), interests(seed, "latent interests", index);
  // 1. Fatigue and the known interests. A normal is drawn for known interests too, so that the
  // normals of a category don't depend on which others are known.
  std::vector<uint8_t> known;
  std::vector<double> normals;
  for (size_t c = 0; c < categories_; ++c) {
    const size_t cell = At(user) * categories_ + c;
    known.push_back(rows_[cell] >= kKnownFrom);
    normals.push_back(interests.Normal());
    profile.latent.push_back(known[c] == 0);
    const double weight = calibrated_ ? (config.affinity > 0 ? 1 : 0) : config.affinity;
    profile.theta.push_back(known[c] != 0 ? weight * affinity_[cell] : 0);
    profile.kappa.push_back(config.kappa * std::exp(config.kappa_sd * tiring.Normal()));
  }
  // 2. The latent interests, given the known ones.
  const double variance = calibrated_ ? known_square_ : config.latent * config.latent;
  if (config.latent > 0 && variance > 0) {
    std::vector<double> covariance = correlation_;
    for (double& value : covariance) value *= variance;
    DrawConditional(covariance, known, normals, profile.theta);
  }
  return profile;
}

}  // namespace lerl
