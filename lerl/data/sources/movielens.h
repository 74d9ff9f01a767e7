#pragma once
// MovieLens (Harper and Konstan, TiiS 2015, doi 10.1145/2827872): ratings of movies from 1 to 5,
// in later releases from 0.5.
//
// The behaviour is "like": rating >= like_rating. The values are the ratings. Titles read
// "Toy Story (1995)". The genre `unknown` counts like any other. The suggested split is each user's
// own order.

#include <filesystem>
#include <string>

#include "lerl/data/dataset.h"
#include "lerl/data/options.h"

namespace lerl {

// Reads MovieLens-100K from RecBole's atomic files (ml-100k.inter, .item, .user) if the folder has
// ml-100k.inter, and from the official archive's (u.data, u.item, u.user, u.genre) otherwise.
Dataset LoadMovieLens100K(const std::string& name, const std::filesystem::path& folder,
                          const DataOptions& options);

// Reads MovieLens-10M from ratings.dat and movies.dat. It tells nothing of its users.
Dataset LoadMovieLens10M(const std::string& name, const std::filesystem::path& folder,
                         const DataOptions& options);

// Reads MovieLens-20M, 25M, 32M and the latest from ratings.csv and movies.csv. They tell nothing
// of their users.
Dataset LoadMovieLensCsv(const std::string& name, const std::filesystem::path& folder,
                         const DataOptions& options);

// Reads MovieLens-1M from ratings.dat, movies.dat and users.dat.
Dataset LoadMovieLens1M(const std::string& name, const std::filesystem::path& folder,
                        const DataOptions& options);

}  // namespace lerl
