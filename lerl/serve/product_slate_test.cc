#include "lerl/serve/product_slate.h"

#include <gmock/gmock.h>

#include "lerl/serve/refusal.h"
#include "lerl/testing/small_served_run.h"

namespace lerl {
namespace {

class ProductSlateTest : public testing::Test {
 protected:
  SlateRecord Of(const std::vector<std::string>& items) const {
    OpenSession session;
    session.record.id = "s";
    session.slates.resize(2);
    return ProductSlate(session, items, 3, *catalog_);
  }
  // What is refused, and where.
  std::string RefusalOf(const std::vector<std::string>& items) const {
    try {
      Of(items);
    } catch (const Refusal& refusal) {
      return refusal.name + " " + refusal.field;
    }
    return "";
  }
  std::string Id(int32_t item) const { return catalog_->ItemId(item); }

  const std::shared_ptr<const Catalog> catalog_ =
      CatalogOf({.world = SmallServedRun::Get().world(), .items = {}});
};

TEST_F(ProductSlateTest, IsTheNextOneAndNothingWasDrawn) {
  const SlateRecord slate = Of({Id(4), Id(8), Id(15)});
  EXPECT_EQ(slate.session, "s");
  EXPECT_EQ(slate.step, 2);
  EXPECT_EQ(slate.version, "product");
  EXPECT_EQ(slate.origin, "product");
  EXPECT_EQ(slate.temperature, 0);
  EXPECT_EQ(slate.log_probability, 0);
  EXPECT_THAT(slate.items, testing::ElementsAre(Id(4), Id(8), Id(15)));
  EXPECT_THAT(slate.probabilities, testing::ElementsAre(1, 1, 1));
}

TEST_F(ProductSlateTest, IsRefusedWithTheReasonAndThePlace) {
  EXPECT_EQ(RefusalOf({}), "product-slate-missing /product_slate");
  EXPECT_EQ(RefusalOf({Id(1), Id(2)}), "bad-slate /product_slate");
  EXPECT_EQ(RefusalOf({Id(1), "nothing", Id(2)}), "unknown-item /product_slate/1");
  EXPECT_EQ(RefusalOf({Id(1), Id(2), Id(1)}), "bad-slate /product_slate/2");
}

}  // namespace
}  // namespace lerl
