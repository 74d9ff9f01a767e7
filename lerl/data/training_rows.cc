#include "lerl/data/training_rows.h"

#include <algorithm>
#include <limits>

#include "lerl/base/rng.h"

namespace lerl {
namespace {

// Draws `most` of `rows` rows in their order. Of those left, each is taken with the chance that
// makes every choice of them equally likely (Knuth, The Art of Computer Programming, 3.4.2, S).
class RowDraw {
 public:
  RowDraw(int64_t rows, int64_t most, uint64_t seed)
      : left_(rows), wanted_(std::min(rows, most)), rng_(seed, "rows of a fit") {}
  bool Takes() {
    const bool taken = wanted_ == left_ ||
                       rng_.Below(static_cast<uint64_t>(left_)) < static_cast<uint64_t>(wanted_);
    --left_;
    wanted_ -= taken ? 1 : 0;
    return taken;
  }
  int64_t wanted() const { return wanted_; }

 private:
  int64_t left_, wanted_;
  Rng rng_;
};

// `rows_of` gives the rows of a user that may be drawn.
template <typename RowsOf, typename Response>
TrainingRows Draw(const Dataset& dataset, int64_t most, uint64_t seed, const RowsOf& rows_of,
                  const Response& response) {
  int64_t all = 0;
  for (int64_t user = 0; user < dataset.num_users(); ++user)
    all += std::ranges::ssize(rows_of(user));
  RowDraw draw(all, most, seed);
  TrainingRows rows;
  rows.users.reserve(At(draw.wanted()));
  rows.items.reserve(At(draw.wanted()));
  rows.responses.reserve(At(draw.wanted()));
  for (int64_t user = 0; user < dataset.num_users(); ++user) {
    for (const int64_t row : rows_of(user)) {
      if (!draw.Takes()) continue;
      rows.users.push_back(static_cast<int32_t>(user));
      rows.items.push_back(dataset.items[At(row)]);
      rows.responses.push_back(response(At(row)));
    }
  }
  return rows;
}

}  // namespace

TrainingRows CollectTrainingRows(const Dataset& dataset, const Split& split) {
  return DrawTrainingRows(dataset, split, std::numeric_limits<int64_t>::max(), 0);
}

TrainingRows DrawTrainingRows(const Dataset& dataset, const Split& split, int64_t most,
                              uint64_t seed) {
  return Draw(
      dataset, most, seed, [&](int64_t user) { return PastRows(dataset, split, user); },
      [&](size_t row) { return static_cast<float>(dataset.responses[0][row]); });
}

TrainingRows DrawRows(const Dataset& dataset, const std::function<float(size_t)>& response,
                      int64_t most, uint64_t seed) {
  const auto rows_of = [&](int64_t user) {
    return std::views::iota(dataset.RowsBegin(user), dataset.RowsEnd(user));
  };
  return Draw(dataset, most, seed, rows_of, response);
}

}  // namespace lerl
