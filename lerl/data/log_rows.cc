#include "lerl/data/log_rows.h"

#include <algorithm>
#include <utility>

#include "lerl/base/rng.h"

namespace lerl {
namespace {

// The columns of rows, as they grow. Those of the present user can still be changed.
class GrowingRows {
 public:
  GrowingRows(const Dataset& of, const RowMemory& memory)
      : dataset_(of),
        items_(memory),
        times_(memory),
        values_(memory),
        organic_(memory),
        responses_(of.responses.size(), GrowingColumn<uint8_t>(memory)) {}

  // How many rows there are.
  int64_t size() const { return offsets_.back() + std::ssize(user_); }
  // Where those of the present user begin.
  int64_t begin() const { return offsets_.back(); }

  void Take(size_t row) {
    const uint8_t organic = dataset_.organic.empty() ? 0 : dataset_.organic[row];
    user_.push_back({dataset_.items[row], dataset_.times_ms[row], ValueOf(row), 0, organic});
    Merge(size() - 1, row);
  }
  // Lays the row over the one at `place`, which is of the present user.
  void Merge(int64_t place, size_t row) {
    Row& merged = user_[At(place - begin())];
    merged.value = std::max(merged.value, ValueOf(row));
    for (size_t f = 0; f < responses_.size(); ++f)
      merged.responses |= uint32_t{dataset_.responses[f][row]} << f;
  }
  void TakeWithoutResponse(int32_t item, int64_t time) { user_.push_back({item, time, 0, 0, 0}); }
  void EndUser() {
    for (const Row& row : user_) {
      items_.Push(row.item);
      times_.Push(row.time);
      if (!dataset_.values.empty()) values_.Push(row.value);
      if (!dataset_.organic.empty()) organic_.Push(row.organic);
      for (size_t f = 0; f < responses_.size(); ++f)
        responses_[f].Push(static_cast<uint8_t>(row.responses >> f & 1U));
    }
    offsets_.push_back(size());
    user_.clear();
  }
  void Store(Dataset& into) {
    into.user_offsets = std::move(offsets_);
    into.items = items_.Take();
    into.times_ms = times_.Take();
    if (!into.values.empty()) into.values = values_.Take();
    if (!into.organic.empty()) into.organic = organic_.Take();
    for (size_t f = 0; f < responses_.size(); ++f) into.responses[f] = responses_[f].Take();
  }

 private:
  struct Row {
    int32_t item;
    int64_t time;
    float value;
    uint32_t responses;
    uint8_t organic;
  };
  float ValueOf(size_t row) const { return dataset_.values.empty() ? 0 : dataset_.values[row]; }

  const Dataset& dataset_;
  std::vector<Row> user_;  // of the present user
  GrowingColumn<int32_t> items_;
  GrowingColumn<int64_t> times_;
  GrowingColumn<float> values_;
  GrowingColumn<uint8_t> organic_;
  std::vector<GrowingColumn<uint8_t>> responses_;
  std::vector<int64_t> offsets_{0};
};

// Draws `count` different items for which seen[item] != user, of which there are `unseen`.
std::vector<int32_t> DrawUnseen(int64_t count, int64_t unseen, int64_t user,
                                const std::vector<int64_t>& seen, Rng& rng) {
  std::vector<int32_t> drawn;
  if (2 * unseen < std::ssize(seen)) {  // few: choose among them
    for (size_t item = 0; item < seen.size(); ++item)
      if (seen[item] != user) drawn.push_back(static_cast<int32_t>(item));
    rng.Shuffle(std::span<int32_t>(drawn));
    drawn.resize(At(std::min(count, std::ssize(drawn))));
    return drawn;
  }
  while (std::ssize(drawn) < std::min(count, unseen)) {
    const auto item = static_cast<int32_t>(rng.Below(seen.size()));
    if (seen[At(item)] != user && std::ranges::find(drawn, item) == drawn.end())
      drawn.push_back(item);
  }
  return drawn;
}

}  // namespace

int64_t MergeEvents(Dataset& dataset, int64_t gap_ms, const RowMemory& memory) {
  const int64_t before = dataset.num_interactions();
  GrowingRows rows(dataset, memory);
  // Of each item: its latest row, counted in the new rows, and when its latest event was.
  std::vector<int64_t> place(At(dataset.num_items()), -1), last(place);
  for (int64_t user = 0; user < dataset.num_users(); ++user) {
    const int64_t first = rows.begin();
    for (int64_t row = dataset.RowsBegin(user); row < dataset.RowsEnd(user); ++row) {
      const auto item = At(dataset.items[At(row)]);
      const int64_t time = dataset.times_ms[At(row)];
      if (place[item] >= first && (gap_ms == 0 || time - last[item] <= gap_ms)) {
        rows.Merge(place[item], At(row));
      } else {
        place[item] = rows.size();
        rows.Take(At(row));
      }
      last[item] = time;
    }
    rows.EndUser();
  }
  rows.Store(dataset);
  return before;
}

int64_t CountRepeatedRows(const Dataset& dataset) {
  int64_t repeated = 0;
  std::vector<int32_t> at_once;
  for (int64_t user = 0; user < dataset.num_users(); ++user) {
    for (int64_t row = dataset.RowsBegin(user), end; row < dataset.RowsEnd(user); row = end) {
      const int64_t time = dataset.times_ms[At(row)];
      for (end = row; end < dataset.RowsEnd(user) && dataset.times_ms[At(end)] == time;) ++end;
      if (end - row < 2) continue;
      at_once.assign(dataset.items.begin() + row, dataset.items.begin() + end);
      std::ranges::sort(at_once);
      const auto rest = std::ranges::unique(at_once);
      repeated += std::ssize(rest);
    }
  }
  return repeated;
}

int64_t AddNegatives(Dataset& dataset, int64_t per_row, uint64_t seed, const RowMemory& memory) {
  const int64_t before = dataset.num_interactions();
  GrowingRows rows(dataset, memory);
  std::vector<int64_t> seen(At(dataset.num_items()), -1);  // the last user with a row of the item
  for (int64_t user = 0; user < dataset.num_users(); ++user) {
    Rng rng(seed, "rows without a response", static_cast<uint64_t>(user));
    int64_t unseen = dataset.num_items();
    for (int64_t row = dataset.RowsBegin(user); row < dataset.RowsEnd(user); ++row) {
      int64_t& last = seen[At(dataset.items[At(row)])];
      unseen -= last != user ? 1 : 0;
      last = user;
    }
    for (int64_t row = dataset.RowsBegin(user); row < dataset.RowsEnd(user); ++row) {
      rows.Take(At(row));
      for (const int32_t item : DrawUnseen(per_row, unseen, user, seen, rng))
        rows.TakeWithoutResponse(item, dataset.times_ms[At(row)]);
    }
    rows.EndUser();
  }
  rows.Store(dataset);
  return dataset.num_interactions() - before;
}

}  // namespace lerl
