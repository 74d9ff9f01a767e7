#include "lerl/llm/llama/llama_embedder.h"

#include <gmock/gmock.h>

#include <numeric>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/llm/llama/model_file.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;

class LlamaEmbedderTest : public ::testing::Test {
 protected:
  double Cosine(const std::string& a, const std::string& b) {
    const std::vector<float> vectors = model_->Embed(std::vector<std::string>{a, b});
    const auto width = static_cast<std::ptrdiff_t>(model_->width());
    return std::inner_product(vectors.begin(), vectors.begin() + width, vectors.begin() + width,
                              0.0);
  }
  const std::unique_ptr<TextEmbedder> model_ = MakeLlamaEmbedder(DefaultEmbeddingModel(), 1);
};

// The figures are of a forward pass in double precision that was written down apart from this,
// over the same weights.
TEST_F(LlamaEmbedderTest, HasTheCosinesOfTheModelItWasConvertedFrom) {
  EXPECT_EQ(model_->width(), 384);
  EXPECT_NEAR(Cosine("something that makes me laugh", "Comedy"), 0.46052, 1e-3);
  EXPECT_NEAR(Cosine("something that makes me laugh", "War"), 0.22688, 1e-3);
  EXPECT_NEAR(Cosine("nothing with soldiers in it", "Comedy"), 0.17747, 1e-3);
  EXPECT_NEAR(Cosine("nothing with soldiers in it", "War"), 0.447, 1e-3);
}

TEST_F(LlamaEmbedderTest, GivesATextTheSameVectorInAnyBatch) {
  std::vector<std::string> texts;
  for (int i = 0; i < 70; ++i) texts.push_back("text number " + std::to_string(i));
  texts.push_back("");
  texts.emplace_back(5000, 'a');
  const std::vector<float> all = model_->Embed(texts);
  const auto width = At(model_->width());
  ASSERT_EQ(all.size(), texts.size() * width);
  for (const size_t i : {size_t{0}, size_t{33}, size_t{69}, size_t{70}, size_t{71}}) {
    const std::vector<float> one = model_->Embed(std::span(texts).subspan(i, 1));
    double product = 0, length = 0;
    for (size_t d = 0; d < width; ++d) {
      product += static_cast<double>(one[d]) * static_cast<double>(all[i * width + d]);
      length += static_cast<double>(one[d]) * static_cast<double>(one[d]);
    }
    EXPECT_NEAR(product, 1, 1e-4) << i;
    EXPECT_NEAR(length, 1, 1e-4);
  }
}

std::string ErrorOfEmbedder(const std::filesystem::path& path) {
  try {
    MakeLlamaEmbedder(path, 1);
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kModel);
    return error.what();
  }
}

TEST(LlamaEmbedder, RefusesWhatIsNoModelOfSentenceEmbeddings) {
  EXPECT_THAT(ErrorOfEmbedder(ResolveModel("")), HasSubstr("it does not pool"));
  EXPECT_THAT(ErrorOfEmbedder("absent.gguf"), HasSubstr("absent.gguf"));
}

}  // namespace
}  // namespace lerl
