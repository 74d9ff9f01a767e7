#include "lerl/lm_tuning/return_rounds.h"

#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/json_text.h"
#include "lerl/base/rng.h"
#include "lerl/llm/llama/model_file.h"
#include "lerl/planner/llm/llm_planner.h"

namespace lerl {
namespace {

constexpr char kRoundKind[] = "lora-round";
constexpr int64_t kPromptContext = 512;  // tokens; nothing is scored there

}  // namespace

PlannerConfig ForPrompts(PlannerConfig config) {
  config.llm.lora.clear();
  config.llm.batch = 1;
  config.llm.context = kPromptContext;
  return config;
}

ReturnRounds::ReturnRounds(const World& world, const RunConfig& config, const TuneOptions& tune,
                           const ExampleOptions& examples, const RoundOptions& rounds,
                           std::filesystem::path folder, std::string settings)
    : world_(world),
      config_(config),
      tune_(tune),
      examples_(examples),
      rounds_(rounds),
      folder_(std::move(folder)),
      settings_(std::move(settings)),
      planner_(ForPrompts(config.planner)),
      backend_(LlmBackendOf(planner_, nullptr)) {}

std::unique_ptr<ModelTuner> ReturnRounds::Run(std::unique_ptr<ModelTuner> tuner,
                                              const std::function<void(int64_t, double)>& done) {
  for (int64_t round = 1; round <= rounds_.rounds; ++round) {
    const std::filesystem::path file = RoundFile(round);
    earned_ = 0;
    if (std::filesystem::exists(file)) {
      tuner->StartFrom(ReadRound(file));
    } else {
      tuner = Next(*tuner, round);
      WriteRound(file, *tuner);
    }
    if (done) done(round, earned_);
  }
  return tuner;
}

std::filesystem::path ReturnRounds::RoundFile(int64_t round) const {
  return folder_ / ("round-" + std::to_string(round) + ".safetensors");
}

TensorFile ReturnRounds::ReadRound(const std::filesystem::path& path) const {
  TensorFile file = ReadTensorFile(path, kRoundKind);
  if (ParseJson(file.description).value("settings", "") != settings_)
    throw Error(ErrorKind::kCheckpoint,
                path.string() + ": it is of other settings; remove it or name another folder");
  return file;
}

void ReturnRounds::WriteRound(const std::filesystem::path& path, const ModelTuner& tuner) const {
  TensorFile file;
  tuner.Save(file);
  file.kind = kRoundKind;
  file.description = nlohmann::json({{"settings", settings_}}).dump();
  WriteTensorFile(path, file);
}

std::unique_ptr<ModelTuner> ReturnRounds::Next(ModelTuner& tuner, int64_t round) {
  // 1. and 2. Plans of the model as it is, and what they earn.
  ExampleOptions examples = examples_;
  examples.examples = rounds_.states;
  examples.seed = DeriveSeed(examples_.seed, "round", static_cast<uint64_t>(round));
  const std::vector<TunedState> states = StatesFromDraws(
      world_, config_, examples, [&](int64_t question, const std::vector<PlanState>& shown) {
        return Score(tuner, examples, question, shown);
      });
  if (states.empty())
    throw Error(ErrorKind::kUnusable,
                "tune-model: in no state did one plan earn more than another; try more states");
  for (const TunedState& state : states)
    earned_ += state.earned / static_cast<double>(states.size());
  // 3. One pass over them.
  TuningSet set = MakeTuningSet(planner_.llm, world_.dataset, *backend_, states, examples);
  TuneOptions tune = tune_;
  tune.epochs = 1;
  tune.learning_rate = rounds_.learning_rate;
  tune.kl_weight = rounds_.kl_weight;
  std::unique_ptr<ModelTuner> next =
      MakeModelTuner(ResolveModel(config_.planner.llm.model), std::move(set.questions),
                     std::move(set.examples), tune);
  TensorFile weights;
  tuner.Save(weights);
  next->StartFrom(weights);
  while (next->steps_done() < next->steps()) next->Step();
  return next;
}

// log p [states, C] of the model as it is.
std::vector<std::vector<float>> ReturnRounds::Score(ModelTuner& tuner,
                                                    const ExampleOptions& examples,
                                                    int64_t question,
                                                    const std::vector<PlanState>& shown) const {
  std::vector<TunedState> states;
  states.reserve(shown.size());
  for (const PlanState& state : shown) states.push_back({.state = state, .question = question});
  const TuningSet set = MakeTuningSet(planner_.llm, world_.dataset, *backend_, states, examples);
  std::vector<std::string> suffixes;
  for (const TuningExample& example : set.examples) suffixes.push_back(example.suffix);
  const TuningQuestion& asked = set.questions.at(At(question));
  const std::vector<float> log_p = tuner.LogP(asked, suffixes);
  std::vector<std::vector<float>> rows;
  for (size_t i = 0; i < shown.size(); ++i) {
    const auto begin = log_p.begin() + static_cast<std::ptrdiff_t>(i * asked.labels.size());
    rows.emplace_back(begin, begin + std::ssize(asked.labels));
  }
  return rows;
}

}  // namespace lerl
