#pragma once
// A generated matrix that resembles Coat's (Schnabel et al., ICML 2016: 290 users, 300 coats),
// whose published full matrix can't be had here. Each cell has an appeal:
//
//   x_ui = a_u . b_i / sqrt(2) + noise e_ui
//
//   a_u, b_i, e_ui   independent standard normals, a_u and b_i in R^2, so that the first term has
//                    rank 2 and variance 1
//
// The rank of its appeal among all cells gives the value of a cell, such that each value occurs as
// often as in Coat:
//
//   value        1        2        3       4     5
//   cells   12,006   47,238   23,287   4,353   116
//
// The default noise is the one for which random play under Coat's leave rule lasts 12.7 steps
// (distance_window, N = 7, d = 6, at most 30 steps, repeats allowed, compat_window). Less noise
// brings columns nearer to each other and shortens sessions.
//
// Differences: Coat's matrix was completed by a model that was fitted on 16 to 40 ratings per user.
// Its column distances have these quantiles; those of this matrix are wider
// (`lerl data info coat-like`):
//
//   share         0    10%    25%    50%    75%    90%   100%
//   distance      0    7.5    8.8   10.7   13.1   16.1   30.9
//
// There are no features. An item has one category, the eighth of the circle in which b_i lies.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/matrix.h"
#include "lerl/data/options.h"

namespace lerl {

struct CoatLikeConfig {
  double noise = 0.088;
  uint64_t seed = 1;
};

inline constexpr int kCoatCategories = 8;

struct CoatLike {
  UserItemMatrix matrix;                  // [290, 300], values 1 to 5
  std::vector<int32_t> category_of_item;  // [300]
};

CoatLike MakeCoatLike(const CoatLikeConfig& config = {});

// The data set `coat-like` and its matrix. The folder is not read. As in Coat, 24 cells of each
// user are the log; a value from options.like_rating on is a like.
Dataset LoadCoatLike(const std::string& name, const std::filesystem::path& folder,
                     const DataOptions& options);
UserItemMatrix LoadCoatLikeMatrix(const std::filesystem::path& folder, const DataOptions& options);

}  // namespace lerl
