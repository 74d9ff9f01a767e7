#pragma once
// Describes a file that nobody has described: the answer of `lerl data guess`.
//
// What is found: the form (JSON, blocks, lists of what was shown, separator, quotes, header,
// encoding), the columns of user, item, time, behaviours, title and categories, and files of items
// and of users beside the log, which speak of its ids. Names of columns count first, and what is
// in them must agree.

#include <filesystem>
#include <string>

namespace lerl {

// The TOML of a description (data/sources/csv_config.h) of a file of interactions, or of a folder
// with the atomic files of RecBole, with comments that say why. It names files without their
// folder. Throws Error(kData) for a file in which no users and items can be made out.
std::string GuessDescription(const std::filesystem::path& path);

}  // namespace lerl
