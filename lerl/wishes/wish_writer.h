#pragma once
// WishWriter: says in a sentence what a simulated user feels like, out of the bank of phrasings
// (wishes/phrasings.h) and the titles of the catalogue.
//
// A sentence names one or two categories that are asked for, one that is refused, or both. A
// category is named by one of its phrases or by an example: one of the titles by which people know
// it best. These are the 20 items of the category with the fewest other categories, and among
// equals those with the most training rows.
//
// Axes: C categories.

#include <cstdint>
#include <string>
#include <vector>

#include "lerl/base/rng.h"
#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/wishes/phrasings.h"

namespace lerl {

// What a sentence is about. At least one of both is there.
struct WishCategories {
  std::vector<int32_t> up;  // categories that are asked for, at most two
  int32_t down = -1;        // the category that is refused; -1: none
};

struct WishStyle {
  double titles = 0.25;  // share of categories that are named by an example, where there is one
  double typos = 0;      // share of words of four letters or more with a slip in them
};

// A title as one says it: "Godfather, The" is "The Godfather", and a year in brackets goes.
std::string SpokenTitle(const std::string& title);

// `text` with a slip (two letters swapped, or one left out) in that share of its words of four
// letters or more, digits and other alphabets aside.
std::string WithTypos(std::string text, double share, Rng& rng);

class WishWriter {
 public:
  // The data set must outlive the writer.
  WishWriter(const Dataset& dataset, const Split& split);

  // One sentence of at most kLongestWish characters, by draws of `rng` alone.
  std::string Write(const WishCategories& subject, PhrasingPart part, const WishStyle& style,
                    Rng& rng) const;
  // Titles that may stand for the category in this part, best known first.
  const std::vector<std::string>& Titles(int32_t category, PhrasingPart part) const;

 private:
  struct Voice {
    Phrasings bank;
    std::vector<CategoryPhrasings> of;             // [C]
    std::vector<std::vector<std::string>> titles;  // [C]
  };
  const Voice& VoiceOf(PhrasingPart part) const {
    return part == PhrasingPart::kHeldOut ? held_out_ : learning_;
  }
  static std::string Phrase(const Voice& voice, int32_t category, bool asked,
                            const WishStyle& style, Rng& rng);

  Voice learning_, held_out_;
};

}  // namespace lerl
