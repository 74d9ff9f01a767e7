#pragma once
// ItemIndex: the K items whose vectors have the largest products with a given one, exactly, without
// a look at most items of a large catalogue.
//
//   best(z) = top K of z . E_i over the items i that are allowed                               (1)
//
// Items lie in cells of kCell items that are near each other: a cell of more is halved at the
// median of the coordinate in which its vectors differ most, or of their lengths where these do.
// For each cell g holds
//
//   z . E_i <= min(z . c_g + |z| r_g, |z| l_g)      for each i in g                            (2)
//
//   c_g   mean of the vectors of cell g
//   r_g   largest distance of one of them from c_g
//   l_g   largest length of one of them
// by the inequality of Cauchy and Schwarz. So a cell whose bound is below the K-th best product so
// far holds none of the best. The cells with the largest bounds are looked at first, one vector at
// a time; the others then one after another, the long ones first, each for all vectors of a batch
// that it still may concern, so that its items are read once for them all.
//
// How much is left out depends on the catalogue: the more its items form groups, the more. Of a
// million normal vectors of 17 entries some 28% are looked at, of the same in 20 groups 20%. At
// worst every item is, which costs what all scores cost, but nothing of [n, I] is written.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace lerl {

class ItemIndex {
 public:
  static constexpr int64_t kCell = 128;

  // `vectors` E [I, width], finite. They are copied.
  ItemIndex(std::span<const float> vectors, int64_t width);

  // Whether item i may be among the best of query n.
  using Allowed = std::function<bool(size_t n, int32_t item)>;

  // Writes the K best items (1) of each of n `queries` [n, width], finite, to `best` [n, K], best
  // first, ties by the lower id. Returns the share of all products that were computed. Each query
  // is answered alike in any batch and with any number of threads. Throws CheckFailure when fewer
  // than K items are allowed.
  double Find(std::span<const float> queries, const Allowed& allowed, int threads,
              std::span<int32_t> best) const;

 private:
  class Search;

  // Puts ids_[first, last) in the order of cells.
  void Divide(std::span<const float> vectors, std::span<const float> lengths, int64_t first,
              int64_t last);
  void MakeCell(std::span<const float> vectors, int64_t cell);
  int64_t cells() const { return static_cast<int64_t>(radius_.size()); }

  const int64_t items_, width_;
  std::vector<int32_t> ids_;  // [I] of the items, cell by cell
  // [cells, strips of a cell, width, items of a strip] their vectors; 0 where a cell has no item
  std::vector<float> panels_;
  std::vector<float> centres_;          // c [width, cells in lanes]
  std::vector<float> radius_, length_;  // r and l [cells], with room for rounding
};

}  // namespace lerl
