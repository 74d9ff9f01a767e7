#include "lerl/llm/llama/llama_cpp_backend.h"

#include <gmock/gmock.h>

#include <cmath>
#include <regex>

#include "lerl/base/error.h"
#include "lerl/testing/embedded_model.h"

namespace lerl {
namespace {

constexpr char kLlamaCppBackendTestPrefix[] = "A is red. B is green. C is blue.\n";
const std::vector<std::string> kLlamaCppBackendTestSuffixes = {
    "The sky is: ", "Grass on a meadow in May is: ", "Blood is: ", "The sea is: ", "A leaf is: "};

TEST(LlamaCppBackend, ScoresAreLogProbabilitiesOverTheLabels) {
  LERL_NEED_DEFAULT_MODEL(path);
  const auto backend = MakeLlamaCppBackend({.model = path, .context = 512, .batch = 3});
  const auto labels = backend->Labels(3);
  const auto scores =
      backend->ScoreLabels(kLlamaCppBackendTestPrefix, kLlamaCppBackendTestSuffixes, labels);
  ASSERT_NO_FATAL_FAILURE(ExpectLogProbabilities(scores, 5, 3));
}

TEST(LlamaCppBackend, ABatchGivesWhatItsRowsGiveAlone) {
  LERL_NEED_DEFAULT_MODEL(path);
  const auto backend = MakeLlamaCppBackend({.model = path, .context = 512, .batch = 8});
  const auto labels = backend->Labels(3);
  const auto batch =
      backend->ScoreLabels(kLlamaCppBackendTestPrefix, kLlamaCppBackendTestSuffixes, labels);
  const auto fresh = MakeLlamaCppBackend({.model = path, .context = 512, .batch = 1});
  for (size_t row = 0; row < kLlamaCppBackendTestSuffixes.size(); ++row) {
    // The prompt in one piece, too: a shared prefix changes nothing.
    const auto alone = backend->ScoreLabels(kLlamaCppBackendTestPrefix,
                                            {&kLlamaCppBackendTestSuffixes[row], 1}, labels);
    const std::string whole = kLlamaCppBackendTestPrefix + kLlamaCppBackendTestSuffixes[row];
    const auto one_piece = fresh->ScoreLabels("", {&whole, 1}, labels);
    for (size_t label = 0; label < 3; ++label) {
      EXPECT_NEAR(alone[label], batch[row * 3 + label], 1e-2);
      EXPECT_NEAR(one_piece[label], batch[row * 3 + label], 5e-2);
    }
  }
}

// Thousands of categories take minutes, so what comes is said before it begins.
TEST(LlamaCppBackend, LongScoringBeginsWithAnEstimateAndShowsHowFarItIs) {
  LERL_NEED_DEFAULT_MODEL(path);
  const auto backend =
      MakeLlamaCppBackend({.model = path, .context = 512, .batch = 4, .progress_from = 0});
  const std::vector<std::string> names = {"Film noir", "Western", "Science fiction"};
  const std::vector<std::string> labels = backend->NameLabels(names);
  backend->ScoreLabels(kLlamaCppBackendTestPrefix, kLlamaCppBackendTestSuffixes, labels);
  testing::internal::CaptureStderr();
  backend->ScoreLabels(kLlamaCppBackendTestPrefix, kLlamaCppBackendTestSuffixes, labels);
  const std::string said = testing::internal::GetCapturedStderr();
  const size_t estimate = said.find(": 3 categories after 5 prompts are ");
  ASSERT_NE(estimate, std::string::npos) << said;
  EXPECT_NE(said.find(" tokens, about 1 minutes"), std::string::npos) << said;
  EXPECT_LT(estimate, said.find("score categories")) << said;
}

TEST(LlamaCppBackend, GivesTheSameBytesWhateverWasAskedBefore) {
  LERL_NEED_DEFAULT_MODEL(path);
  const auto backend = MakeLlamaCppBackend({.model = path, .context = 512, .batch = 4});
  const auto labels = backend->Labels(3);
  const auto first =
      backend->ScoreLabels(kLlamaCppBackendTestPrefix, kLlamaCppBackendTestSuffixes, labels);
  EXPECT_EQ(backend->usage().prefix_tokens, backend->CountTokens(kLlamaCppBackendTestPrefix));
  const std::vector<std::string> others = {"Quite another and rather longer question is: ", "Ha "};
  backend->ScoreLabels(kLlamaCppBackendTestPrefix, others, labels);
  EXPECT_EQ(backend->usage().prefix_tokens,
            backend->CountTokens(kLlamaCppBackendTestPrefix));  // computed once
  backend->ScoreLabels("Another prefix.\n", others, labels);
  EXPECT_EQ(backend->ScoreLabels(kLlamaCppBackendTestPrefix, kLlamaCppBackendTestSuffixes, labels),
            first);
}

TEST(LlamaCppBackend, NamesBothLengthsOfAPromptThatIsTooLong) {
  LERL_NEED_DEFAULT_MODEL(path);
  const auto backend = MakeLlamaCppBackend({.model = path, .context = 256, .batch = 2});
  std::string text;
  for (int i = 0; i < 300; ++i) text += "word ";
  for (const std::string& prefix : {text, std::string("short ")}) {
    const std::vector<std::string> suffixes = {prefix == text ? "end" : text};
    try {
      backend->ScoreLabels(prefix, suffixes, backend->Labels(2));
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kModel);
      EXPECT_TRUE(
          std::regex_search(error.what(), std::regex("prompt of 30[0-9] tokens .* of 256 tokens")))
          << error.what();
    }
  }
  const std::vector<std::string> fine = {"The sky is: "};
  EXPECT_EQ(backend->ScoreLabels(kLlamaCppBackendTestPrefix, fine, backend->Labels(2)).size(), 2U);
}

TEST(LlamaCppBackend, GenerationObeysTheGrammar) {
  LERL_NEED_DEFAULT_MODEL(path);
  const auto backend = MakeLlamaCppBackend({.model = path, .context = 512, .batch = 2});
  CompletionRequest request;
  request.prefix = kLlamaCppBackendTestPrefix;
  request.suffixes = kLlamaCppBackendTestSuffixes;
  request.grammar = "root ::= label (\", \" label){0,2}\nlabel ::= \"A\" | \"B\" | \"C\"\n";
  request.max_tokens = 16;
  for (const double temperature : {0.0, 1.5}) {
    request.temperature = temperature;
    for (const Completion& completion : backend->Complete(request)) {
      EXPECT_EQ(completion.error, "");
      EXPECT_TRUE(std::regex_match(completion.text, std::regex("[ABC](, [ABC]){0,2}")))
          << completion.text;
    }
  }
}

TEST(LlamaCppBackend, SaysWhenAnAnswerIsCutOff) {
  LERL_NEED_DEFAULT_MODEL(path);
  const auto backend = MakeLlamaCppBackend({.model = path, .context = 512});
  const auto completions =
      backend->Complete({.prefix = "", .suffixes = {"Once upon a time"}, .max_tokens = 5});
  ASSERT_EQ(completions.size(), 1U);
  EXPECT_THAT(completions[0].error, ::testing::HasSubstr("longer than 5 tokens"));
  EXPECT_NE(completions[0].text, "");
}

}  // namespace
}  // namespace lerl
