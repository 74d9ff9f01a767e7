#pragma once
// Headerless: names for the columns of a log whose first line holds values.

#include <string>
#include <vector>

#include "lerl/data/guess/sample.h"

namespace lerl {

// In the words of its publisher where the form of the log is known. Elsewhere times and kinds of
// events are told by what the columns hold; of the others the first is the user and the second the
// item (the reverse where they hold ids as Amazon writes them), then come ratings, counts and what
// depends on the item. Throws Error(kData) for what looks like a full matrix.
std::vector<std::string> NamesWithoutHeader(const FileSample& sample);

}  // namespace lerl
