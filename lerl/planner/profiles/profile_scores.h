#pragma once
// ProfileScores: how much of what a user likes next falls into each category, foretold from
// training rows alone. Where planners that learn begin.
//
//   y_c   share of category c among the next likes (at most kNextLikes) after a cut of the rows
//   x_c   log(1 + likes), log odds of a like against the user's own, share of likes, the same share
//         drawn towards everyone's by kShrink likes, everyone's share and log odds, one-hot of c
//   score = x . beta, beta by ridge regression over users' training rows cut after 3 rows and after
//           a quarter, a half and three quarters; standardised over the categories of a user
//
// Reference: none; ours. Not handled: order within the past.

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "lerl/base/math.h"
#include "lerl/nn/ridge.h"
#include "lerl/planner/profiles/user_profiles.h"

namespace lerl {

inline constexpr int kNextLikes = 20;
inline constexpr double kShrink = 20;

// Subtracts the mean and divides by the standard deviation (by 1, where it is 0).
void Standardise(std::span<double> values);

class ProfileScores {
 public:
  // All must outlive the scores. At most `users` users are fitted on, a fixed draw.
  ProfileScores(const Dataset& dataset, const Split& split, UserProfiles& profiles,
                int64_t users = 2000);

  const std::vector<double>& Of(int32_t user);  // [C], mean 0, sd 1; lives as long as the scores
  std::vector<double> OfCounts(const CategoryCounts& counts);

 private:
  void Fill(const CategoryCounts& counts, size_t category, std::vector<double>& x);
  void FitUser(int32_t user);

  const Dataset& dataset_;
  const Split& split_;
  UserProfiles& profiles_;
  Ridge ridge_;
  std::unordered_map<int32_t, std::vector<double>> scores_;
};

}  // namespace lerl
