#pragma once
// WishReader: what a wish in words says of the categories.
//
// Axes: C categories.

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace lerl {

// What a wish says of each category [C], from -1 (refused) over 0 (nothing) to 1 (asked for).
using WishScores = std::vector<double>;

class WishReader {
 public:
  virtual ~WishReader() = default;

  // The scores of each wish; an empty list for one that could not be read, such as where a model
  // gave no answer. A wish has no problem (wishes/wish_text.h), and depends on itself alone.
  virtual std::vector<WishScores> Read(std::span<const std::string> wishes) = 0;
};

// What readers that compare make of a clause: with x_c how near category c is to it,
//
//   p_c = exp(x_c / scale) / sum_d exp(x_d / scale)
//
// is added where the clause asks and taken off where it refuses: the chance that c is meant, so
// that a clause that fits many categories moves none of them far. `scores` [C] stay within [-1, 1].
void AddEvidence(std::span<const double> nearness, double scale, bool refuses, WishScores& scores);
// The same for chances p [C] that are known.
void AddChances(std::span<const double> chances, bool refuses, WishScores& scores);

}  // namespace lerl
