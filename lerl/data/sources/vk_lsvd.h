#pragma once
// VK-LSVD (Large Short-Video Dataset, 2025): short videos of VK, each shown to a
// user once.
//
// The behaviours are, in this order
//
//   long_view    timespent is at least data.long_view_ratio times the video's duration; the file
//                has 255 seconds for all longer times
//   like, share, bookmark, click_on_author, open_comments, dislike    as the file has them
//
// The value is timespent / duration. A row of a video whose duration is unknown is a wrong row.
// There are no times: rows are in their order, files in that of their weeks. The categories are the
// authors with the most videos. The suggested split is one global cut.

#include <filesystem>
#include <string>

#include "lerl/data/dataset.h"
#include "lerl/data/options.h"

namespace lerl {

// The files of the folder; data.subsample reads subsamples/NAME/ in place of interactions/:
//   interactions/train/week_*.parquet, then validation/ and test/, where they are there
//   metadata/items_metadata.parquet    item_id, author_id, duration in seconds
//   metadata/users_metadata.parquet    user_id, age, gender, geo
Dataset LoadVkLsvd(const std::string& name, const std::filesystem::path& folder,
                   const DataOptions& options);

}  // namespace lerl
