#pragma once
// KuaiRec 2.0 (Gao et al., CIKM 2022, doi 10.1145/3511808.3557220): short videos of the app
// Kuaishou, with the share of each video that was watched.
//
// The behaviours are long_view (watch_ratio >= long_view_ratio) and like (watch_ratio >=
// like_ratio), and the values are the watch ratios. The categories are those of
// item_categories.csv. They are named by the first level of kuairec_caption_category.csv where that
// file is there and knows the id, and by their ids otherwise. The suggested split is one global
// cut.

#include <filesystem>
#include <string>

#include "lerl/data/dataset.h"
#include "lerl/data/matrix.h"
#include "lerl/data/options.h"

namespace lerl {

// Reads these files, which lie in the folder itself or in its subfolder data/:
//   big_matrix.csv
//   small_matrix.csv               with include_small alone; rows without a timestamp are dropped
//                                  and counted
//   item_categories.csv
//   user_features.csv
//   kuairec_caption_category.csv   if it is there
Dataset LoadKuaiRec(const std::string& name, const std::filesystem::path& folder,
                    const DataOptions& options);

// Reads the fully observed small matrix: the watch ratios of small_matrix.csv, cut at ratio_limit.
// Rows and columns carry the source's ids, in natural order. The published file lacks 0.4% of its
// cells, those of creators that a user had blocked. Throws Error(kData) naming the first hole; with
// fill_holes a hole is 0 instead, as the published code (EasyRL4Rec, CIRS) reads it. A cell that is
// there twice is a wrong row; the published code adds the two.
UserItemMatrix LoadKuaiRecSmallMatrix(const std::filesystem::path& folder,
                                      const DataOptions& options);

}  // namespace lerl
