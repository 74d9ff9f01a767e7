#include "lerl/nn/item_index.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/base/parallel.h"
#include "lerl/nn/simd.h"
#include "lerl/nn/tile_matmul.h"

namespace lerl {
namespace {

// Queries of a batch, which share the reading of a cell.
constexpr int64_t kQueries = 64;
// Items whose vectors lie side by side in memory, entry by entry.
constexpr int64_t kItemStrip = int64_t{kTileColumns} * kLanes;
// Cells that are looked at for each query by itself.
constexpr int64_t kFirstCells = 4;
// The bound of a cell that has been looked at.
constexpr float kDone = -std::numeric_limits<float>::infinity();
// What differences of lengths count beside those of a coordinate. Items that are long are among the
// best of many queries, and short ones of none.
constexpr double kLengthWeight = 16;
// Rounding moves a product by less than this share of |z| |E_i|.
constexpr double kRounding = 1e-5;

// The best items of one query so far: a short sorted list.
class Best {
 public:
  Best(size_t k) : items_(k), scores_(k) {}

  bool full() const { return filled_ == items_.size(); }
  // No item with a smaller score can be among the best.
  float least() const { return full() ? scores_.back() : kDone; }

  void Add(float score, int32_t item) {
    size_t place = full() ? filled_ - 1 : filled_++;
    for (; place > 0 && Before(score, item, place - 1); --place) {
      scores_[place] = scores_[place - 1];
      items_[place] = items_[place - 1];
    }
    scores_[place] = score;
    items_[place] = item;
  }
  bool Wants(float score, int32_t item) const {
    return !full() || Before(score, item, filled_ - 1);
  }
  // Takes in those of another list, some of which may be here already.
  void Add(const Best& other) {
    for (size_t n = 0; n < other.filled_; ++n) {
      const auto known = items_.begin() + static_cast<std::ptrdiff_t>(filled_);
      const bool here = std::find(items_.begin(), known, other.items_[n]) != known;
      if (!here && Wants(other.scores_[n], other.items_[n])) Add(other.scores_[n], other.items_[n]);
    }
  }
  std::span<const int32_t> items() const { return items_; }
  bool finite() const {
    return std::ranges::all_of(scores_, [](float x) { return std::isfinite(x); });
  }

 private:
  bool Before(float score, int32_t item, size_t other) const {
    return score > scores_[other] || (score == scores_[other] && item < items_[other]);
  }

  size_t filled_ = 0;
  std::vector<int32_t> items_;
  std::vector<float> scores_;
};

std::vector<float> LengthsOf(std::span<const float> vectors, int64_t width) {
  std::vector<float> lengths;
  for (auto row = vectors.begin(); row != vectors.end(); row += width)
    lengths.push_back(std::sqrt(std::inner_product(row, row + width, row, 0.0f)));
  return lengths;
}

float LargestOf(const float* values) {
  Lanes largest = LoadLanes(values);
  for (int64_t i = kLanes; i < ItemIndex::kCell; i += kLanes) {
    const Lanes next = LoadLanes(values + i);
    largest = next > largest ? next : largest;
  }
  return MaxLanes(largest);
}

}  // namespace

ItemIndex::ItemIndex(std::span<const float> vectors, int64_t width)
    : items_(std::ssize(vectors) / width), width_(width), ids_(At(items_)) {
  LERL_CHECK_EQ(items_ * width, std::ssize(vectors));
  std::iota(ids_.begin(), ids_.end(), 0);
  Divide(vectors, LengthsOf(vectors, width), 0, items_);
  const int64_t cells = (items_ + kCell - 1) / kCell;
  panels_.resize(At(cells * width_ * kCell));
  centres_.resize(At(width_ * RoundToLanes(cells)));
  radius_.resize(At(cells));
  length_.resize(At(cells));
  for (int64_t cell = 0; cell < cells; ++cell) MakeCell(vectors, cell);
}

void ItemIndex::Divide(std::span<const float> vectors, std::span<const float> lengths,
                       int64_t first, int64_t last) {
  if (last - first <= kCell) return;
  // 1. Where the items differ most: in a coordinate, or in how long their vectors are.
  std::vector<double> sum(At(width_ + 1)), squares(At(width_ + 1));
  const auto value_of = [&](int32_t item, int64_t d) {
    return d == width_ ? lengths[At(item)] : vectors[At(item * width_ + d)];
  };
  for (int64_t i = first; i < last; ++i) {
    for (int64_t d = 0; d <= width_; ++d) {
      const auto x = static_cast<double>(value_of(ids_[At(i)], d));
      sum[At(d)] += x;
      squares[At(d)] += x * x;
    }
  }
  const auto count = static_cast<double>(last - first);
  for (size_t d = 0; d < sum.size(); ++d) squares[d] -= sum[d] * sum[d] / count;
  squares.back() *= kLengthWeight;
  const int64_t widest = std::ranges::max_element(squares) - squares.begin();
  // 2. Its median, moved such that all cells but the last one are full.
  const int64_t cells = (last - first + kCell - 1) / kCell, middle = first + cells / 2 * kCell;
  const auto smaller = [&](int32_t a, int32_t b) {
    const float x = value_of(a, widest), y = value_of(b, widest);
    return x != y ? x < y : a < b;
  };
  const auto begin = ids_.begin();
  std::nth_element(begin + first, begin + middle, begin + last, smaller);
  Divide(vectors, lengths, first, middle);
  Divide(vectors, lengths, middle, last);
}

void ItemIndex::MakeCell(std::span<const float> vectors, int64_t cell) {
  const int64_t first = cell * kCell, count = std::min(kCell, items_ - first);
  const auto vector_of = [&](int64_t i) { return vectors.data() + ids_[At(first + i)] * width_; };
  // 1. The panel, and the mean of its vectors.
  std::vector<double> mean(At(width_));
  float* panel = panels_.data() + cell * width_ * kCell;
  for (int64_t i = 0; i < count; ++i) {
    for (int64_t d = 0; d < width_; ++d) {
      panel[(i / kItemStrip * width_ + d) * kItemStrip + i % kItemStrip] = vector_of(i)[d];
      mean[At(d)] += static_cast<double>(vector_of(i)[d]) / static_cast<double>(count);
    }
  }
  // 2. The largest distance from the mean as it is kept. It gets a margin for the rounding of all
  // products that it is compared with.
  const int64_t stride = std::ssize(centres_) / width_;
  for (int64_t d = 0; d < width_; ++d)
    centres_[At(d * stride + cell)] = static_cast<float>(mean[At(d)]);
  double farthest = 0, longest = 0;
  for (int64_t i = 0; i < count; ++i) {
    double distance = 0, length = 0;
    for (int64_t d = 0; d < width_; ++d) {
      const auto x = static_cast<double>(vector_of(i)[d]);
      const double apart = x - static_cast<double>(centres_[At(d * stride + cell)]);
      distance += apart * apart;
      length += x * x;
    }
    farthest = std::max(farthest, distance);
    longest = std::max(longest, length);
  }
  const double margin = kRounding * (std::sqrt(longest) + 1);
  radius_[At(cell)] = static_cast<float>(std::sqrt(farthest) + margin);
  length_[At(cell)] = static_cast<float>(std::sqrt(longest) + margin);
}

// The search for one batch of at most kQueries queries.
class ItemIndex::Search {
 public:
  Search(const ItemIndex& index, std::span<const float> queries, size_t first,
         const Allowed& allowed)
      : index_(index),
        queries_(queries),
        first_(first),
        count_(std::ssize(queries) / index.width_),
        stride_(std::ssize(index.centres_) / index.width_),
        allowed_(allowed),
        lengths_(LengthsOf(queries, index.width_)),
        bounds_(At(count_ * stride_)) {}

  // Writes the best [count, K] of each query.
  void Run(int threads, std::span<int32_t> best) {
    const size_t k = best.size() / At(count_);
    // 1. A part of the queries at a time: the cells that promise most.
    Finder first(*this, k);
    std::vector<Finder> parts(At(int64_t{threads}), first);
    ParallelFor(threads, threads, [&](int64_t part) {
      for (int64_t q = part * count_ / threads; q < (part + 1) * count_ / threads; ++q) {
        FindBounds(q);
        parts[At(part)].LookFirst(q);
      }
    });
    TakeAll(parts, first);
    // 2. A part of the cells at a time. Where lengths were halved the longer vectors lie later.
    std::ranges::fill(parts, first);
    ParallelFor(threads, threads, [&](int64_t part) {
      for (int64_t cell = index_.cells() - 1 - part; cell >= 0; cell -= threads)
        parts[At(part)].Look(cell);
    });
    TakeAll(parts, first);
    first.Write(best);
  }

  int64_t products() const { return products_; }

 private:
  // What one thread has found.
  class Finder {
   public:
    Finder(Search& search, size_t k)
        : search_(&search),
          best_(At(search.count_), Best(k)),
          scores_(At(kQueries * kCell)),
          gathered_(At(kQueries * search.index_.width_)) {}

    // Looks at the cells with the largest bounds by their centres, which then count as done.
    void LookFirst(int64_t q) {
      float* bounds = search_->Bounds(q);
      Best first(At(std::min(kFirstCells, search_->index_.cells())));
      for (int64_t cell = 0; cell < search_->index_.cells(); ++cell)
        if (!(bounds[cell] < first.least())) first.Add(bounds[cell], static_cast<int32_t>(cell));
      for (const int32_t cell : first.items()) {
        Score(cell, {&q, 1});
        bounds[cell] = kDone;
      }
    }

    // Looks at one cell for every query that it may concern.
    void Look(int64_t cell) {
      int64_t queries[kQueries];
      size_t concerned = 0;
      const float longest = search_->index_.length_[At(cell)];
      for (int64_t q = 0; q < search_->count_; ++q) {
        const float bound = search_->Bounds(q)[cell], least = best_[At(q)].least();
        if (bound != kDone && bound >= least && search_->lengths_[At(q)] * longest >= least)
          queries[concerned++] = q;
      }
      if (concerned > 0) Score(cell, {queries, concerned});
    }

    // Takes in what another one has found.
    void Take(const Finder& other) {
      for (size_t q = 0; q < best_.size(); ++q) best_[q].Add(other.best_[q]);
    }

    void Write(std::span<int32_t> best) const {
      auto to = best.begin();
      for (const Best& of_query : best_) {
        LERL_CHECK(of_query.full() && of_query.finite());
        to = std::ranges::copy(of_query.items(), to).out;
      }
    }

    int64_t products() const { return products_; }

   private:
    void Score(int64_t cell, std::span<const int64_t> queries) {
      // 1. The products of the cell's items with these queries.
      const ItemIndex& index = search_->index_;
      const int64_t width = index.width_;
      for (size_t row = 0; row < queries.size(); ++row)
        std::copy_n(search_->queries_.data() + queries[row] * width, width,
                    gathered_.data() + static_cast<int64_t>(row) * width);
      const float* strip = index.panels_.data() + cell * width * kCell;
      for (int64_t i = 0; i < kCell; i += kItemStrip, strip += width * kItemStrip)
        TileMatmul(std::ssize(queries), width, kItemStrip, {gathered_.data(), width}, strip,
                   kItemStrip, nullptr, scores_.data() + i, kCell);
      products_ += std::ssize(queries) * kCell;
      // 2. Those that are larger than the least of the best so far.
      const int64_t items = std::min(kCell, index.items_ - cell * kCell);
      for (size_t row = 0; row < queries.size(); ++row)
        TakeRow(queries[row], index.ids_.data() + cell * kCell, items,
                scores_.data() + row * At(kCell));
    }

    void TakeRow(int64_t q, const int32_t* ids, int64_t items, const float* scores) {
      Best& best = best_[At(q)];
      if (LargestOf(scores) < best.least()) return;
      for (int64_t i = 0; i < items; ++i) {
        if (scores[i] < best.least() || !best.Wants(scores[i], ids[i])) continue;
        if (search_->allowed_(search_->first_ + At(q), ids[i])) best.Add(scores[i], ids[i]);
      }
    }

    Search* search_;
    std::vector<Best> best_;                // [count]
    std::vector<float> scores_, gathered_;  // [kQueries, kCell], [kQueries, width]
    int64_t products_ = 0;
  };

  void TakeAll(const std::vector<Finder>& parts, Finder& into) {
    for (const Finder& part : parts) {
      into.Take(part);
      products_ += part.products();
    }
  }

  float* Bounds(int64_t q) { return bounds_.data() + q * stride_; }

  // The left term of (2), for each cell.
  void FindBounds(int64_t q) {
    float* bounds = Bounds(q);
    TileMatmul(1, index_.width_, stride_, {queries_.data() + q * index_.width_, index_.width_},
               index_.centres_.data(), stride_, nullptr, bounds, stride_);
    for (int64_t cell = 0; cell < index_.cells(); ++cell)
      bounds[cell] += lengths_[At(q)] * index_.radius_[At(cell)];
  }

  const ItemIndex& index_;
  const std::span<const float> queries_;  // [count, width]
  const size_t first_;                    // number of the first of them among all
  const int64_t count_, stride_;
  const Allowed& allowed_;
  const std::vector<float> lengths_;  // [count]
  std::vector<float> bounds_;         // [count, cells in lanes]
  int64_t products_ = 0;
};

double ItemIndex::Find(std::span<const float> queries, const Allowed& allowed, int threads,
                       std::span<int32_t> best) const {
  const int64_t count = std::ssize(queries) / width_;
  LERL_CHECK_EQ(count * width_, std::ssize(queries));
  if (count == 0) return 0;
  const size_t k = best.size() / At(count);
  int64_t products = 0;
  for (int64_t begin = 0; begin < count; begin += kQueries) {
    const auto first = At(begin), last = At(std::min(count, begin + kQueries));
    Search search(*this, queries.subspan(first * At(width_), (last - first) * At(width_)), first,
                  allowed);
    search.Run(threads, best.subspan(first * k, (last - first) * k));
    products += search.products();
  }
  return static_cast<double>(products) / static_cast<double>(count * items_);
}

}  // namespace lerl
