#include "lerl/lm_tuning/model_tuner.h"

#include <gmock/gmock.h>
#include <llama.h>

#include <cmath>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/llm/llama/llama_cpp_backend.h"
#include "lerl/llm/llama/llama_log.h"
#include "lerl/llm/llama/llama_model.h"
#include "lerl/testing/data_files.h"
#include "lerl/testing/embedded_model.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;

// The labels are the first tokens of the names, as the planner asks for them.
TuningQuestion ModelTunerTestQuestion(const std::filesystem::path& path) {
  const std::vector<std::string> names = {" Comedy", " Drama", " Horror", " Western"};
  return {.prefix = "Film genres: Comedy, Drama, Horror, Western.\n",
          .labels = LlamaModel::LoadVocabulary(path)->NameLabels(names)};
}
const std::vector<std::string> kModelTunerTestSuffixes = {
    "A viewer liked Horror, Drama.\nBest genre for them next:",
    "A viewer liked Western.\nBest genre for them next:",
    "A viewer liked Comedy, Drama, Western.\nThey just saw Comedy and liked it.\nBest genre for "
    "them next:"};

// Whoever likes Horror first wants a Western next, and so on: something to learn.
std::vector<TuningExample> ModelTunerTestExamples() {
  const std::vector<std::vector<float>> targets = {
      {0, 0, 0.1F, 0.9F}, {0.7F, 0.3F, 0, 0}, {0, 0, 1, 0}};
  std::vector<TuningExample> examples;
  for (size_t i = 0; i < 6; ++i)
    examples.push_back(
        {.question = 0, .suffix = kModelTunerTestSuffixes[i % 3], .target = targets[i % 3]});
  return examples;
}

constexpr TuneOptions kModelTunerTestOptions = {
    .layers = 2, .rank = 4, .alpha = 8, .epochs = 4, .pack = 3, .learning_rate = 3e-3};

std::unique_ptr<ModelTuner> ModelTunerTestTuner(
    const std::filesystem::path& path, const TuneOptions& options = kModelTunerTestOptions) {
  return MakeModelTuner(path, {ModelTunerTestQuestion(path)}, ModelTunerTestExamples(), options);
}

std::vector<float> ModelTunerTestLlama(const std::filesystem::path& path,
                                       const std::filesystem::path& lora) {
  const auto backend =
      MakeLlamaCppBackend({.model = path, .context = 512, .batch = 4, .lora = lora});
  const TuningQuestion question = ModelTunerTestQuestion(path);
  return backend->ScoreLabels(question.prefix, kModelTunerTestSuffixes, question.labels);
}

double LargestDistance(const std::vector<float>& a, const std::vector<float>& b) {
  EXPECT_EQ(a.size(), b.size());
  double largest = 0;
  for (size_t i = 0; i < a.size(); ++i)
    largest = std::max(largest, static_cast<double>(std::abs(a[i] - b[i])));
  return largest;
}

// The model with float weights. With quantised ones llama.cpp also rounds what they are multiplied
// with to 8 bits, block by block. That alone moved these twelve scores by .33 at most.
std::filesystem::path ModelTunerTestFloats(const std::filesystem::path& path) {
  const std::filesystem::path floats = ProcessFolder() / "floats.gguf";
  CaptureLlamaLog();
  llama_model_quantize_params params = llama_model_quantize_default_params();
  params.ftype = LLAMA_FTYPE_MOSTLY_F16;
  params.allow_requantize = true;
  EXPECT_EQ(llama_model_quantize(path.c_str(), floats.c_str(), &params), 0);
  return floats;
}

void ExpectAgreementWithLlamaCpp(const std::filesystem::path& path) {
  const TuningQuestion question = ModelTunerTestQuestion(path);
  const auto tuner = ModelTunerTestTuner(path);
  const std::vector<float> before = tuner->LogP(question, kModelTunerTestSuffixes);
  EXPECT_LT(LargestDistance(before, ModelTunerTestLlama(path, "")), 2e-2);
  double first = 0, last = 0;
  while (tuner->steps_done() < tuner->steps()) {
    last = tuner->Step();
    if (tuner->steps_done() == 1) first = last;
  }
  EXPECT_LT(last, 0.7 * first);
  const std::filesystem::path adapter = ProcessFolder() / "tuned.gguf";
  WriteLoraFile(adapter, {.base_model = "m", .description = "d", .alpha = 8}, tuner->Adapter());
  const std::vector<float> after = tuner->LogP(question, kModelTunerTestSuffixes);
  EXPECT_GT(LargestDistance(after, before), 0.3);
  EXPECT_LT(LargestDistance(after, ModelTunerTestLlama(path, adapter)), 2e-2);
}

TEST(ModelTuner, AgreesWithLlamaCppBeforeTuningAndAfterwards) {
  LERL_NEED_DEFAULT_MODEL(path);
  ExpectAgreementWithLlamaCpp(ModelTunerTestFloats(path));
}

// All values of an adapter.
std::vector<float> AdapterValues(const ModelTuner& tuner) {
  std::vector<float> values;
  for (const LoraTensor& tensor : tuner.Adapter())
    values.insert(values.end(), tensor.values.begin(), tensor.values.end());
  return values;
}

TEST(ModelTuner, GoesOnFromASavedStateToTheSameBytes) {
  LERL_NEED_DEFAULT_MODEL(path);
  const auto whole = ModelTunerTestTuner(path), begun = ModelTunerTestTuner(path);
  while (whole->steps_done() < 5) whole->Step();
  while (begun->steps_done() < 3) begun->Step();
  TensorFile file;
  begun->Save(file);
  const auto resumed = ModelTunerTestTuner(path);
  resumed->Load(file);
  EXPECT_EQ(resumed->steps_done(), 3);
  while (resumed->steps_done() < 5) resumed->Step();
  EXPECT_EQ(AdapterValues(*resumed), AdapterValues(*whole));
  TuneOptions other = kModelTunerTestOptions;
  other.alpha = 16;
  EXPECT_THROW(ModelTunerTestTuner(path, other)->Load(file), Error);
}

// A step against differences: the first step of Adam moves each parameter against the sign of its
// gradient, and the loss falls.
TEST(ModelTuner, LowersTheDivergenceOfItsExamplesInOneSmallStep) {
  LERL_NEED_DEFAULT_MODEL(path);
  TuneOptions options = kModelTunerTestOptions;
  options.pack = 6;
  options.epochs = 2;
  options.learning_rate = 1e-3;
  const auto tuner = ModelTunerTestTuner(path, options);
  const double before = tuner->Step();
  EXPECT_LT(tuner->Step(), before);
}

std::string MessageOfTuner(const std::filesystem::path& path, const TuningQuestion& question) {
  try {
    MakeModelTuner(path, {question}, ModelTunerTestExamples(), kModelTunerTestOptions);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kModel);
    return error.what();
  }
  return "accepted";
}

TEST(ModelTuner, RefusesLabelsOfSeveralTokensAndLabelsThatAreTheSame) {
  LERL_NEED_DEFAULT_MODEL(path);
  TuningQuestion question = ModelTunerTestQuestion(path);
  question.labels[2] = " Horror";
  EXPECT_THAT(MessageOfTuner(path, question),
              AllOf(HasSubstr("splits the label ' Horror' into 2 tokens"), HasSubstr("letters")));
  question.labels[2] = question.labels[0];
  EXPECT_THAT(MessageOfTuner(path, question), HasSubstr("two labels are the same token"));
}

}  // namespace
}  // namespace lerl
