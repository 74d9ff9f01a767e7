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
#include "lerl/data/options.h"

namespace lerl {

// Reads big_matrix.csv, small_matrix.csv if include_small (its rows without a timestamp are dropped
// and counted), item_categories.csv, user_features.csv and, if there, kuairec_caption_category.csv;
// in the folder itself or in its subfolder data/.
Dataset LoadKuaiRec(const std::string& name, const std::filesystem::path& folder,
                    const DataOptions& options);

}  // namespace lerl
