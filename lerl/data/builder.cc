#include "lerl/data/builder.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/hash.h"
#include "lerl/base/index.h"
#include "lerl/base/log.h"
#include "lerl/base/printable.h"
#include "lerl/data/category_text.h"

namespace lerl {
namespace {

std::optional<int64_t> WholeNumber(const std::string& text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

uint64_t HashOf(std::string_view name) { return Hash(std::as_bytes(std::span(name))); }

template <typename T>
std::vector<T> Picked(const std::vector<T>& values, const std::vector<size_t>& order) {
  std::vector<T> picked(order.size());
  for (size_t i = 0; i < order.size(); ++i) picked[i] = values[order[i]];
  return picked;
}

}  // namespace

bool NaturalLess(const std::string& a, const std::string& b) {
  const std::optional<int64_t> x = WholeNumber(a), y = WholeNumber(b);
  if (x && y && *x != *y) return *x < *y;
  if (x.has_value() != y.has_value()) return x.has_value();
  return a < b;
}

size_t NameIndex::Slot(std::string_view name, uint64_t hash) const {
  const size_t mask = slots_.size() - 1;
  size_t slot = At(hash) & mask;
  while (slots_[slot] >= 0) {
    const auto index = At(slots_[slot]);
    if (hashes_[index] == hash && names_[index] == name) break;
    slot = (slot + 1) & mask;
  }
  return slot;
}

void NameIndex::Grow() {
  slots_.assign(std::max<size_t>(64, slots_.size() * 2), -1);
  for (size_t i = 0; i < names_.size(); ++i)
    slots_[Slot(names_[i], hashes_[i])] = static_cast<int32_t>(i);
}

int32_t NameIndex::Add(std::string_view name) {
  if (2 * (names_.size() + 1) > slots_.size()) Grow();
  const uint64_t hash = HashOf(name);
  const size_t slot = Slot(name, hash);
  if (slots_[slot] < 0) {
    if (names_.size() >= At(std::numeric_limits<int32_t>::max()))
      throw Error(ErrorKind::kData,
                  "more than 2,147,483,647 different users, items or values of a column; lerl "
                  "numbers them with 32 bits: read a part of the data");
    slots_[slot] = static_cast<int32_t>(names_.size());
    names_.emplace_back(name);
    hashes_.push_back(hash);
  }
  return slots_[slot];
}

int32_t NameIndex::Find(std::string_view name) const {
  return slots_.empty() ? -1 : slots_[Slot(name, HashOf(name))];
}

std::vector<int32_t> NameIndex::SortNames() {
  std::vector<size_t> order(names_.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(),
            [&](size_t a, size_t b) { return NaturalLess(names_[a], names_[b]); });
  std::vector<int32_t> new_index(order.size());
  for (size_t i = 0; i < order.size(); ++i) new_index[order[i]] = static_cast<int32_t>(i);
  names_ = Picked(names_, order);
  hashes_ = Picked(hashes_, order);
  for (int32_t& slot : slots_)
    if (slot >= 0) slot = new_index[At(slot)];
  return new_index;
}

RowMemory RowMemoryOf(const DataOptions& options) {
  // 24 bytes of a row as it was read, 4 of its place, and what its columns have.
  constexpr double kBytesOfRow = 64;
  return {.rows = static_cast<size_t>(options.memory_mb * 1e6 / kBytesOfRow)};
}

DatasetBuilder::DatasetBuilder(std::string name, std::vector<std::string> behaviours,
                               bool has_values, const RowMemory& memory)
    : name_(std::move(name)),
      behaviours_(std::move(behaviours)),
      has_values_(has_values),
      memory_(memory),
      sorter_(memory) {
  LERL_CHECK(!behaviours_.empty() && behaviours_.size() < 32);
}

void DatasetBuilder::AddRow(std::string_view user, std::string_view item, int64_t time_ms,
                            uint32_t responses, float value) {
  const int32_t of_user = user_names_.Add(user);
  rows_of_user_.resize(user_names_.names().size());
  ++rows_of_user_[At(of_user)];
  sorter_.Add({of_user, item_names_.Add(item), time_ms, responses, value});
}

Dataset DatasetBuilder::Build(const std::string& source) {
  if (sorter_.rows() == 0)
    throw Error(ErrorKind::kData, source + ": no interaction is left; the file has no usable row");
  // 1. The final indices of users and items, and their names.
  const std::vector<int32_t> user_index = user_names_.SortNames();
  const std::vector<int32_t> item_index = item_names_.SortNames();
  Dataset dataset;
  dataset.name = name_;
  dataset.behaviours = behaviours_;
  for (const std::string& id : user_names_.names()) dataset.user_ids.push_back(ToUtf8(id));
  for (const std::string& id : item_names_.names()) dataset.item_ids.push_back(ToUtf8(id));
  dataset.item_titles.resize(dataset.item_ids.size());
  dataset.category_offsets = std::vector<int64_t>(dataset.item_ids.size() + 1, 0);

  // 2. Where the rows of each user stand.
  std::vector<int64_t> offsets(dataset.user_ids.size() + 1, 0);
  for (size_t user = 0; user < user_index.size(); ++user)
    offsets[At(user_index[user]) + 1] = rows_of_user_[user];
  std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());

  // 3. The columns, in memory where the rows were.
  const RowMemory memory{sorter_.in_memory() ? At(sorter_.rows()) : 0, memory_.folder};
  GrowingColumn<int32_t> items(memory);
  GrowingColumn<int64_t> times(memory);
  GrowingColumn<float> values(memory);
  std::vector<GrowingColumn<uint8_t>> responses(behaviours_.size(), GrowingColumn<uint8_t>(memory));
  GrowingColumn<uint8_t> organic(memory);
  sorter_.Sort(user_index, offsets, name_ + ": sorting", [&](const LogRow& row) {
    items.Push(item_index[At(row.item)]);
    times.Push(row.time_ms);
    if (has_values_) values.Push(row.value);
    if (has_organic_) organic.Push(static_cast<uint8_t>(row.responses >> 31));
    for (size_t f = 0; f < responses.size(); ++f)
      responses[f].Push(static_cast<uint8_t>(row.responses >> f & 1U));
  });
  dataset.user_offsets = std::move(offsets);
  dataset.items = items.Take();
  dataset.times_ms = times.Take();
  if (has_values_) dataset.values = values.Take();
  for (GrowingColumn<uint8_t>& column : responses) dataset.responses.push_back(column.Take());
  dataset.organic = organic.Take();
  return dataset;
}

void CategoryLists::Add(int32_t item, std::string_view category) {
  lists_[At(item)].push_back(names_.Add(WithoutControls(category)));
}

void CategoryLists::AddAll(int32_t item, std::string_view joined, std::string_view separator) {
  for (const std::string& category : SplitCategories(joined, separator)) Add(item, category);
}

// Leaves the `most` categories with the most items in the lists.
void CategoryLists::KeepCommonest(size_t most, Dataset& dataset) {
  std::vector<int64_t> items(names_.names().size());
  for (const std::vector<int32_t>& list : lists_)
    for (const int32_t category : list) ++items[At(category)];
  std::vector<size_t> order(items.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return items[a] > items[b]; });
  order.resize(most);
  std::sort(order.begin(), order.end());
  NameIndex kept;
  std::vector<int32_t> index(items.size(), -1);
  for (const size_t category : order) index[category] = kept.Add(names_.names()[category]);
  for (std::vector<int32_t>& list : lists_) {
    for (int32_t& category : list) category = index[At(category)];
    std::erase(list, -1);
  }
  dataset.notes.push_back(std::to_string(items.size() - most) + " of " +
                          std::to_string(items.size()) +
                          " categories are left out; most_categories keeps those with the most "
                          "items");
  names_ = std::move(kept);
}

// Says so where the names of categories are lists in a form that nobody knows.
void CategoryLists::WarnOfLists(Dataset& dataset) const {
  const std::vector<std::string>& names = names_.names();
  const auto odd = std::ranges::count_if(names, LooksLikeAList);
  if (odd == 0) return;
  dataset.notes.push_back(std::to_string(odd) + " of " + std::to_string(names.size()) +
                          " categories begin like a list that could not be read, such as " +
                          Printable(*std::ranges::find_if(names, LooksLikeAList), 60));
  LogWarning(dataset.name + ": " + dataset.notes.back() +
             "; write lists as A|B or [\"A\", \"B\"], or set category_separator");
}

void CategoryLists::Store(Dataset& dataset, int64_t most) {
  const std::vector<int32_t> new_index = names_.SortNames();
  for (std::vector<int32_t>& list : lists_) {
    for (int32_t& category : list) category = new_index[At(category)];
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }
  WarnOfLists(dataset);
  if (most > 0 && std::ssize(names_.names()) > most) KeepCommonest(At(most), dataset);
  if (std::ssize(names_.names()) > kMostCategories)
    throw Error(ErrorKind::kData,
                dataset.name + ": it has " + std::to_string(names_.names().size()) +
                    " categories, and a plan numbers at most " + std::to_string(kMostCategories) +
                    "; set most_categories = 1000 in its description, which keeps those with the "
                    "most items, or name a column of coarser ones");
  std::vector<int64_t> offsets = {0};
  std::vector<int32_t> ids;
  for (const std::vector<int32_t>& list : lists_) {
    ids.insert(ids.end(), list.begin(), list.end());
    offsets.push_back(std::ssize(ids));
  }
  dataset.categories.clear();
  for (const std::string& name : names_.names()) dataset.categories.push_back(name);
  dataset.category_offsets = std::move(offsets);
  dataset.category_ids = std::move(ids);
}

FeatureTable::FeatureTable(const std::vector<std::string>& names, int64_t rows)
    : names_(names),
      values_(names.size()),
      codes_(names.size(), std::vector<int32_t>(At(rows), 0)) {
  for (NameIndex& values : values_) values.Add("");
}

void FeatureTable::Set(size_t feature, int32_t row, std::string_view value) {
  if (value == "UNKNOWN" || value == "nan" || value == "NaN") value = "";
  if (value.size() > 2 && value.ends_with(".0")) value.remove_suffix(2);
  codes_[feature][At(row)] = values_[feature].Add(value);
}

// Numbers the codes by the natural order of the values, so that they don't depend on the order of
// rows. The unknown value gets code 0.
std::vector<Feature> FeatureTable::Take() {
  std::vector<Feature> features;
  for (size_t i = 0; i < names_.size(); ++i) {
    std::vector<int32_t> rank = values_[i].SortNames();
    const int32_t unknown = values_[i].Find("");
    for (int32_t& code : rank) code = code == unknown ? 0 : code < unknown ? code + 1 : code;
    for (int32_t& code : codes_[i]) code = rank[At(code)];
    std::vector<std::string> values = {""};
    for (const std::string& value : values_[i].names())
      if (!value.empty()) values.push_back(ToUtf8(value));
    features.push_back({names_[i], std::move(values), std::move(codes_[i])});
  }
  return features;
}

void AddDropped(Dataset& dataset, const std::string& reason, int64_t rows) {
  if (rows > 0) dataset.dropped.push_back({reason, rows});
}

void ReportRead(const BadRows& read, Dataset& dataset) {
  AddDropped(dataset, "rows with wrong fields", read.count());
  dataset.files = read.files();
}

}  // namespace lerl
