#pragma once
// A matrix like Coat's (Schnabel et al., ICML 2016: 290 users, 300 coats), whose published full
// matrix can't be had here. With independent standard normals a_u, b_i in R^2 and e_ui
//
//   x_ui = a_u . b_i / sqrt(2) + noise e_ui          rank 2, of variance 1, and noise
//
// and the value of a cell is given by the rank of its x among all cells, so that each value occurs
// as often as in Coat: 1 12,006 times, 2 47,238, 3 23,287, 4 4,353 and 5 116 times. The default
// noise is the one for which random play under Coat's leave rule (distance_window, N = 7, d = 6, at
// most 30 steps, repeats allowed, compat_window) lasts 12.7 steps; less noise brings columns nearer
// to each other and shortens sessions.
//
// Differences: Coat's matrix was completed by a model that was fitted on 16 to 40 ratings per user;
// the quantiles of its column distances are 0, 7.5, 8.8, 10.7, 13.1, 16.1 and 30.9 (0, 10, 25, 50,
// 75, 90 and 100%), those of this one are wider (`lerl data info coat-like`). It has no features;
// an item's one category is the eighth of the circle in which b_i lies.

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

// The data set `coat-like` and its matrix; there is no folder to read. 24 cells of each user are
// the log, as in Coat; like = value >= options.like_rating.
Dataset LoadCoatLike(const std::string& name, const std::filesystem::path& folder,
                     const DataOptions& options);
UserItemMatrix LoadCoatLikeMatrix(const std::filesystem::path& folder, const DataOptions& options);

}  // namespace lerl
