#pragma once
// KuaiRec 2.0 (Gao et al., CIKM 2022, doi 10.1145/3511808.3557220): short videos of the app
// Kuaishou, with the share of each video that was watched.
//
// Behaviours: long_view (watch_ratio >= long_view_ratio) and like (watch_ratio >= like_ratio).
// Values are the watch ratios. Categories are those of item_categories.csv, named by the first
// level of kuairec_caption_category.csv where that file is there and knows the id, else by their
// ids. Suggested split: one global cut.

#include <filesystem>
#include <string>

#include "lerl/data/dataset.h"
#include "lerl/data/matrix.h"
#include "lerl/data/options.h"

namespace lerl {

// Reads big_matrix.csv, small_matrix.csv if include_small (its rows without a timestamp are dropped
// and counted), item_categories.csv, user_features.csv and, if there, kuairec_caption_category.csv;
// in the folder itself or in its subfolder data/.
Dataset LoadKuaiRec(const std::string& name, const std::filesystem::path& folder,
                    const DataOptions& options);

// The fully observed small matrix: watch ratios of small_matrix.csv, cut at ratio_limit. Rows and
// columns carry the source's ids in natural order. The published file lacks 0.4% of its cells
// (creators that a user had blocked): an Error(kData) that names the first hole, or 0 with
// fill_holes, which is what the published code (EasyRL4Rec, CIRS) reads. A cell that is there twice
// is a wrong row; the published code adds the two.
UserItemMatrix LoadKuaiRecSmallMatrix(const std::filesystem::path& folder,
                                      const DataOptions& options);

}  // namespace lerl
