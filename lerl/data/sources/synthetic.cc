#include "lerl/data/sources/synthetic.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"

namespace lerl {
namespace {

constexpr int64_t kFirstRowMs = 1'577'836'800'000;  // 2020-01-01
constexpr int64_t kDayMs = 86'400'000;

std::string Name(const char* what, int64_t index) { return what + std::to_string(index); }

// Gives each item one or two categories. The first ones take turns, so that no category is empty.
void MakeItems(const SyntheticConfig& config, Dataset& dataset, std::vector<double>& quality) {
  std::vector<int64_t> offsets = {0};
  std::vector<int32_t> ids;
  std::vector<int32_t> lengths;
  for (int64_t item = 0; item < config.items; ++item) {
    Rng rng(config.seed, "synthetic item", static_cast<uint64_t>(item));
    const auto first = static_cast<int32_t>(item % config.categories);
    const auto second = static_cast<int32_t>(rng.Below(static_cast<uint64_t>(config.categories)));
    ids.push_back(std::min(first, second));
    if (first != second && rng.Bernoulli(0.5)) {
      ids.push_back(std::max(first, second));
    } else {
      ids.back() = first;
    }
    offsets.push_back(std::ssize(ids));
    quality.push_back(0.5 * rng.Normal());
    lengths.push_back(1 + static_cast<int32_t>(rng.Below(3)));
    dataset.item_ids.push_back(Name("i", item));
    dataset.item_titles.push_back(Name("Item ", item));
  }
  dataset.category_offsets = std::move(offsets);
  dataset.category_ids = std::move(ids);
  dataset.item_features.push_back({"length", {"", "short", "medium", "long"}, std::move(lengths)});
}

// Columns of interactions, grown user by user.
struct Rows {
  std::vector<int64_t> offsets = {0}, times;
  std::vector<int32_t> items, groups;
  std::vector<float> values;
  std::vector<std::vector<uint8_t>> responses;
};

// The log odds that a user with this taste likes the item.
double Appeal(const Dataset& dataset, int32_t item, const std::vector<double>& taste,
              const std::vector<double>& quality) {
  double logit = quality[At(item)] - 0.3;
  const auto categories = dataset.CategoriesOf(item);
  for (const int32_t category : categories)
    logit += taste[At(category)] / static_cast<double>(categories.size());
  return logit;
}

void AddUser(const SyntheticConfig& config, int64_t user, const Dataset& dataset,
             const std::vector<double>& quality, Rows& rows) {
  Rng rng(config.seed, "synthetic user", static_cast<uint64_t>(user));
  std::vector<double> taste(dataset.categories.size());
  for (double& value : taste) value = 1.5 * rng.Normal();
  rows.groups.push_back(taste[0] > 0 ? 1 : 2);
  std::vector<int32_t> deck(At(config.items));
  std::iota(deck.begin(), deck.end(), 0);
  int64_t time = kFirstRowMs + static_cast<int64_t>(rng.Below(10 * static_cast<uint64_t>(kDayMs)));
  for (int64_t row = 0; row < config.rows_per_user; ++row) {
    const auto place = At(row) % deck.size();  // all items, then a new round
    if (place == 0) rng.Shuffle(std::span(deck));
    const double logit = Appeal(dataset, deck[place], taste, quality);
    for (size_t behaviour = 0; behaviour < rows.responses.size(); ++behaviour) {
      const double p = 1 / (1 + std::exp(static_cast<double>(behaviour) - logit));
      rows.responses[behaviour].push_back(rng.Bernoulli(p) ? 1 : 0);
    }
    rows.values.push_back(rows.responses[0].back() != 0 ? static_cast<float>(4 + rng.Below(2))
                                                        : static_cast<float>(1 + rng.Below(3)));
    rows.items.push_back(deck[place]);
    rows.times.push_back(time);
    time += 60'000 + static_cast<int64_t>(rng.Below(static_cast<uint64_t>(kDayMs)));
  }
  rows.offsets.push_back(std::ssize(rows.items));
}

}  // namespace

Dataset MakeSyntheticDataset(const SyntheticConfig& config) {
  LERL_CHECK(config.users > 0 && config.items > 0 && config.categories > 0 &&
             config.behaviours > 0 && config.rows_per_user >= 0);
  Dataset dataset;
  dataset.name = "synthetic";
  for (int64_t category = 0; category < config.categories; ++category)
    dataset.categories.push_back(Name("category_", category));
  for (int64_t behaviour = 0; behaviour < config.behaviours; ++behaviour)
    dataset.behaviours.push_back(behaviour == 0 ? "like" : Name("behaviour_", behaviour));
  std::vector<double> quality;
  MakeItems(config, dataset, quality);

  Rows rows;
  rows.responses.resize(dataset.behaviours.size());
  for (int64_t user = 0; user < config.users; ++user) {
    dataset.user_ids.push_back(Name("u", user));
    AddUser(config, user, dataset, quality, rows);
  }
  dataset.user_features.push_back({"group", {"", "a", "b"}, std::move(rows.groups)});
  dataset.user_offsets = std::move(rows.offsets);
  dataset.items = std::move(rows.items);
  dataset.times_ms = std::move(rows.times);
  dataset.values = std::move(rows.values);
  for (std::vector<uint8_t>& column : rows.responses)
    dataset.responses.emplace_back(std::move(column));
  return dataset;
}

}  // namespace lerl
