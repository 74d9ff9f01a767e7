#include "lerl/lm_tuning/wish_examples.h"

#include <gmock/gmock.h>

#include <numeric>

#include "lerl/llm/scripted_backend.h"
#include "lerl/testing/small_world.h"
#include "lerl/wishes/phrasings.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;

TEST(WishExamples, NameWhatASentenceAsksForOrRefuses) {
  const RunConfig config = TinyRun();
  const auto world = TinyWorld(config);
  const auto backend = MakeScriptedBackend({});
  TuningSet set;
  set.questions.resize(2);  // that stand there already
  AddWishExamples(*world, config, *backend, {.examples = 64, .orders = 3, .together = 20}, set);
  ASSERT_EQ(set.examples.size(), 64U);
  ASSERT_EQ(set.questions.size(), 5U);
  EXPECT_EQ(set.questions[2].labels, world->dataset.categories);
  EXPECT_NE(set.questions[2].prefix, set.questions[3].prefix);
  EXPECT_EQ(set.examples[19].question, 2);
  EXPECT_EQ(set.examples[20].question, 3);
  EXPECT_EQ(set.examples[60].question, 2);
  for (const TuningExample& example : set.examples) {
    EXPECT_THAT(example.suffix, HasSubstr("A user says: \""));
    EXPECT_NEAR(std::accumulate(example.target.begin(), example.target.end(), 0.0), 1, 1e-5);
  }
  // Nobody's wish names every category alike.
  EXPECT_THAT(set.examples[31].suffix, HasSubstr("\"something\""));
  EXPECT_NEAR(set.examples[31].target[0], 1.0 / 6, 1e-6);
}

TEST(WishExamples, AreTheSameWithTheSameSeedAloneAndNoneAreAddedForNone) {
  const RunConfig config = TinyRun();
  const auto world = TinyWorld(config);
  const auto backend = MakeScriptedBackend({});
  const auto suffixes = [&](uint64_t seed) {
    TuningSet set;
    AddWishExamples(*world, config, *backend, {.examples = 20, .seed = seed}, set);
    std::vector<std::string> all;
    for (const TuningExample& example : set.examples) all.push_back(example.suffix);
    return all;
  };
  EXPECT_EQ(suffixes(1), suffixes(1));
  EXPECT_NE(suffixes(1), suffixes(2));
  TuningSet none;
  AddWishExamples(*world, config, *backend, {.examples = 0}, none);
  EXPECT_TRUE(none.questions.empty());
}

TEST(WishExamples, HoldNoneOfThePhrasesThatTestUsersSay) {
  const RunConfig config = TinyRun();
  const auto world = TinyWorld(config);
  const auto backend = MakeScriptedBackend({});
  TuningSet set;
  AddWishExamples(*world, config, *backend, {.examples = 400}, set);
  const Phrasings held_out = PartOf(BuiltInPhrasings(), PhrasingPart::kHeldOut);
  for (const std::string& category : world->dataset.categories)
    for (const std::string& phrase : PhrasingsOf(held_out, category).up)
      for (const TuningExample& example : set.examples)
        EXPECT_EQ(example.suffix.find(phrase), std::string::npos) << phrase;
}

}  // namespace
}  // namespace lerl
