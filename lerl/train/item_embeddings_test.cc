#include "lerl/train/item_embeddings.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "lerl/base/file.h"
#include "lerl/testing/data_files.h"
#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;

// Two figures of a text: its length and its first byte.
class CountingEmbedder : public TextEmbedder {
 public:
  explicit CountingEmbedder(int* calls) : calls_(calls) {}
  std::string name() const override { return "counting"; }
  int64_t width() const override { return 2; }
  std::vector<float> Embed(std::span<const std::string> texts) override {
    ++*calls_;
    std::vector<float> vectors;
    for (const std::string& text : texts) {
      vectors.push_back(static_cast<float>(text.size()));
      vectors.push_back(static_cast<float>(text[0]));
    }
    return vectors;
  }

 private:
  int* const calls_;
};

class ItemEmbeddingsTest : public ::testing::Test {
 protected:
  ItemEmbeddings Load(const Dataset& dataset, const std::string& model) {
    return LoadOrEmbedItems(dataset, model,
                            [this] { return std::make_unique<CountingEmbedder>(&calls_); });
  }
  const TestFolder folder_;
  const ScopedVariable cache_{"LERL_CACHE_DIR", folder_.path().string()};
  int calls_ = 0;
  const Dataset dataset_ = DatasetOf({{0, 1}, {}}, 2, 1);
};

TEST_F(ItemEmbeddingsTest, AreOfTitlesAndCategories) {
  Dataset dataset = dataset_;
  EXPECT_THAT(ItemTexts(dataset), ElementsAre("Item 0, c0, c1", "Item 1"));
  dataset.item_titles[0] = "";
  EXPECT_THAT(ItemTexts(dataset), ElementsAre("c0, c1", "Item 1"));
}

TEST_F(ItemEmbeddingsTest, AreMadeOnceForATextAndAModel) {
  const ItemEmbeddings made = Load(dataset_, "a");
  EXPECT_EQ(made.width, 2);
  EXPECT_THAT(made.vectors, ElementsAre(14, 'I', 6, 'I'));
  EXPECT_EQ(Load(dataset_, "a").vectors, made.vectors);
  EXPECT_EQ(calls_, 1);
  Load(dataset_, "b");
  EXPECT_EQ(calls_, 2);
  Dataset other = dataset_;
  other.item_titles[1] = "Another";
  EXPECT_THAT(Load(other, "a").vectors, ElementsAre(14, 'I', 7, 'A'));
  EXPECT_EQ(calls_, 3);
}

TEST_F(ItemEmbeddingsTest, AreMadeAnewWhereTheFileIsDamaged) {
  const ItemEmbeddings made = Load(dataset_, "a");
  for (const auto& file : std::filesystem::directory_iterator(folder_.path() / "item_embeddings"))
    WriteFileWhole(file.path(), "not a file of arrays");
  EXPECT_EQ(Load(dataset_, "a").vectors, made.vectors);
  EXPECT_EQ(calls_, 2);
}

}  // namespace
}  // namespace lerl
