#include "lerl/llm/llama/name_scores.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "lerl/llm/llama/llama_cpp_backend.h"
#include "lerl/testing/embedded_model.h"

namespace lerl {
namespace {

constexpr char kNameScoresTestPrefix[] =
    "Capitals: London, United Kingdom. Washington, United States.\n";
const std::vector<std::string> kNameScoresTestSuffixes = {
    "The capital of the United Kingdom is the city of", "The President of America lives in"};
const std::vector<std::string> kNames = {" London", " Washington, D.C.", " Ouagadougou"};

TEST(ScoreNames, TellsWhichNameGoesOn) {
  LERL_NEED_DEFAULT_MODEL(path);
  const auto backend = MakeLlamaCppBackend({.model = path, .context = 512, .batch = 2});
  const auto scores = backend->ScoreLabels(kNameScoresTestPrefix, kNameScoresTestSuffixes, kNames);
  ASSERT_NO_FATAL_FAILURE(ExpectLogProbabilities(scores, 2, 3));
  EXPECT_GT(scores[0], scores[2]);
  EXPECT_GT(scores[4], scores[3]);
}

TEST(ScoreNames, ABatchGivesWhatItsRowsGiveAlone) {
  LERL_NEED_DEFAULT_MODEL(path);
  std::vector<std::string> many = kNames;  // more than are computed together
  for (int i = 0; i < 40; ++i) many.push_back(" Number " + std::to_string(100 + i));
  const auto wide = MakeLlamaCppBackend({.model = path, .context = 512, .batch = 2});
  const auto narrow = MakeLlamaCppBackend({.model = path, .context = 64, .batch = 1});
  const auto batch = wide->ScoreLabels(kNameScoresTestPrefix, kNameScoresTestSuffixes, many);
  for (size_t row = 0; row < kNameScoresTestSuffixes.size(); ++row) {
    const auto alone =
        narrow->ScoreLabels(kNameScoresTestPrefix, {&kNameScoresTestSuffixes[row], 1}, many);
    for (size_t name = 0; name < many.size(); ++name)
      EXPECT_NEAR(alone[name], batch[row * many.size() + name], 0.2) << many[name];
  }
}

TEST(ScoreNames, LeavesNothingBehind) {
  LERL_NEED_DEFAULT_MODEL(path);
  const auto backend = MakeLlamaCppBackend({.model = path, .context = 512, .batch = 2});
  const std::vector<std::string> letters = {"A", "B"};
  const auto before = backend->ScoreLabels(kNameScoresTestPrefix, kNameScoresTestSuffixes, letters);
  const auto names = backend->ScoreLabels(kNameScoresTestPrefix, kNameScoresTestSuffixes, kNames);
  EXPECT_EQ(backend->ScoreLabels(kNameScoresTestPrefix, kNameScoresTestSuffixes, letters), before);
  EXPECT_EQ(backend->ScoreLabels(kNameScoresTestPrefix, kNameScoresTestSuffixes, kNames), names);
}

TEST(ScoreNames, ALongNameIsNotWorseForItsLength) {
  LERL_NEED_DEFAULT_MODEL(path);
  const auto backend = MakeLlamaCppBackend({.model = path, .context = 512, .batch = 2});
  const std::vector<std::string> suffix = {"one, two, three, four,"},
                                 names = {" five", " five, six, seven, eight, nine"};
  const auto scores = backend->ScoreLabels(
      "Count: one, two, three, four, five, six, seven, eight, "
      "nine, ten.\nCount: ",
      suffix, names);
  EXPECT_NEAR(scores[0], scores[1], 1);
}

}  // namespace
}  // namespace lerl
