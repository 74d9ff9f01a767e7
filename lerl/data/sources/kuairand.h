#pragma once
// KuaiRand (Gao et al., CIKM 2022, doi 10.1145/3511808.3557624): short videos of the app Kuaishou.
//
// The behaviours are, in this order, click, long_view, like, comment, forward, follow and hate.
// The categories are the tags of the videos, named by their ids. The suggested split is one global
// cut.

#include <filesystem>
#include <string>

#include "lerl/data/builder.h"
#include "lerl/data/dataset.h"
#include "lerl/data/options.h"
#include "lerl/data/table.h"

namespace lerl {

// `name` ends in -pure, -1k or -27k, which gives the suffix of the files. The files lie in the
// folder itself or in its subfolder data/:
//   log_standard_*_SUFFIX.csv         the log; that of 27k comes in parts
//   log_random_*_SUFFIX.csv           randomly exposed rows, read with include_random alone
//   user_features_SUFFIX.csv
//   video_features_basic_SUFFIX.csv
Dataset LoadKuaiRand(const std::string& name, const std::filesystem::path& folder,
                     const DataOptions& options);

// Read the two files of features, for the users and items that the builder kept.
void ReadKuaiUserFeatures(const std::filesystem::path& path, const DatasetBuilder& builder,
                          BadRows& bad, Dataset& dataset);
void ReadKuaiRandVideos(const std::filesystem::path& path, const DatasetBuilder& builder,
                        BadRows& bad, Dataset& dataset);

// Returns folder/data if it exists and the folder itself lacks `file`, and the folder otherwise.
std::filesystem::path KuaiFolder(const std::filesystem::path& folder, const std::string& file);

}  // namespace lerl
