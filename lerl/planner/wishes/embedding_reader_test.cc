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

WishScores ByEmbeddings(const std::map<std::string, std::vector<float>>& vectors,
                        const std::string& wish, bool clauses = true) {
  const Dataset data = TinyDataset();
  const Split split = TinySplit();
  const auto model = std::make_shared<ListedEmbedder>();
  model->of = vectors;
  return MakeEmbeddingReader(data, split, clauses, [model] { return model; })
      ->Read({&wish, 1})
      .at(0);
}

TEST(EmbeddingReader, GoesByTheCosineWithTheNames) {
  // Cosines .8 with Comedy, .6 with Western and 0 with the other two, in units of .05.
  const WishScores scores = ByEmbeddings(
      {{"Comedy film", {1, 0, 0}}, {"Western film", {0, 1, 0}}, {"hee haw", {.8F, .6F, 0}}},
      "Hee haw!");
  const double sum = 1 + std::exp(-4) + 2 * std::exp(-16);
  EXPECT_NEAR(scores[1], 1 / sum, 1e-6);
  EXPECT_NEAR(scores[3], std::exp(-4) / sum, 1e-6);
  EXPECT_NEAR(scores[0], std::exp(-16) / sum, 1e-6);
}

TEST(EmbeddingReader, GoesByTheTitlesThatAreNamed) {
  // Title 8 is of Action and Comedy: .8 - .15 = .65 for both. The name has .6, Western 0.
  const WishScores scores = ByEmbeddings(
      {{"Drama film", {0, 1, 0}}, {"Title 8", {1, 0, 0}}, {"like title 8", {.8F, .6F, 0}}},
      "like Title 8");
  const double sum = 2 + std::exp(-1) + std::exp(-13);
  EXPECT_NEAR(scores[0], 1 / sum, 1e-5);
  EXPECT_NEAR(scores[1], 1 / sum, 1e-5);
  EXPECT_NEAR(scores[2], std::exp(-1) / sum, 1e-5);
}

TEST(EmbeddingReader, ReadsClauseByClauseWhereItIsToldTo) {
  const std::map<std::string, std::vector<float>> vectors = {{"Comedy film", {1, 0, 0}},
                                                             {"Western film", {0, 1, 0}},
                                                             {"fun", {1, 0, 0}},
                                                             {"no cowboys", {0, 1, 0}},
                                                             {"fun, no cowboys", {0, 1, 0}}};
  const WishScores clauses = ByEmbeddings(vectors, "fun, no cowboys");
  EXPECT_NEAR(clauses[1], 1, 1e-6);
  EXPECT_NEAR(clauses[3], -1, 1e-6);
  EXPECT_NEAR(ByEmbeddings(vectors, "fun, no cowboys", false)[3], 1, 1e-6);
}

}  // namespace
}  // namespace lerl
