#include "lerl/serve/api/item_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "lerl/base/index.h"
#include "lerl/base/json_text.h"
#include "lerl/serve/judged_events.h"
#include "lerl/testing/memory_event_store.h"
#include "lerl/testing/small_served_run.h"

namespace lerl {
namespace {

using Json = nlohmann::json;

class ItemRoutesTest : public testing::Test {
 protected:
  ItemRoutesTest() { AddItemRoutes(router_, recommender_); }

  Response Call(const std::string& method, const std::string& target, const Json& body = nullptr) {
    Request request{.method = method, .target = target, .path = target, .id = "r"};
    if (const size_t at = target.find('?'); at != std::string::npos) request.path.resize(at);
    if (!body.is_null()) {
      request.body = body.dump();
      request.headers["content-type"] = "application/json";
    }
    return router_.Handle(request);
  }
  Json Ok(const std::string& method, const std::string& target, const Json& body = nullptr) {
    const Response response = Call(method, target, body);
    EXPECT_EQ(response.status, 200) << response.body;
    return ParseJson(response.body);
  }
  // "422 bad-item /field"
  std::string Problem(const std::string& method, const std::string& target,
                      const Json& body = nullptr) {
    const Json problem = ParseJson(Call(method, target, body).body);
    const std::string type = problem.at("type");
    return std::to_string(problem.at("status").get<int>()) + " " + type.substr(17) +
           (problem.contains("field") ? " " + problem["field"].get<std::string>() : "");
  }
  Json NewItem(const std::string& id) const {
    return {{"id", id},
            {"title", "A new one"},
            {"categories", Json::array({recommender_.catalog()->dataset().categories[2]})}};
  }

  std::unique_ptr<Recommender> Another(const RecommenderConfig& config = {}) {
    return std::make_unique<Recommender>(
        store_, std::vector<NamedRun>{{"ppo", SmallServedRun::Get().folder()}}, config);
  }
  // A service that is as keen on new items as can be, and the slates of `sessions` guests, `steps`
  // each, in which the first item is liked.
  static constexpr double kKeen = 1;
  std::vector<SlateRecord> Play(Recommender& service, int sessions, int steps) {
    std::vector<SlateRecord> slates;
    for (int n = 0; n < sessions; ++n) {
      const std::string id = service.Start("guest " + std::to_string(++users_)).id;
      for (int step = 0; step < steps; ++step) {
        slates.push_back(service.Recommend(id, {}));
        FeedbackRecord like;
        like.event = id + std::to_string(step);
        like.step = step;
        like.item = slates.back().items[0];
        like.behaviours = {{"like", 1}};
        EXPECT_EQ(service.TakeFeedback(id, {like}).accepted, 1);
      }
    }
    return slates;
  }
  static int64_t TimesShown(const std::vector<SlateRecord>& slates, const std::string& item) {
    int64_t times = 0;
    for (const SlateRecord& slate : slates) times += std::ranges::count(slate.items, item);
    return times;
  }

  MemoryEventStore store_;
  int users_ = 0;
  Recommender recommender_{store_,
                           {{"ppo", SmallServedRun::Get().folder()}},
                           {.policy = {.new_items = kKeen}, .items_seconds = 3600}};
  Router router_;
};

// An item that was added is shown, its answers are taken, and policies go on with it in their
// state; the log's probabilities are whole; once it is withdrawn it comes no more.
TEST_F(ItemRoutesTest, AddedItemsAreShownAndWithdrawnOnesAreNot) {
  Ok("POST", "/v1/items", {{"items", Json::array({NewItem("n1"), NewItem("n2")})}});
  std::vector<SlateRecord> slates = Play(recommender_, 20, 3);
  EXPECT_GT(TimesShown(slates, "n1"), 0);
  EXPECT_GT(TimesShown(slates, "n2"), 0);
  for (const SlateRecord& slate : slates) {
    double sum = 0;
    for (const double p : slate.probabilities) {
      EXPECT_GT(p, 0);
      EXPECT_LE(p, 1);
      sum += std::log(p);
    }
    EXPECT_NEAR(sum, slate.log_probability, 1e-9);
  }
  Ok("DELETE", "/v1/items/n1");
  Ok("DELETE", "/v1/items/" + recommender_.catalog()->ItemId(3));
  slates = Play(recommender_, 20, 3);
  EXPECT_EQ(TimesShown(slates, "n1"), 0);
  EXPECT_EQ(TimesShown(slates, recommender_.catalog()->ItemId(3)), 0);
  EXPECT_GT(TimesShown(slates, "n2"), 0);
  // How often it was shown is told to the store.
  recommender_.RefreshItems();
  EXPECT_GT(store_.Items().at(0).shown, 0);
}

// The same seeds with and without the share: only what is optimistic differs, and it fades.
TEST_F(ItemRoutesTest, OptimismIsASettingAndFades) {
  Ok("POST", "/v1/items", {{"items", Json::array({NewItem("n1")})}});
  const auto never = Another({.policy = {.new_items = 0}});
  const int64_t keen = TimesShown(Play(recommender_, 20, 2), "n1");
  EXPECT_GT(keen, TimesShown(Play(*never, 20, 2), "n1"));
  store_.CountShown({{"n1", 100'000}});
  const auto later = Another({.policy = {.new_items = kKeen}});
  EXPECT_GT(keen, TimesShown(Play(*later, 20, 2), "n1"));
}

// A service that starts on the store, and one that runs beside, know the item and go on with a
// session that has shown it.
TEST_F(ItemRoutesTest, OtherServicesOnTheStoreKnowWhatWasAdded) {
  const auto beside = Another({.policy = {.new_items = kKeen}, .items_seconds = 3600});
  const auto watchful = Another({.policy = {}, .items_seconds = 0.05});
  Ok("POST", "/v1/items", {{"items", Json::array({NewItem("n1")})}});
  const auto started = Another();
  EXPECT_TRUE(started->catalog()->Item("n1").has_value());
  EXPECT_FALSE(beside->catalog()->Item("n1").has_value());
  // A session that has shown the item here, and then goes on there.
  std::string id;
  for (int n = 0; id.empty() && n < 100; ++n) {
    const std::vector<SlateRecord> slates = Play(recommender_, 1, 1);
    if (TimesShown(slates, "n1") > 0) id = slates[0].session;
  }
  ASSERT_FALSE(id.empty());
  const SlateRecord next = beside->Recommend(id, {});
  EXPECT_EQ(next.step, 1);
  EXPECT_EQ(TimesShown({next}, "n1"), 0);  // it was shown before in the session
  EXPECT_TRUE(beside->catalog()->Item("n1").has_value());
  while (!watchful->catalog()->Item("n1")) std::this_thread::yield();
}

// What a policy that knows the items makes of the log: no slate is unknown, and where it chooses as
// it was logged to, every ratio is 1.
TEST_F(ItemRoutesTest, LogsWithAddedItemsCanBeJudged) {
  Ok("POST", "/v1/items", {{"items", Json::array({NewItem("n1"), NewItem("n2")})}});
  store_.CountShown({{"n1", 1'000'000'000}, {"n2", 1'000'000'000}});  // so that n stays what it is
  const auto service = Another({.policy = {.new_items = 0.5}});
  ASSERT_GT(TimesShown(Play(recommender_, 12, 2), "n1"), 0);
  const int64_t before = std::ssize(store_.NewestSessions(1000));
  Play(*service, 6, 2);
  const ServedWorld served = WithStoredItems(SmallServedRun::Get().world(), store_.Items());
  ServedPolicy policy(served.world, ReadServedRun(SmallServedRun::Get().folder()),
                      {.new_items = 0.5}, served.items);
  const JudgedEvents events = JudgeEvents(
      store_, *CatalogOf(served), {.to_us = std::numeric_limits<int64_t>::max(), .policy = ""},
      policy, [](int64_t) {});
  EXPECT_EQ(events.unknown, 0);
  ASSERT_EQ(std::ssize(events.slates), 2 * (before + 6));
  for (const LoggedSlate& slate : std::span(events.slates).subspan(At(2 * before)))
    EXPECT_THAT(slate.log_ratios, testing::Each(testing::DoubleNear(0, 1e-3)));
}

TEST_F(ItemRoutesTest, AddsWithdrawsAndRestoresItems) {
  const std::string category = recommender_.catalog()->dataset().categories[2];
  const Json item = {
      {"id", "new"}, {"title", "A new one"}, {"categories", Json::array({category})}};
  const Json items = {{"items", Json::array({item})}};
  EXPECT_EQ(Ok("POST", "/v1/items", items), Json({{"added", 1}, {"repeated", 0}}));
  EXPECT_EQ(Ok("POST", "/v1/items", items), Json({{"added", 0}, {"repeated", 1}}));
  EXPECT_EQ(Ok("GET", "/v1/items?offset=60")["items"],
            Json::array({{{"item", "new"},
                          {"title", "A new one"},
                          {"categories", Json::array({category})},
                          {"source", "added"},
                          {"withdrawn", false}}}));
  EXPECT_EQ(Ok("GET", "/v1/items")["total"], 61);
  EXPECT_EQ(Ok("DELETE", "/v1/items/new")["withdrawn_now"], true);
  EXPECT_EQ(Ok("DELETE", "/v1/items/new")["withdrawn_now"], false);
  EXPECT_EQ(Ok("GET", "/v1/items/new")["withdrawn"], true);
  EXPECT_EQ(Ok("POST", "/v1/items/new:restore")["restored_now"], true);
  EXPECT_EQ(Ok("GET", "/v1/items/new")["withdrawn"], false);
  EXPECT_EQ(Problem("DELETE", "/v1/items/none"), "404 unknown-item");
  EXPECT_EQ(Problem("POST", "/v1/items/none:restore"), "404 unknown-item");
}

TEST_F(ItemRoutesTest, WrongItemsAreToldWhatIsWrongAndChangeNothing) {
  const auto send = [&](const std::string& member, const Json& value) {
    Json item = {{"id", "new"},
                 {"title", "A new one"},
                 {"categories", Json::array({recommender_.catalog()->dataset().categories[2]})}};
    const Json good = item;
    item["id"] = "other";
    item[member] = value;
    return Problem("POST", "/v1/items", {{"items", Json::array({good, item})}});
  };
  EXPECT_EQ(send("id", 7), "422 invalid-request /items/1/id");
  EXPECT_EQ(send("id", ""), "422 bad-item /items/1/id");
  EXPECT_EQ(send("id", recommender_.catalog()->ItemId(4)), "409 item-conflict /items/1/id");
  EXPECT_EQ(send("title", nullptr), "422 invalid-request /items/1/title");
  EXPECT_EQ(send("text", 1), "422 invalid-request /items/1/text");
  EXPECT_EQ(send("categories", "Drama"), "422 invalid-request /items/1/categories");
  EXPECT_EQ(send("categories", Json::array({7})), "422 invalid-request /items/1/categories");
  EXPECT_EQ(send("categories", Json::array()), "422 bad-item /items/1/categories");
  EXPECT_EQ(send("categories", Json::array({"Opera"})),
            "422 unknown-category /items/1/categories/0");
  EXPECT_EQ(send("price", 3), "422 invalid-request /items/1/price");
  EXPECT_EQ(Problem("POST", "/v1/items", {{"items", Json::array()}}), "422 invalid-request /items");
  EXPECT_TRUE(store_.Items().empty());
}

}  // namespace
}  // namespace lerl
