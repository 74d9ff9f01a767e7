#pragma once
// MovieLens (Harper and Konstan, TiiS 2015, doi 10.1145/2827872): ratings of movies from 1 to 5.
//
// Behaviours: "like" = rating >= like_rating. Values are the ratings. Titles read "Toy Story
// (1995)". The genre `unknown` stays where movies carry it. Suggested split: each user's own order.

#include <filesystem>
#include <string>

#include "lerl/data/dataset.h"
#include "lerl/data/options.h"

namespace lerl {

// MovieLens-100K from RecBole's atomic files (ml-100k.inter, .item, .user) if the folder has the
// first of them, else from the official archive (u.data, u.item, u.user, u.genre).
Dataset LoadMovieLens100K(const std::string& name, const std::filesystem::path& folder,
                          const DataOptions& options);

// MovieLens-1M: ratings.dat, movies.dat, users.dat.
Dataset LoadMovieLens1M(const std::string& name, const std::filesystem::path& folder,
                        const DataOptions& options);

}  // namespace lerl
