#pragma once
// The titles of the catalogue that a wish names ("something like Toy Story"), and the categories of
// the items with this title. Whoever looks a title up need not guess what it is about.
//
// A title is found as it is spoken (wishes/wish_writer.h), word by word, the longest first; its
// first and its last word begin with a capital, a digit or a letter of another alphabet, so that
// "a good scream" names nothing, and one of a single word does not begin a sentence. What is spelt
// otherwise is not found.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lerl/data/dataset.h"

namespace lerl {

struct NamedTitle {
  size_t begin = 0, end = 0;          // bytes [begin, end) of the text
  std::vector<int32_t> categories{};  // of all items with this title, ascending; some
};

class NamedTitles {
 public:
  explicit NamedTitles(const Dataset& dataset);

  // In order, without overlap.
  std::vector<NamedTitle> Find(std::string_view text) const;

 private:
  std::unordered_map<std::string, std::vector<int32_t>> categories_of_;  // by words and blanks
  size_t longest_ = 0;                                                   // title in words
};

}  // namespace lerl
