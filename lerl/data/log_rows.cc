#include "lerl/data/log_rows.h"

#include <algorithm>
#include <utility>

#include "lerl/base/rng.h"

namespace lerl {
namespace {

// The columns of rows, as they grow.
struct GrowingRows {
  explicit GrowingRows(const Dataset& of)
      : dataset(of), responses(of.responses.size()), offsets{0} {}

  void Take(size_t row) {
    items.push_back(dataset.items[row]);
    times.push_back(dataset.times_ms[row]);
    if (!dataset.values.empty()) values.push_back(dataset.values[row]);
    for (size_t f = 0; f < responses.size(); ++f) responses[f].push_back(dataset.responses[f][row]);
  }
  // Lays the row over the one at `place`.
  void Merge(size_t place, size_t row) {
    if (!values.empty()) values[place] = std::max(values[place], dataset.values[row]);
    for (size_t f = 0; f < responses.size(); ++f) responses[f][place] |= dataset.responses[f][row];
  }
  void TakeWithoutResponse(int32_t item, int64_t time) {
    items.push_back(item);
    times.push_back(time);
    if (!dataset.values.empty()) values.push_back(0);
    for (std::vector<uint8_t>& column : responses) column.push_back(0);
  }
  void EndUser() { offsets.push_back(std::ssize(items)); }
  void Store(Dataset& into) {
    into.user_offsets = std::move(offsets);
    into.items = std::move(items);
    into.times_ms = std::move(times);
    into.values = std::move(values);
    for (size_t f = 0; f < responses.size(); ++f) into.responses[f] = std::move(responses[f]);
  }

  const Dataset& dataset;
  std::vector<int32_t> items;
  std::vector<int64_t> times;
  std::vector<float> values;
  std::vector<std::vector<uint8_t>> responses;
  std::vector<int64_t> offsets;
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

int64_t MergeEvents(Dataset& dataset, int64_t gap_ms) {
  const int64_t before = dataset.num_interactions();
  GrowingRows rows(dataset);
  // Of each item: its latest row, counted in the new rows, and when its latest event was.
  std::vector<int64_t> place(At(dataset.num_items()), -1), last(place);
  for (int64_t user = 0; user < dataset.num_users(); ++user) {
    const int64_t first = rows.offsets.back();
    for (int64_t row = dataset.RowsBegin(user); row < dataset.RowsEnd(user); ++row) {
      const auto item = At(dataset.items[At(row)]);
      const int64_t time = dataset.times_ms[At(row)];
      if (place[item] >= first && (gap_ms == 0 || time - last[item] <= gap_ms)) {
        rows.Merge(At(place[item]), At(row));
      } else {
        place[item] = std::ssize(rows.items);
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

int64_t AddNegatives(Dataset& dataset, int64_t per_row, uint64_t seed) {
  const int64_t before = dataset.num_interactions();
  GrowingRows rows(dataset);
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
