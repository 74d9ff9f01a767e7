#pragma once
// Fetches the one data set that may be fetched by a program: MovieLens-100K, as the example that
// the PyPI package recbole carries. The archive is pinned by version and sha256; pip checks it.

#include <filesystem>
#include <string_view>

namespace lerl {

// The same as in tools/downloads.txt (a test compares).
inline constexpr std::string_view kRecboleVersion = "1.2.1";
inline constexpr std::string_view kRecboleSha256 =
    "9c9948202011f37eb0a7c6768129313f00d6403ad221ec940d5e2d5d5f33a407";

bool HasMovieLens100K(const std::filesystem::path& folder);

// Puts ml-100k.{inter,item,user} into the folder, all or none; needs python3 with pip, and the
// network. Throws Error(kIo) if pip fails or the disk does.
void FetchMovieLens100K(const std::filesystem::path& folder);

}  // namespace lerl
