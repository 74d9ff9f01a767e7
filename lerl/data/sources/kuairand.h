#pragma once
// KuaiRand (Gao et al., CIKM 2022, doi 10.1145/3511808.3557624): short videos of the app Kuaishou.
//
// Behaviours, in this order: click long_view like comment forward follow hate. Categories are the
// videos' tags, named by their ids. Suggested split: one global cut.

#include <filesystem>
#include <string>

#include "lerl/data/builder.h"
#include "lerl/data/dataset.h"
#include "lerl/data/options.h"
#include "lerl/data/table.h"

namespace lerl {

// `name` ends in -pure, -1k or -27k and picks the files: log_standard_*_SUFFIX.csv (27k: parts),
// log_random_*_SUFFIX.csv if include_random, user_features_SUFFIX.csv,
// video_features_basic_SUFFIX.csv; in the folder itself or in its subfolder data/.
Dataset LoadKuaiRand(const std::string& name, const std::filesystem::path& folder,
                     const DataOptions& options);

// The two feature files, for the users and items that the builder kept.
void ReadKuaiUserFeatures(const std::filesystem::path& path, const DatasetBuilder& builder,
                          BadRows& bad, Dataset& dataset);
void ReadKuaiRandVideos(const std::filesystem::path& path, const DatasetBuilder& builder,
                        BadRows& bad, Dataset& dataset);

// folder/data if that exists and the folder itself lacks `file`, else folder.
std::filesystem::path KuaiFolder(const std::filesystem::path& folder, const std::string& file);

}  // namespace lerl
