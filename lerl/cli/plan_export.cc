// lerl plan export: what to fine-tune a language model on, as JSONL in the chat format.

#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/index.h"
#include "lerl/base/progress.h"
#include "lerl/base/stop.h"
#include "lerl/base/version.h"
#include "lerl/cli/commands.h"
#include "lerl/cli/run_options.h"
#include "lerl/planner/registry.h"
#include "lerl/train/hindsight.h"
#include "lerl/train/run_folder.h"
#include "lerl/train/run_search.h"
#include "lerl/train/trainer.h"

namespace lerl {
namespace {

struct PlanExportFlags {
  RunOptions run;
  std::string out, runs = "runs";
  int64_t users = 0;
  HindsightOptions hindsight;
  bool json = false;
};

// FILE.jsonl -> FILE.train.jsonl
std::filesystem::path Named(const std::string& out, const std::string& ending) {
  std::filesystem::path path = out;
  if (path.extension() == ".jsonl") path.replace_extension();
  return path.string() + ending;
}

// The agent of the run. An agent that does not learn needs no run.
Actors FindActors(const PlanExportFlags& options, const RunConfig& config, const World& world) {
  const int64_t seed = config.train.seeds.at(0);
  RunConfig without_model = config;
  without_model.planner.name = options.hindsight.behaviour;
  Actors fresh = MakeActors(world, without_model, static_cast<uint64_t>(seed));
  if (!fresh.agent->learns()) return fresh;
  const std::filesystem::path group = FindFinishedGroup(options.runs, config);
  return LoadRun(world, config, seed, SeedFolder(group, seed));
}

struct Part {
  std::string dataset, lines;
  int64_t users = 0, examples = 0;
  double best = 0, behaviour = 0, mean = 0;  // sums over examples

  void Add(const HindsightExample& example) {
    lines += ChatLine(example) + "\n";
    ++examples;
    best += example.best;
    behaviour += example.behaviour;
    mean += example.mean;
  }
  nlohmann::json Json(const std::filesystem::path& file) const {
    const auto per_example = [this](double sum) {
      return examples == 0 ? 0 : sum / static_cast<double>(examples);
    };
    return {{"file", file.string()},
            {"users", users},
            {"examples", examples},
            {"return",
             {{"best", per_example(best)},
              {"behaviour", per_example(behaviour)},
              {"mean of tries", per_example(mean)}}}};
  }
};

// The two files: training users fill the first, validation users the second.
using Parts = std::array<Part, 2>;

std::vector<int32_t> FirstUsers(std::vector<int32_t> users, int64_t most) {
  if (most > 0) users.resize(std::min(users.size(), At(most)));
  return users;
}

// The examples of both files; nothing where the user stopped the search.
std::optional<Parts> FindParts(const PlanExportFlags& options, const RunConfig& config) {
  CheckLanguageModel(config.planner);
  const std::unique_ptr<World> world = LoadWorld(config);
  const Actors actors = FindActors(options, config, *world);
  const std::vector<int32_t> users[] = {FirstUsers(world->split.train_users, options.users),
                                        FirstUsers(world->split.valid_users, options.users)};
  Progress progress("plan export", std::ssize(users[0]) + std::ssize(users[1]), "users");
  Parts parts;
  int64_t before = 0;
  for (size_t part = 0; part < parts.size(); ++part) {
    const auto done = [&](int64_t count) {
      progress.Advance(before + count);
      return !StopRequested();
    };
    for (const HindsightExample& example :
         FindHindsight(*world, config, *actors.agent, users[part], options.hindsight, done))
      parts[part].Add(example);
    parts[part].dataset = world->dataset.name;
    parts[part].users = std::ssize(users[part]);
    before += parts[part].users;
    if (StopRequested()) return std::nullopt;
  }
  return parts;
}

// Writes the files and returns what FILE.info.json holds.
nlohmann::json WriteParts(const PlanExportFlags& options, const RunConfig& config,
                          const Parts& parts) {
  const std::filesystem::path train = Named(options.out, ".train.jsonl");
  const std::filesystem::path held_out = Named(options.out, ".valid.jsonl");
  nlohmann::json info = {{"commit", Commit()},
                         {"config_hash", TrainHash(config)},
                         {"dataset", parts[0].dataset},
                         {"agent", config.agent.name},
                         {"behaviour", options.hindsight.behaviour},
                         {"states", options.hindsight.states},
                         {"tries", options.hindsight.tries},
                         {"horizon", options.hindsight.horizon},
                         {"seed", options.hindsight.seed},
                         {"train", parts[0].Json(train)},
                         {"valid", parts[1].Json(held_out)}};
  WriteFileWhole(train, parts[0].lines);
  WriteFileWhole(held_out, parts[1].lines);
  WriteFileWhole(Named(options.out, ".info.json"), info.dump(2) + "\n");
  return info;
}

void PrintSummary(const nlohmann::json& info) {
  for (const char* name : {"train", "valid"}) {
    const nlohmann::json& part = info.at(name);
    const nlohmann::json& sums = part.at("return");
    std::printf(
        "%s: %ld examples of %ld users; return over %ld steps: best %.3f, %s %.3f, mean of "
        "tries %.3f\n",
        part.at("file").get<std::string>().c_str(), part.at("examples").get<long>(),
        part.at("users").get<long>(), info.at("horizon").get<long>(), sums.at("best").get<double>(),
        info.at("behaviour").get<std::string>().c_str(), sums.at("behaviour").get<double>(),
        sums.at("mean of tries").get<double>());
  }
}

void ExecutePlanExport(const PlanExportFlags& options) {
  const RunConfig config = options.run.Read();
  const std::optional<Parts> parts = FindParts(options, config);
  if (!parts) return;  // nothing was written
  const nlohmann::json info = WriteParts(options, config, *parts);
  if (options.json) {
    std::printf("%s\n", info.dump(2).c_str());
  } else {
    PrintSummary(info);
  }
}

}  // namespace

void AddPlanExportCommand(CLI::App& plan) {
  auto options = std::make_shared<PlanExportFlags>();
  CLI::App* command =
      plan.add_subcommand("export", "prompts with the plans that were best in hindsight, as JSONL");
  options->run.AddTo(*command);
  command
      ->add_option("--out", options->out,
                   "FILE.jsonl: FILE.train.jsonl, FILE.valid.jsonl and "
                   "FILE.info.json are written, whole or not at all")
      ->required();
  command->add_option("--runs", options->runs, "folder that is searched for the finished run")
      ->capture_default_str();
  command->add_option("--users", options->users, "users of each file; 0: all of them")
      ->check(CLI::Range(int64_t{0}, int64_t{10000000}))
      ->capture_default_str();
  HindsightOptions& hindsight = options->hindsight;
  command
      ->add_option("--behaviour", hindsight.behaviour,
                   "the planner that plays the sessions and goes on after a trial")
      ->capture_default_str();
  command->add_option("--states", hindsight.states, "states of a session")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_option("--tries", hindsight.tries, "plans that are tried in a state")
      ->check(CLI::Range(2, 10000))
      ->capture_default_str();
  command
      ->add_option("--horizon", hindsight.horizon, "steps whose expected reward is a plan's return")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  command->add_option("--seed", hindsight.seed, "of sessions, states and plans")
      ->capture_default_str();
  command->add_flag("--json", options->json, "what FILE.info.json holds in place of the summary");
  command->footer(
      "Examples:\n"
      "  lerl plan export --config configs/ml100k_lerl.toml --out plans.jsonl\n"
      "  lerl plan export --config configs/ml100k_lerl.toml --set agent.name=greedy \\\n"
      "    --set planner.llm.mode=generate --out plans.jsonl\n"
      "Training users fill one file and validation users the other; test users are in none. Items "
      "inside\nthe plans are picked by the finished run of the configuration, or by an agent that "
      "needs none.\nEach line is {\"messages\": [...]}, as fine-tuning tools read it; "
      "docs/models.md "
      "goes on from there.");
  command->callback([options] { ExecutePlanExport(*options); });
}

}  // namespace lerl
