#pragma once
// The categories that one field of a file lists, in the forms in which published files write them:
//
//   Action|Horror                                  parts between separators
//   ['Action', 'Horror']   [["Books", "Crime"]]    lists of Python or of JSON
//   [{'id': 28, 'name': 'Action'}]                 a list of objects that have names
//   {"Action": 1, "Horror": 0}                     an object: the keys whose value says yes

#include <string>
#include <string_view>
#include <vector>

namespace lerl {

// Returns the categories in the order of the field, without the spaces around them. What stands for
// "no category" is none: an empty part, nan, null, None, N/A, \N and (no genres listed). A field
// that begins like a list but is none is read by its separators, and without one it is a category.
std::vector<std::string> SplitCategories(std::string_view field, std::string_view separator);

}  // namespace lerl
