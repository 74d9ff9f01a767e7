#pragma once
// ProfileScores: how much of what a user likes next falls into each category, foretold from
// training rows alone. Planners that learn start from these scores.
//
//   f_uc = z(x_uc . beta)           z: standardised over the categories of the user
//
// beta is fitted by ridge regression of y on x:
//
//   y_c   share of category c among the next likes (at most kNextLikes) after a cut of a user's
//         training rows, x coming from the rows before the cut. Rows are cut after 3 rows, after a
//         quarter, a half and three quarters of them; a cut with fewer than 5 next likes is left
//         out.
//   x_c   [6 + C] of category c:
//         0  log(1 + likes of c)
//         1  log odds of a like in c, less those of any like by this user
//         2  (likes of c) / (all likes of the user + 1)
//         3  (likes of c + kShrink p_c) / (all likes of the user + kShrink)
//         4  p_c = (everyone's likes of c) / (everyone's likes + 1)
//         5  log odds of a like in c, less those of any like, by everyone
//         6 + c  one-hot
//
// Reference: none; ours. Not handled: the order of rows within the past.

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "lerl/base/math.h"
#include "lerl/nn/ridge.h"
#include "lerl/planner/profiles/user_profiles.h"

namespace lerl {

inline constexpr int kNextLikes = 20;
inline constexpr double kShrink = 20;

// Subtracts the mean and divides by the standard deviation, or by 1 where that is 0.
void Standardise(std::span<double> values);

class ProfileScores {
 public:
  // Fits beta on a fixed draw of at most `users` training users, so that no held-out user's past is
  // ever an answer. All arguments must outlive the scores.
  ProfileScores(const Dataset& dataset, const Split& split, UserProfiles& profiles,
                int64_t users = 2000);

  // f [C] of a user, mean 0 and sd 1. The reference lives as long as the scores.
  const std::vector<double>& Of(int32_t user);
  // f [C] of somebody with these counts.
  std::vector<double> OfCounts(const CategoryCounts& counts);

 private:
  void Fill(const CategoryCounts& counts, size_t category, std::vector<double>& x);
  // Adds the rows (x, y) of a user's cuts to the regression.
  void FitUser(int32_t user);

  const Dataset& dataset_;
  const Split& split_;
  UserProfiles& profiles_;
  Ridge ridge_;
  std::unordered_map<int32_t, std::vector<double>> scores_;
};

}  // namespace lerl
