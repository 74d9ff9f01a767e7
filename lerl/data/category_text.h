#pragma once
// The categories that one field of a file lists, in the forms in which published files write them:
//
//   Action|Horror                                  parts between separators
//   ['Action', 'Horror']   [["Books", "Crime"]]    lists, sets and tuples of Python, lists of JSON
//   ['Action' 'Horror']   array(['Action'], dtype=object)   arrays of NumPy
//   [Action, Horror]   {Action,"Sci Fi"}           lists without quotes, arrays of PostgreSQL
//   [{'id': 28, 'name': 'Action'}]                 a list of objects that have names
//   [{"genre": "Action"}]                          objects of texts: the texts, but for those at id
//   {"Action": 1, "Horror": 0}                     an object: the keys whose value says yes
//   "[""Action""]"                                 any of them in quotes once more

#include <string>
#include <string_view>
#include <vector>

namespace lerl {

// Returns the categories in the order of the field, without the spaces around them. What stands for
// "no category" is none, in any case: an empty part, nan, null, None, NA, <NA>, N/A, \N, -, (none)
// and (no genres listed). A field that begins like a list but is none is read by its separators,
// and without one it is a category.
std::vector<std::string> SplitCategories(std::string_view field, std::string_view separator);

// Whether a category begins like a list that could not be read: [' [{ {" (" and the like, or a [ or
// { that nothing closes.
bool LooksLikeAList(std::string_view category);

}  // namespace lerl
