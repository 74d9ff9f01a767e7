#include "lerl/serve/item_desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/base/error.h"
#include "lerl/serve/refusal.h"
#include "lerl/testing/memory_event_store.h"
#include "lerl/testing/small_served_run.h"

namespace lerl {
namespace {

class ItemDeskTest : public testing::Test {
 protected:
  ItemRecord Item(const std::string& id) const {
    return {.id = id,
            .title = "The " + id,
            .categories = {catalog_.dataset().categories[1]},
            .text = ""};
  }
  // "name /field: detail" of what is refused.
  std::string Refused(const std::function<void(ItemRecord&)>& change) {
    ItemRecord bad = Item("bad");
    change(bad);
    try {
      desk_.Add({Item("good"), bad});
    } catch (const Refusal& refusal) {
      return refusal.name + " " + refusal.field + ": " + refusal.what();
    }
    return "";
  }

  MemoryEventStore store_;
  const std::shared_ptr<const Catalog> shared_ =
      std::make_shared<Catalog>(SmallServedRun::Get().world()->dataset);
  const Catalog& catalog_ = *shared_;
  int refreshed_ = 0;
  bool unloadable_ = false;
  ItemDesk desk_{{.store = store_,
                  .catalog = [this] { return shared_; },
                  .refresh =
                      [this] {
                        ++refreshed_;
                        if (unloadable_ && refreshed_ % 2 == 0)
                          throw Error(ErrorKind::kNoRun, "the run is gone");
                      },
                  .clock = [] { return 5000; }}};
};

TEST_F(ItemDeskTest, AddsItemsOnce) {
  ItemCounts counts = desk_.Add({Item("a"), Item("b")});
  EXPECT_EQ(counts.added, 2);
  counts = desk_.Add({Item("b"), Item("c"), Item("c")});
  EXPECT_EQ(counts.added, 1);
  EXPECT_EQ(counts.repeated, 2);
  EXPECT_EQ(store_.Items().size(), 3U);
  EXPECT_EQ(store_.Items()[0].added_us, 5000);
}

TEST_F(ItemDeskTest, RefusesWhatCanNotBeAndTakesNothing) {
  using testing::HasSubstr;
  using testing::StartsWith;
  EXPECT_THAT(Refused([](auto& i) { i.id = ""; }), StartsWith("bad-item /items/1/id: "));
  EXPECT_THAT(Refused([](auto& i) { i.id = std::string(129, 'x'); }), HasSubstr("1 to 128 bytes"));
  for (const char* id : {"..", "a:restore"})
    EXPECT_THAT(Refused([&](auto& i) { i.id = id; }), StartsWith("bad-item /items/1/id: "));
  EXPECT_THAT(Refused([](auto& i) { i.title = ""; }), StartsWith("bad-item /items/1/title: "));
  EXPECT_THAT(Refused([](auto& i) { i.title = "a\nb"; }), StartsWith("bad-item /items/1/title: "));
  EXPECT_THAT(Refused([](auto& i) { i.text = std::string(10'001, 'x'); }),
              StartsWith("bad-item /items/1/text: "));
  EXPECT_THAT(Refused([](auto& i) { i.categories.clear(); }),
              StartsWith("bad-item /items/1/categories: "));
  const std::string unknown = Refused([](auto& i) { i.categories.push_back("Opera"); });
  EXPECT_THAT(unknown, StartsWith("unknown-category /items/1/categories/1: "));
  EXPECT_THAT(unknown, HasSubstr(catalog_.dataset().categories[0] + ", "));
  EXPECT_THAT(Refused([&](auto& i) { i.id = catalog_.ItemId(3); }),
              StartsWith("item-conflict /items/1/id: the data set has"));
  EXPECT_TRUE(store_.Items().empty());
  desk_.Add({Item("bad")});
  EXPECT_THAT(Refused([](auto& i) { i.title = "another"; }),
              StartsWith("item-conflict /items/1/id: an item of this id"));
  EXPECT_EQ(store_.Items().size(), 1U);
}

TEST_F(ItemDeskTest, WithdrawsWhatTheCatalogKnows) {
  const std::string item = catalog_.ItemId(3);
  EXPECT_FALSE(desk_.Restore(item));
  EXPECT_TRUE(desk_.Withdraw(item));
  EXPECT_FALSE(desk_.Withdraw(item));
  EXPECT_EQ(store_.Items().at(0).withdrawn_us, 5000);
  EXPECT_TRUE(desk_.Restore(item));
  EXPECT_THROW(desk_.Withdraw("none"), Refusal);
}

// Before, since others may have changed items, and afterwards; what was stored stays where the
// policies can't be loaded with it.
TEST_F(ItemDeskTest, IsUpToDateBeforeAndAfter) {
  desk_.Add({Item("a")});
  EXPECT_EQ(refreshed_, 2);
  unloadable_ = true;
  EXPECT_EQ(desk_.Add({Item("b")}).added, 1);
  EXPECT_EQ(refreshed_, 4);
  EXPECT_EQ(store_.Items().size(), 2U);
}

}  // namespace
}  // namespace lerl
