#pragma once
// Companions: files beside a log that have a row for each of its items, or of its users.

#include <string>
#include <vector>

#include "lerl/data/guess/sample.h"

namespace lerl {

struct Companion {
  std::string file{}, separator{}, id{}, title{}, category_separator{}, why{};
  std::vector<std::string> columns{}, categories{}, features{};
  bool rest = false;
  bool escapes = false;  // quoted fields hold backslashes before quotes
};

// The file that speaks of at least half of the items in the sample, with one row for each; of
// several the one that speaks of most, has categories, has titles. An empty one if there is none.
Companion FindItemsFile(const FileSample& log, const SampleColumn& item);
// The same of users; `other` is the name of a file that is none of them.
Companion FindUsersFile(const FileSample& log, const SampleColumn& user, const std::string& other);

}  // namespace lerl
