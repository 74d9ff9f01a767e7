#include "lerl/data/dataset.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/hash.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

// Chains hashes: each piece is hashed with the hash so far as its seed, after its length.
class Digest {
 public:
  template <typename T>
  void Add(std::span<const T> values) {
    const uint64_t count = values.size();
    state_ = Hash(std::as_bytes(std::span(&count, 1)), state_);
    state_ = Hash(std::as_bytes(values), state_);
  }
  void Add(const std::string& text) { Add(std::span<const char>(text)); }
  void Add(const std::vector<std::string>& texts) {
    const uint64_t count = texts.size();
    Add(std::span(&count, 1));
    for (const std::string& text : texts) Add(text);
  }
  void Add(const std::vector<Feature>& features) {
    for (const Feature& feature : features) {
      Add(feature.name);
      Add(feature.values);
      Add(feature.codes.span());
    }
  }
  uint64_t state() const { return state_; }

 private:
  uint64_t state_ = 0;
};

void CheckOffsets(const Column<int64_t>& offsets, int64_t groups, size_t total) {
  LERL_CHECK_EQ(offsets.size(), At(groups) + 1);
  LERL_CHECK_EQ(offsets[0], 0);
  LERL_CHECK(std::is_sorted(offsets.begin(), offsets.end()));
  LERL_CHECK_EQ(At(offsets[offsets.size() - 1]), total);
}

void CheckCodes(const std::vector<Feature>& features, int64_t count) {
  for (const Feature& feature : features) {
    LERL_CHECK_EQ(feature.codes.size(), At(count));
    LERL_CHECK(!feature.values.empty() && feature.values[0].empty());
    const auto limit = static_cast<int32_t>(feature.values.size());
    LERL_CHECK(std::all_of(feature.codes.begin(), feature.codes.end(),
                           [&](int32_t code) { return code >= 0 && code < limit; }));
  }
}

void CheckRows(const Dataset& dataset) {
  const auto rows = At(dataset.num_interactions());
  CheckOffsets(dataset.user_offsets, dataset.num_users(), rows);
  LERL_CHECK_EQ(dataset.times_ms.size(), rows);
  LERL_CHECK(dataset.values.empty() || dataset.values.size() == rows);
  LERL_CHECK_EQ(dataset.responses.size(), dataset.behaviours.size());
  for (const Column<uint8_t>& column : dataset.responses) {
    LERL_CHECK_EQ(column.size(), rows);
    LERL_CHECK(std::all_of(column.begin(), column.end(), [](uint8_t bit) { return bit <= 1; }));
  }
  LERL_CHECK(dataset.organic.empty() || dataset.organic.size() == rows);
  const int64_t items = dataset.num_items();
  LERL_CHECK(std::all_of(dataset.items.begin(), dataset.items.end(),
                         [&](int32_t item) { return item >= 0 && item < items; }));
  for (int64_t user = 0; user < dataset.num_users(); ++user) {
    const int64_t* times = dataset.times_ms.data();
    LERL_CHECK(std::is_sorted(times + dataset.RowsBegin(user), times + dataset.RowsEnd(user)));
  }
}

[[noreturn]] void FailUnknown(const std::string& dataset, const std::string& what,
                              const std::string& name, const std::vector<std::string>& known) {
  const std::string nearest = NearestName(name, known);
  throw Error(ErrorKind::kUsage,
              dataset + ": no " + what + " '" + name + "' in this data set; " +
                  (nearest.empty() ? "it has " + std::to_string(known.size()) + ", the first is '" +
                                         (known.empty() ? "" : known.front()) + "'"
                                   : "did you mean '" + nearest + "'?"));
}

int32_t FindName(const std::string& dataset, const std::string& what, const std::string& name,
                 const std::vector<std::string>& known) {
  const auto found = std::find(known.begin(), known.end(), name);
  if (found == known.end()) FailUnknown(dataset, what, name, known);
  return static_cast<int32_t>(found - known.begin());
}

}  // namespace

std::string Fingerprint(const Dataset& dataset) {
  Digest digest;
  digest.Add(dataset.behaviours);
  digest.Add(dataset.categories);
  digest.Add(dataset.user_ids);
  digest.Add(dataset.item_ids);
  digest.Add(dataset.item_titles);
  digest.Add(dataset.user_features);
  digest.Add(dataset.item_features);
  digest.Add(dataset.category_offsets.span());
  digest.Add(dataset.category_ids.span());
  digest.Add(dataset.user_offsets.span());
  digest.Add(dataset.items.span());
  digest.Add(dataset.times_ms.span());
  digest.Add(dataset.values.span());
  if (!dataset.prices.empty()) digest.Add(dataset.prices.span());
  for (const Column<uint8_t>& column : dataset.responses) digest.Add(column.span());
  if (!dataset.organic.empty()) digest.Add(dataset.organic.span());
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(digest.state()));
  return text;
}

std::vector<int32_t> RarestCategory(const Dataset& dataset) {
  std::vector<int64_t> item_count(dataset.categories.size(), 0);
  for (const int32_t category : dataset.category_ids) ++item_count[At(category)];
  std::vector<int32_t> rarest(dataset.item_ids.size(), -1);
  for (size_t item = 0; item < rarest.size(); ++item) {
    for (const int32_t category : dataset.CategoriesOf(static_cast<int64_t>(item))) {
      const int32_t best = rarest[item];
      if (best < 0 || item_count[At(category)] < item_count[At(best)]) rarest[item] = category;
    }
  }
  return rarest;
}

int32_t FindUser(const Dataset& dataset, const std::string& user_id) {
  return FindName(dataset.name, "user", user_id, dataset.user_ids);
}

int32_t FindCategory(const Dataset& dataset, const std::string& category) {
  return FindName(dataset.name, "category", category, dataset.categories);
}

void CheckConsistent(const Dataset& dataset) {
  LERL_CHECK(!dataset.behaviours.empty());
  LERL_CHECK_EQ(dataset.item_titles.size(), dataset.item_ids.size());
  LERL_CHECK(dataset.suggested_split == "user_order" || dataset.suggested_split == "global_cut");
  CheckOffsets(dataset.category_offsets, dataset.num_items(), dataset.category_ids.size());
  for (int64_t item = 0; item < dataset.num_items(); ++item) {
    int32_t last = -1;
    for (const int32_t category : dataset.CategoriesOf(item)) {
      LERL_CHECK_LT(last, category);
      last = category;
    }
    LERL_CHECK_LT(static_cast<int64_t>(last), dataset.num_categories());
  }
  LERL_CHECK(dataset.prices.empty() || dataset.prices.size() == dataset.item_ids.size());
  LERL_CHECK(std::all_of(dataset.prices.begin(), dataset.prices.end(),
                         [](float price) { return price >= 0 && std::isfinite(price); }));
  CheckCodes(dataset.user_features, dataset.num_users());
  CheckCodes(dataset.item_features, dataset.num_items());
  CheckRows(dataset);
}

}  // namespace lerl
