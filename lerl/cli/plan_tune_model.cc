// lerl plan tune-model: fine-tunes the language model of a planner, and says what its plans were
// worth before and are worth now.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/index.h"
#include "lerl/base/log.h"
#include "lerl/base/memory.h"
#include "lerl/base/progress.h"
#include "lerl/base/stop.h"
#include "lerl/base/version.h"
#include "lerl/cli/commands.h"
#include "lerl/cli/run_options.h"
#include "lerl/eval/audit/planner_audit.h"
#include "lerl/eval/interval_json.h"
#include "lerl/llm/llama/model_file.h"
#include "lerl/lm_tuning/return_rounds.h"
#include "lerl/lm_tuning/tuning_examples.h"
#include "lerl/lm_tuning/wish_examples.h"
#include "lerl/planner/llm/llm_planner.h"

namespace lerl {
namespace {

constexpr char kStateKind[] = "lora-tuning";

struct TuneModelFlags {
  RunOptions run;
  std::string out = "runs/tuned", from = "likes";
  TuneOptions tune;
  ExampleOptions examples;
  int64_t wishes = 1024;
  int64_t users = 100;
  double checkpoint_seconds = 60;
  RoundOptions rounds;
  bool json = false;
};

std::filesystem::path AdapterFile(const TuneModelFlags& options) {
  return std::filesystem::path(options.out) / "adapter.gguf";
}
std::filesystem::path StateFile(const TuneModelFlags& options) {
  return std::filesystem::path(options.out) / "state.safetensors";
}

// The planner llm of the configuration, as a fine-tuned model is asked: its scores are what it
// learned, and nothing is subtracted from them.
RunConfig AskedAfterwards(RunConfig config, const std::string& lora) {
  config.planner.llm.lora = lora;
  config.planner.llm.calibrate = "off";
  return config;
}

// What planners are worth for validation users (eval/audit/planner_audit.h), by name.
using Worths = std::vector<std::pair<std::string, CrossedTable>>;

void AddWorth(const World& world, RunConfig config, const std::string& planner,
              const std::string& name, int64_t users, Worths& worths) {
  config.planner.llm.reflect = false;
  config.planner.llm.tabulate = false;
  AuditOptions audit;
  audit.users = users;
  audit.seeds = {1};  // nothing is drawn
  audit.planners = {planner};
  audit.letters_too = false;
  for (const AuditRow& row : AuditPlanners(world, config, audit))
    if (row.state != "played") worths.emplace_back(name, TableOf(row, "NDCG@5"));
}

std::vector<TunedState> FindStates(const TuneModelFlags& options, const RunConfig& config,
                                   const World& world) {
  if (options.from == "likes") return StatesFromLikes(world, config, options.examples);
  ExampleOptions half = options.examples;
  if (options.from == "both") half.examples = (half.examples + 1) / 2;
  std::vector<TunedState> states;
  {
    Progress progress("plans in hindsight", half.examples / 2, "users");
    states = StatesFromReturns(world, config, half, [&](int64_t done) {
      progress.Advance(std::min(done, half.examples / 2));
      return !StopRequested();
    });
  }
  if (StopRequested()) throw Interrupted();
  if (options.from == "both") {
    half.examples = options.examples.examples - half.examples;
    for (TunedState& state : StatesFromLikes(world, config, half))
      states.push_back(std::move(state));
  }
  return states;
}

void SaveState(const TuneModelFlags& options, const ModelTuner& tuner) {
  TensorFile file;
  file.kind = kStateKind;
  tuner.Save(file);
  WriteTensorFile(StateFile(options), file);
}

// Trains to the end. Throws Interrupted where the user stopped it, with its state saved.
double Train(const TuneModelFlags& options, ModelTuner& tuner) {
  Progress progress("tune model", tuner.steps(), "steps");
  progress.Advance(tuner.steps_done());
  auto saved = std::chrono::steady_clock::now();
  double mean = 0;  // of the latest losses
  for (int64_t first = tuner.steps_done(); tuner.steps_done() < tuner.steps();) {
    const double loss = tuner.Step();
    mean = tuner.steps_done() == first + 1 ? loss : 0.95 * mean + 0.05 * loss;
    char note[40];
    std::snprintf(note, sizeof(note), "KL %.3f", mean);
    progress.Advance(tuner.steps_done(), note);
    const auto now = std::chrono::steady_clock::now();
    const bool due = now - saved > std::chrono::duration<double>(options.checkpoint_seconds);
    if (!due && !StopRequested()) continue;
    SaveState(options, tuner);
    saved = now;
    if (StopRequested()) {
      LogInfo("stopped; the same command goes on from " + StateFile(options).string());
      throw Interrupted();
    }
  }
  SaveState(options, tuner);
  return mean;
}

nlohmann::json Settings(const TuneModelFlags& options) {
  return {{"from", options.from},
          {"examples", options.examples.examples},
          {"wishes", options.wishes},
          {"orders", options.examples.orders},
          {"seed", options.examples.seed},
          {"layers", options.tune.layers},
          {"rank", options.tune.rank},
          {"alpha", options.tune.alpha},
          {"epochs", options.tune.epochs},
          {"pack", options.tune.pack},
          {"learning_rate", options.tune.learning_rate},
          {"rounds", options.rounds.rounds},
          {"round_states", options.rounds.states},
          {"round_learning_rate", options.rounds.learning_rate},
          {"kl_weight", options.rounds.kl_weight}};
}

// The second objective. Throws Interrupted where the user stopped it.
std::unique_ptr<ModelTuner> TuneByReturns(const TuneModelFlags& options, const RunConfig& config,
                                          const World& world, std::unique_ptr<ModelTuner> tuner) {
  TuneOptions tune = options.tune;
  tune.seed = options.examples.seed;
  Progress progress("rounds of drawn plans", options.rounds.rounds, "rounds");
  ReturnRounds rounds(world, config, tune, options.examples, options.rounds, options.out,
                      Settings(options).dump());
  return rounds.Run(std::move(tuner), [&progress](int64_t done, double earned) {
    char note[60];
    std::snprintf(note, sizeof(note), "plans earn %.4f", earned);
    progress.Advance(done, note);
    if (StopRequested()) throw Interrupted();
  });
}

nlohmann::json WorthsJson(const Worths& worths) {
  nlohmann::json rows = nlohmann::json::object();
  for (const auto& [name, table] : worths) {
    rows[name] = IntervalJson(CrossedInterval(table));
  }
  return rows;
}

std::unique_ptr<ModelTuner> MakeTuner(const TuneModelFlags& options, const RunConfig& config,
                                      const World& world) {
  if (!config.planner.llm.endpoint.urls.empty())
    throw Error(ErrorKind::kConfig,
                "planner.llm.endpoint.urls: a model behind an endpoint is not tuned here; name a "
                "GGUF file as planner.llm.model, or tune it elsewhere (lerl plan export)");
  const std::filesystem::path model = ResolveModel(config.planner.llm.model);
  const PlannerConfig planner = ForPrompts(config.planner);
  const std::vector<TunedState> states = FindStates(options, config, world);
  ExampleOptions spread = options.examples;
  spread.together = options.tune.pack;
  const std::shared_ptr<LlmBackend> backend = LlmBackendOf(planner, nullptr);
  TuningSet set = MakeTuningSet(planner.llm, world.dataset, *backend, states, spread);
  spread.examples = options.wishes;
  try {
    AddWishExamples(world, config, *backend, spread, set);
  } catch (const Error& error) {
    throw Error(error.kind(), "--wishes: " + std::string(error.what()) + ", or --wishes=0");
  }
  TuneOptions tune = options.tune;
  tune.seed = options.examples.seed;
  std::unique_ptr<ModelTuner> tuner =
      MakeModelTuner(model, std::move(set.questions), std::move(set.examples), tune);
  const TuneMemory& memory = tuner->memory();
  LogInfo("tune-model: " + std::to_string(states.size()) + " states of training users and " +
          std::to_string(options.wishes) + " wishes, " + std::to_string(tuner->steps()) +
          " steps; needs " + std::to_string(std::llround(memory.all())) +
          " MB of memory (weights " + std::to_string(std::llround(memory.weights)) +
          ", kept states " + std::to_string(std::llround(memory.kept_states)) + ", a step " +
          std::to_string(std::llround(memory.pack)) + "), available " +
          std::to_string(std::llround(AvailableMb())));
  if (std::filesystem::exists(StateFile(options))) {
    tuner->Load(ReadTensorFile(StateFile(options), kStateKind));
    LogInfo("tune-model: goes on from step " + std::to_string(tuner->steps_done()) + " of " +
            StateFile(options).string());
  }
  return tuner;
}

void PrintResult(const TuneModelFlags& options, const Worths& worths, const nlohmann::json& info) {
  std::printf("%-28s NDCG@5 of the next likes [95%%], %ld validation users\n", "planner",
              static_cast<long>(worths.at(0).second.users));
  for (const auto& [name, table] : worths) {
    const Interval ndcg = CrossedInterval(table);
    std::printf("%-28s %.3f [%.3f, %.3f]\n", name.c_str(), ndcg.mean, ndcg.low, ndcg.high);
  }
  const nlohmann::json& seconds = info.at("seconds");
  std::printf(
      "\n%ld steps; seconds: frozen layers %.0f, tuned layers %.0f, gradient %.0f, Adam %.0f\n"
      "For [planner] of a configuration:\nllm.lora = \"%s\"\nllm.calibrate = \"off\"\n",
      info.at("steps").get<long>(), seconds.at("frozen layers").get<double>(),
      seconds.at("tuned layers").get<double>(), seconds.at("gradient").get<double>(),
      seconds.at("Adam").get<double>(), AdapterFile(options).c_str());
}

void WriteAdapter(const TuneModelFlags& options, const World& world, const ModelTuner& tuner) {
  WriteLoraFile(AdapterFile(options),
                {.base_model = tuner.model_name(),
                 .description = "tuned by lerl plan tune-model on " + world.dataset.name +
                                ", commit " + Commit() + ", " + Settings(options).dump(),
                 .alpha = options.tune.alpha},
                tuner.Adapter());
}

void ExecuteTuneModel(const TuneModelFlags& options) {
  const RunConfig config = options.run.Read();
  CheckLanguageModel(config.planner);
  RequireWritable(options.out);
  const FolderLock lock(options.out);
  const std::unique_ptr<World> world = LoadWorld(config);
  // 1. Before. The tuner comes first, since it refuses what can't be tuned.
  std::unique_ptr<ModelTuner> tuner = MakeTuner(options, config, *world);
  RunConfig before = config;
  before.planner.llm.lora.clear();
  Worths worths;
  AddWorth(*world, config, "own_history", "own_history", options.users, worths);
  AddWorth(*world, config, "popularity", "popularity", options.users, worths);
  AddWorth(*world, before, "llm", "llm, before", options.users, worths);
  AddWorth(*world, AskedAfterwards(config, ""), "llm", "llm, before, calibrate off", options.users,
           worths);
  // 2. The training.
  const double loss = Train(options, *tuner);
  const TuneTimes times = tuner->times();
  const int64_t steps = tuner->steps();
  WriteAdapter(options, *world, *tuner);
  if (options.rounds.rounds > 0) {
    AddWorth(*world, AskedAfterwards(config, AdapterFile(options)), "llm", "llm, by imitation",
             options.users, worths);
    tuner = TuneByReturns(options, config, *world, std::move(tuner));
    WriteAdapter(options, *world, *tuner);
  }
  // 3. Afterwards.
  AddWorth(*world, AskedAfterwards(config, AdapterFile(options)), "llm", "llm, tuned",
           options.users, worths);
  worths.emplace_back("llm, tuned less own_history",
                      PairedTable(worths.back().second, worths.front().second));
  const nlohmann::json info = {{"commit", Commit()},
                               {"dataset", world->dataset.name},
                               {"model", tuner->model_name()},
                               {"settings", Settings(options)},
                               {"steps", steps},
                               {"KL", loss},
                               {"NDCG@5", WorthsJson(worths)},
                               {"seconds",
                                {{"frozen layers", times.frozen},
                                 {"tuned layers", times.forward},
                                 {"gradient", times.backward},
                                 {"Adam", times.step}}}};
  WriteFileWhole(std::filesystem::path(options.out) / "info.json", info.dump(2) + "\n");
  if (options.json) {
    std::printf("%s\n", info.dump(2).c_str());
  } else {
    PrintResult(options, worths, info);
  }
}

void AddTrainingOptions(CLI::App& command, TuneModelFlags& options) {
  TuneOptions& tune = options.tune;
  command.add_option("--layers", tune.layers, "upper layers that learn")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command.add_option("--rank", tune.rank, "rank of the adapter")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command.add_option("--alpha", tune.alpha, "alpha of the adapter")
      ->check(CLI::Range(0.01, 1e4))
      ->capture_default_str();
  command.add_option("--epochs", tune.epochs, "times that each state is learned from")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command.add_option("--pack", tune.pack, "states of a step")
      ->check(CLI::Range(1, 200))
      ->capture_default_str();
  command.add_option("--learning-rate", tune.learning_rate, "of Adam, at its highest")
      ->check(CLI::Range(1e-7, 1.0))
      ->capture_default_str();
  command.add_option("--threads", tune.threads, "threads of the training")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
}

void AddRoundOptions(CLI::App& command, TuneModelFlags& options) {
  command
      .add_option("--rounds", options.rounds.rounds,
                  "rounds after the imitation, in each of which plans are drawn from the model, "
                  "tried in the simulator and learned from (policy gradient)")
      ->check(CLI::Range(0, 100000))
      ->capture_default_str();
  command.add_option("--round-states", options.rounds.states, "states of a round")
      ->check(CLI::Range(2, 1000000))
      ->capture_default_str();
  command
      .add_option("--round-learning-rate", options.rounds.learning_rate, "of Adam in the rounds")
      ->check(CLI::Range(1e-7, 1.0))
      ->capture_default_str();
  command
      .add_option("--kl-weight", options.rounds.kl_weight,
                  "beta, which ties a round to the model as it was before")
      ->check(CLI::Range(0.0, 1000.0))
      ->capture_default_str();
}

}  // namespace

void AddPlanTuneModelCommand(CLI::App& plan) {
  auto options = std::make_shared<TuneModelFlags>();
  CLI::App* command = plan.add_subcommand(
      "tune-model", "fine-tunes the language model's upper layers (LoRA) on training users");
  options->run.AddTo(*command);
  command
      ->add_option("--out", options->out,
                   "folder of adapter.gguf, info.json and the state that an interrupted training "
                   "goes on from")
      ->capture_default_str();
  command
      ->add_option("--from", options->from,
                   "what plans are imitated: shares of the next likes in the log, plans that "
                   "earned most in the simulator, or half of each")
      ->check(CLI::IsMember({"likes", "returns", "both"}))
      ->capture_default_str();
  command->add_option("--examples", options->examples.examples, "states of training users")
      ->check(CLI::Range(1, 10000000))
      ->capture_default_str();
  command
      ->add_option("--wishes", options->wishes,
                   "clauses of wishes that it learns to read besides, for planner wish_model; 0: "
                   "none")
      ->check(CLI::Range(0, 10000000))
      ->capture_default_str();
  command
      ->add_option("--orders", options->examples.orders, "prompts with an order of categories each")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_option("--seed", options->examples.seed, "of states, orders and weights")
      ->capture_default_str();
  AddTrainingOptions(*command, *options);
  AddRoundOptions(*command, *options);
  command->add_option("--users", options->users, "validation users at most, who judge it")
      ->check(CLI::Range(2, 1000000))
      ->capture_default_str();
  command
      ->add_option("--checkpoint-seconds", options->checkpoint_seconds,
                   "seconds between two states from which a killed training goes on")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  command->add_flag("--json", options->json, "what info.json holds");
  command->footer(
      "Example:\n"
      "  lerl plan tune-model --config configs/ml100k_lerl.toml --threads 2 --out runs/tuned\n"
      "Training users alone are learned from. NDCG@5 is that of validation users, as `lerl audit "
      "planner`\njudges. Ctrl-C stops at a state from which the same command goes on, to the same "
      "bytes.");
  command->callback([options] { ExecuteTuneModel(*options); });
}

}  // namespace lerl
