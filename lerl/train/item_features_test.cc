#include "lerl/train/item_features.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <string>

#include "lerl/base/index.h"
#include "lerl/data/new_items.h"
#include "lerl/data/sources/synthetic.h"
#include "lerl/llm/llama/llama_embedder.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;

class ItemFeatures : public ::testing::Test {
 protected:
  ItemFeatures() {
    dataset_ = MakeSyntheticDataset({.users = 40, .items = 60, .categories = 6});
    split_ = MakeSplit(dataset_, {});
    DropRowsOf(ChooseNewItems(dataset_, {.new_items = 0.3}), dataset_, split_);
    fitted_ = FitItemFactors(dataset_, split_, {.factors = 4, .epochs = 2});
  }
  ItemFactors Filled(const std::string& item_features) const {
    ItemFactors factors = fitted_;
    FillRowlessItems(item_features, dataset_, split_, factors);
    return factors;
  }
  // Whether the items that are new, or those that are not, have other biases than were fitted.
  bool Moved(const ItemFactors& factors, bool is_new) const {
    bool moved = false;
    for (size_t item = 0; item < split_.new_items.size(); ++item)
      if ((split_.new_items[item] != 0) == is_new)
        moved |= factors.model.item_bias[item] != fitted_.model.item_bias[item];
    return moved;
  }

  Dataset dataset_;
  Split split_;
  ItemFactors fitted_;
};

TEST_F(ItemFeatures, NoneLeavesTheFitAsItIs) {
  EXPECT_EQ(Filled("none").vectors, fitted_.vectors);
  for (size_t item = 0; item < split_.new_items.size(); ++item)
    EXPECT_TRUE(split_.new_items[item] == 0 || fitted_.model.item_bias[item] == 0) << item;
}

TEST_F(ItemFeatures, NeighboursMoveTheNewItemsAlone) {
  const ItemFactors filled = Filled("neighbours");
  EXPECT_TRUE(Moved(filled, true));
  EXPECT_FALSE(Moved(filled, false));
  EXPECT_EQ(filled.vectors, FactorsOf(filled.model).vectors);
}

TEST_F(ItemFeatures, TextMovesTheNewItemsByTheRealModel) {
  const TestFolder folder;
  const std::filesystem::path model = std::filesystem::absolute(DefaultEmbeddingModel());
  std::filesystem::create_directory(folder.path() / "models");
  std::filesystem::create_symlink(model, folder.path() / "models" / model.filename());
  const ScopedVariable cache("LERL_CACHE_DIR", folder.path().string());
  const ItemFactors filled = Filled("text");
  EXPECT_TRUE(Moved(filled, true));
  EXPECT_FALSE(Moved(filled, false));
  EXPECT_NE(filled.vectors, Filled("neighbours").vectors);
  std::filesystem::remove(folder.path() / "models" / model.filename());
  EXPECT_THAT(ErrorOf(ErrorKind::kModel, [&] { Filled("text"); }),
              HasSubstr("`tools/setup.sh embeddings` makes it"));
  EXPECT_NO_THROW(RequireItemFeatures("neighbours"));
}

}  // namespace
}  // namespace lerl
