#include "lerl/serve/api/item_routes.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "lerl/serve/api/api_json.h"
#include "lerl/serve/api/body_reader.h"
#include "lerl/serve/api/problems.h"

namespace lerl {
namespace {

constexpr int64_t kMostItems = 1000;  // of one page, and of one request

ItemRecord ItemToAdd(const nlohmann::json& item, const std::string& pointer) {
  ObjectReader reader(item, pointer);
  ItemRecord record;
  record.id = reader.Text("id");
  record.title = reader.Text("title");
  record.text = reader.TextOr("text", "");
  const nlohmann::json& categories = reader.Any("categories");
  if (!categories.is_array())
    ObjectReader::Fail(reader.PointerOf("categories"), "it must be a list");
  for (const nlohmann::json& category : categories) {
    if (!category.is_string())
      ObjectReader::Fail(reader.PointerOf("categories"), "a category must be a text");
    record.categories.push_back(category.get<std::string>());
  }
  reader.Finish();
  return record;
}

class ItemRoutes {
 public:
  explicit ItemRoutes(Recommender& recommender) : recommender_(recommender) {}

  Response ListItems(const Request& request) {
    const auto catalog = recommender_.catalog();
    const int64_t offset = QueryNumber(request, "offset", 0, 1'000'000'000);
    const int64_t limit = QueryNumber(request, "limit", 100, kMostItems);
    // The guest is a user, not an item: all items are listed.
    const int64_t count = catalog->dataset().num_items();
    nlohmann::json items = nlohmann::json::array();
    for (int64_t item = offset; item < std::min(count, offset + limit); ++item)
      items.push_back(CatalogItemJson(*catalog, static_cast<int32_t>(item)));
    return JsonResponse({{"total", count}, {"offset", offset}, {"items", std::move(items)}});
  }

  Response ShowItem(const Request& request) {
    const auto catalog = recommender_.catalog();
    const auto item = catalog->Item(FieldOf(request.parameters, "id"));
    if (!item) throw Refusal(RefusalKind::kNotFound, "unknown-item", "no item has this id");
    return JsonResponse(CatalogItemJson(*catalog, *item));
  }

  Response AddItems(const Request& request) {
    const nlohmann::json body = ReadBody(request.body);
    ObjectReader reader(body, "");
    const nlohmann::json& list = reader.Any("items");
    reader.Finish();
    if (!list.is_array() || list.empty() || list.size() > kMostItems)
      ObjectReader::Fail("/items", "it must be a list of 1 to " + std::to_string(kMostItems));
    std::vector<ItemRecord> items;
    for (size_t n = 0; n < list.size(); ++n)
      items.push_back(ItemToAdd(list[n], "/items/" + std::to_string(n)));
    const ItemCounts counts = recommender_.items().Add(std::move(items));
    return JsonResponse({{"added", counts.added}, {"repeated", counts.repeated}});
  }

  Response WithdrawItem(const Request& request) {
    const bool now = recommender_.items().Withdraw(FieldOf(request.parameters, "id"));
    return JsonResponse({{"withdrawn_now", now}});
  }

  Response RestoreItem(const Request& request) {
    const bool now = recommender_.items().Restore(FieldOf(request.parameters, "id"));
    return JsonResponse({{"restored_now", now}});
  }

 private:
  Recommender& recommender_;
};

}  // namespace

void AddItemRoutes(Router& router, Recommender& recommender) {
  const auto routes = std::make_shared<ItemRoutes>(recommender);
  const auto add = [&](Route route, Response (ItemRoutes::*handle)(const Request&)) {
    route.handle = WithProblems(
        [routes, handle](const Request& request) { return (routes.get()->*handle)(request); });
    router.Add(std::move(route));
  };
  constexpr Scope kRead = Scope::kRead, kWrite = Scope::kWrite;
  add({"GET", "/v1/items", "items", kRead, {"offset", "limit"}}, &ItemRoutes::ListItems);
  add({"GET", "/v1/items/{id}", "item", kRead}, &ItemRoutes::ShowItem);
  add({"POST", "/v1/items", "add_items", kWrite, {}, true}, &ItemRoutes::AddItems);
  add({"DELETE", "/v1/items/{id}", "withdraw_item", kWrite}, &ItemRoutes::WithdrawItem);
  add({"POST", "/v1/items/{id}:restore", "restore_item", kWrite}, &ItemRoutes::RestoreItem);
}

}  // namespace lerl
