#include "lerl/planner/wishes/embedding_reader.h"

#include <gmock/gmock.h>

#include <cmath>
#include <map>

#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

// Vectors by hand: texts that are not listed point away from all others.
class ListedEmbedder : public TextEmbedder {
 public:
  std::string name() const override { return "listed"; }
  int64_t width() const override { return 3; }
  std::vector<float> Embed(std::span<const std::string> texts) override {
    std::vector<float> vectors;
    for (const std::string& text : texts) {
      const auto found = of.find(text);
      const std::vector<float> vector =
          found == of.end() ? std::vector<float>{0, 0, 1} : found->second;
      vectors.insert(vectors.end(), vector.begin(), vector.end());
    }
    return vectors;
  }
  std::map<std::string, std::vector<float>> of;
};

// A catalogue of categories that the bank of phrasings does not know, so that each has its name
// alone, unless they are films.
WishScores ByEmbeddings(const std::map<std::string, std::vector<float>>& vectors,
                        const std::string& wish, bool clauses = true, bool films = false) {
  Dataset data = TinyDataset();
  if (!films) data.categories = {"Ovens", "Tea", "Books", "Tools"};
  const auto model = std::make_shared<ListedEmbedder>();
  model->of = vectors;
  return MakeEmbeddingReader(data, clauses, [model] { return model; })->Read({&wish, 1}).at(0);
}

TEST(EmbeddingReader, GoesByTheCosineWithTheNames) {
  // Cosines .8 with Tea, .71 with Tools and 0 with the other two, in units of .03.
  const WishScores scores = ByEmbeddings(
      {{"Tea", {1, 0, 0}}, {"Tools", {.8F, .1F, .5916F}}, {"hot leaves", {.8F, .6F, 0}}},
      "Hot leaves!");
  const double nearer = std::exp((.7 - .8) / .03);
  EXPECT_NEAR(scores[1], 1 / (1 + nearer), 1e-5);
  EXPECT_NEAR(scores[3], nearer / (1 + nearer), 1e-5);
  EXPECT_NEAR(scores[0], 0, 1e-9);
}

TEST(EmbeddingReader, GoesByTheThreeNearestWordsOfACategoryOfFilms) {
  // Of Comedy (1 + .8 + .6) / 3, of Western the name alone counts against words that are far.
  const WishScores scores = ByEmbeddings({{"Comedy film", {1, 0, 0}},
                                          {"a film with funny", {.8F, .6F, 0}},
                                          {"a film with silly", {.6F, .8F, 0}},
                                          {"a film with jokes", {.5F, 0, .866F}},
                                          {"Western film", {1, 0, 0}},
                                          {"hee haw", {1, 0, 0}}},
                                         "Hee haw", true, true);
  const double western = std::exp((1.0 / 3 - .8) / .03);
  EXPECT_NEAR(scores[1], 1 / (1 + western), 1e-5);
  EXPECT_LT(scores[3], 1e-6);
}

TEST(EmbeddingReader, LooksUpTitlesThatAreNamed) {
  // Title 8 is of the first two categories, Title 4 of the third.
  const WishScores scores = ByEmbeddings({}, "more like Title 8, but nothing like Title 4");
  EXPECT_EQ(scores, (WishScores{0.5, 0.5, -1, 0}));
  EXPECT_EQ(ByEmbeddings({}, "Title 8", false), (WishScores{0.5, 0.5, 0, 0}));
  // The mark that stands for a title means nothing in a wish.
  EXPECT_EQ(ByEmbeddings({}, "\xEE\x80\x80 or Title 4", true)[2], 1);
}

TEST(EmbeddingReader, ReadsClauseByClauseWhereItIsToldTo) {
  const std::map<std::string, std::vector<float>> vectors = {{"Tea", {1, 0, 0}},
                                                             {"Tools", {0, 1, 0}},
                                                             {"leaves", {1, 0, 0}},
                                                             {"no hammers", {0, 1, 0}},
                                                             {"leaves, no hammers", {0, 1, 0}}};
  const WishScores clauses = ByEmbeddings(vectors, "leaves, no hammers");
  EXPECT_NEAR(clauses[1], 1, 1e-6);
  EXPECT_NEAR(clauses[3], -1, 1e-6);
  EXPECT_NEAR(ByEmbeddings(vectors, "leaves, no hammers", false)[3], 1, 1e-6);
}

}  // namespace
}  // namespace lerl
