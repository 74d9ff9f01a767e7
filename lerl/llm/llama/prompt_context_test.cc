#include "lerl/llm/llama/prompt_context.h"

#include <gmock/gmock.h>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/testing/embedded_model.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

constexpr PromptContextOptions kSmallContext = {.threads = 1, .context = 128, .batch = 3};
const std::vector<std::string> kFourSuffixes = {" one", " two", " three", " four and more"};

TEST(PromptContext, ComputesAPrefixOnceWhileItStaysTheSame) {
  LERL_NEED_DEFAULT_MODEL(path);
  PromptContext context(LlamaModel::Load(path), kSmallContext);
  context.HoldPrefix("Count:");
  const int64_t once = context.usage().prefix_tokens;
  EXPECT_EQ(once, context.prefix_length());
  context.HoldPrefix("Count:");
  EXPECT_EQ(context.usage().prefix_tokens, once);
  context.HoldPrefix("Count on:");
  EXPECT_GT(context.usage().prefix_tokens, once);
}

TEST(PromptContext, CutsSuffixesIntoChunksThatFit) {
  LERL_NEED_DEFAULT_MODEL(path);
  PromptContext context(LlamaModel::Load(path), kSmallContext);
  context.HoldPrefix("Count:");
  const std::vector<Tokens> tokens = context.TokeniseSuffixes(kFourSuffixes, 0);
  const auto ends = [&](int reserve, size_t most) {
    std::vector<size_t> ends;
    for (const SuffixChunk& chunk : context.Chunks(tokens, reserve, most))
      ends.push_back(chunk.end);
    return ends;
  };
  EXPECT_EQ(ends(0, 100), (std::vector<size_t>{3, 4}));         // three suffixes at most
  EXPECT_EQ(ends(0, 1), (std::vector<size_t>{1, 2, 3, 4}));     // one suffix at least
  EXPECT_EQ(ends(90, 100), (std::vector<size_t>{1, 2, 3, 4}));  // with what is reserved
}

TEST(PromptContext, GivesTheSameLogitsAfterSuffixesWereDropped) {
  LERL_NEED_DEFAULT_MODEL(path);
  PromptContext context(LlamaModel::Load(path), kSmallContext);
  context.HoldPrefix("Count:");
  const std::vector<Tokens> tokens = context.TokeniseSuffixes(kFourSuffixes, 0);
  const auto logits = [&](SuffixChunk chunk) {
    const std::vector<int> places = context.DecodeSuffixes(tokens, chunk);
    EXPECT_EQ(places.size(), chunk.end - chunk.begin);
    const float* first = llama_get_logits_ith(context.get(), places[0]);
    const std::vector<float> copied(first, first + 100);
    context.DropSuffixes(chunk);
    return copied;
  };
  const std::vector<float> before = logits({0, 2});
  logits({2, 4});
  EXPECT_EQ(logits({0, 2}), before);
  EXPECT_EQ(context.usage().prompts, 6);
}

TEST(PromptContext, RefusesAPromptLongerThanItself) {
  LERL_NEED_DEFAULT_MODEL(path);
  PromptContext context(LlamaModel::Load(path), kSmallContext);
  context.HoldPrefix("Count:");
  EXPECT_THAT([&] { context.TokeniseSuffixes(kFourSuffixes, 128); },
              ThrowsMessage<Error>(HasSubstr("longer than the context of 128 tokens")));
}

}  // namespace
}  // namespace lerl
