#include "lerl/serve/item_desk.h"

#include <algorithm>
#include <utility>

#include "lerl/base/error.h"
#include "lerl/base/log.h"
#include "lerl/serve/refusal.h"

namespace lerl {
namespace {

constexpr size_t kLongestItemId = 128, kLongestTitle = 1000, kLongestItemText = 10'000;  // bytes
constexpr size_t kMostNamed = 100;  // known categories that a refusal names

void RequireText(const std::string& text, size_t least, size_t most, const std::string& field) {
  if (text.size() < least || text.size() > most || HasControlCharacter(text))
    throw Refusal(RefusalKind::kInvalid, "bad-item",
                  "it must have " + std::to_string(least) + " to " + std::to_string(most) +
                      " bytes without control characters",
                  field);
}

std::string KnownCategories(const Dataset& dataset) {
  std::string names;
  for (size_t n = 0; n < std::min(dataset.categories.size(), kMostNamed); ++n)
    names += (n > 0 ? ", " : "") + dataset.categories[n];
  return names + (dataset.categories.size() > kMostNamed ? " and others" : "");
}

void CheckNewItem(const Catalog& catalog, const ItemRecord& item, const std::string& at) {
  RequireText(item.id, 1, kLongestItemId, at + "/id");
  if (IsPathStep(item.id) || item.id.ends_with(":restore"))
    throw Refusal(
        RefusalKind::kInvalid, "bad-item",
        "it must be neither . nor .. and not end in :restore, or no request could name it",
        at + "/id");
  RequireText(item.title, 1, kLongestTitle, at + "/title");
  RequireText(item.text, 0, kLongestItemText, at + "/text");
  if (item.categories.empty())
    throw Refusal(RefusalKind::kInvalid, "bad-item", "name at least one category",
                  at + "/categories");
  const std::vector<std::string>& known = catalog.dataset().categories;
  for (size_t n = 0; n < item.categories.size(); ++n)
    if (std::ranges::count(known, item.categories[n]) == 0)
      throw Refusal(RefusalKind::kInvalid, "unknown-category",
                    "the policies know no such category, but " + KnownCategories(catalog.dataset()),
                    at + "/categories/" + std::to_string(n));
  if (const auto there = catalog.Item(item.id); there && !catalog.IsAdded(*there))
    throw Refusal(RefusalKind::kConflict, "item-conflict", "the data set has an item of this id",
                  at + "/id");
}

}  // namespace

ItemCounts ItemDesk::Add(std::vector<ItemRecord> items) {
  parts_.refresh();  // others may have added some
  const std::shared_ptr<const Catalog> catalog = parts_.catalog();
  const int64_t now = parts_.clock();
  for (size_t n = 0; n < items.size(); ++n) {
    CheckNewItem(*catalog, items[n], "/items/" + std::to_string(n));
    items[n].added_us = now;
  }
  const auto unknown =
      std::ranges::count_if(items, [&](const ItemRecord& item) { return !catalog->Item(item.id); });
  if (catalog->num_added() + unknown > kMostAddedItems)
    throw Refusal(RefusalKind::kConflict, "too-many-items",
                  "at most " + std::to_string(kMostAddedItems) +
                      " items may be added; train a run on data that have them");
  const std::vector<ItemOutcome> outcomes = parts_.store.AddItems(items);
  for (size_t n = 0; n < outcomes.size(); ++n)
    if (outcomes[n] == ItemOutcome::kConflict)
      throw Refusal(RefusalKind::kConflict, "item-conflict",
                    "an item of this id says something else; nothing of the request was taken",
                    "/items/" + std::to_string(n) + "/id");
  Refresh();
  const auto added = std::ranges::count(outcomes, ItemOutcome::kAdded);
  return {.added = added, .repeated = std::ssize(outcomes) - added};
}

bool ItemDesk::Set(const std::string& item, int64_t withdrawn_us) {
  parts_.refresh();
  if (!parts_.catalog()->Item(item))
    throw Refusal(RefusalKind::kNotFound, "unknown-item", "no item has this id");
  const bool changed = parts_.store.SetWithdrawn(item, withdrawn_us);
  Refresh();
  return changed;
}

// What is in the store is not taken back where it can't be served now; that is tried again later.
void ItemDesk::Refresh() {
  try {
    parts_.refresh();
  } catch (const Error& error) {
    LogWarning(std::string("items have changed, but the policies can't be loaded with them: ") +
               error.what());
  }
}

}  // namespace lerl
