#pragma once
// Yambda (Ploshkin et al. 2025, arXiv 2505.22238): what people listened to in Yandex Music.
//
// An interaction is what a user did with a track until half an hour passed without more of it. Its
// behaviours are, in this order
//
//   listen    played_ratio_pct of a listen is at least data.listen_percent, 50 as in the authors'
//             benchmark
//   like      a like was given
//   dislike   a dislike was given
//
// Its value is the largest played ratio, 1 for a whole track. Its source (Dataset::organic) is that
// of its first event: 1 where the user came to the track by himself, 0 where it was recommended.
// data.exposure reads events of one source alone. Events unlike and undislike take an answer back;
// they are counted and left out.
//
// Times count seconds from a beginning that is not published, in steps of 5. The categories are the
// artists with the most tracks, where their file is there. The suggested split is one global cut.

#include <filesystem>
#include <string>

#include "lerl/data/dataset.h"
#include "lerl/data/options.h"

namespace lerl {

// `name` ends in -50m, -500m or -5b, the SIZE. The log is the first of these that is there, in the
// folder itself or in its subfolder flat/SIZE/ or sequential/SIZE/:
//   multi_event.parquet    all events; in `sequential` with a row per user, whose columns are lists
//   listens.parquet        and, where they are there, likes.parquet, dislikes.parquet,
//                          unlikes.parquet and undislikes.parquet
// The file artist_item_mapping.parquet lies in the folder itself.
Dataset LoadYambda(const std::string& name, const std::filesystem::path& folder,
                   const DataOptions& options);

}  // namespace lerl
