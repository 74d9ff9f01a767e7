#pragma once
// Intervals for figures of rows that are clustered by user: a percentile bootstrap that resamples
// users with replacement and takes all rows of a drawn user as often as the user was drawn.
//
//   figure(users 0 .. U - 1)           the estimate
//   figure(U users with replacement)   of which the 2.5% and 97.5% percentiles are the interval
//
// Where two groups of users are compared, log and simulator say, each is resampled on its own.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "lerl/eval/statistics.h"

namespace lerl {

inline constexpr int64_t kUserResamples = 200;

// `figure` is given who was drawn, [U] indices below `users`, in any order; resamples of which it
// is NaN don't count. A NaN estimate gives a NaN interval. With one user, or none, there is no
// interval: low and high are -inf and inf.
Interval BootstrapUsers(int64_t users,
                        const std::function<double(std::span<const int64_t>)>& figure,
                        int64_t resamples = kUserResamples);

// What was measured of each user, [U][any number].
using ValuesByUser = std::vector<std::vector<double>>;

// The same of a distance between the pooled values of two groups of users.
Interval BootstrapDistance(
    const ValuesByUser& a, const ValuesByUser& b,
    const std::function<double(std::vector<double>, std::vector<double>)>& distance,
    int64_t resamples = kUserResamples);

}  // namespace lerl
