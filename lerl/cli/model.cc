// lerl model: simulated users. What the learned one is worth on held-out rows, and what tasks
// reward.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lerl/base/config.h"
#include "lerl/base/index.h"
#include "lerl/cli/commands.h"
#include "lerl/data/registry.h"
#include "lerl/eval/tables/evolving_table.h"
#include "lerl/eval/tables/oracle_table.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/item_vectors.h"
#include "lerl/sim/response/response_report.h"
#include "lerl/sim/response/response_store.h"
#include "lerl/sim/session_env.h"

namespace lerl {
namespace {

struct ModelFlags {
  std::string dataset = "ml-100k";
  std::string model = "transformer";
  std::string task = "whole_session";
  std::vector<std::string> sets;
  int64_t users = 0;
  bool json = false;
};

// The sections of a run's configuration that this command reads.
struct ModelSettings {
  DataOptions data;
  SplitConfig split;
  ResponseConfig response_model;
  EnvConfig env;
  void VisitFields(FieldVisitor& visit) {
    visit.Section("data", data);
    visit.Section("split", split);
    visit.Section("response_model", response_model);
    visit.Section("env", env);
  }
};

constexpr int64_t kTableSeeds = 2;

struct Loaded {
  ModelSettings settings;
  Dataset dataset;
  Split split;

  std::shared_ptr<ResponseModel> Model() const {
    return LoadOrTrainResponseModel(dataset, split, settings.response_model);
  }
};

Loaded Load(const ModelFlags& options) {
  Loaded loaded;
  loaded.settings.response_model.model = options.model;
  ConfigSource::FromText("", "lerl model", options.sets).Read(loaded.settings);
  loaded.dataset = LoadDataset(options.dataset, loaded.settings.data);
  loaded.split = MakeSplit(loaded.dataset, loaded.settings.split);
  return loaded;
}

void Print(const std::string& text) { std::fputs(text.c_str(), stdout); }

void Report(const ModelFlags& options) {
  const Loaded loaded = Load(options);
  const std::vector<float> vectors = FitUnitItemVectors(loaded.dataset, loaded.split);
  const std::shared_ptr<ResponseModel> model = loaded.Model();
  SessionEnv env(loaded.dataset, loaded.split, *model, vectors, loaded.settings.env, 1, 1);
  const ResponseReport report = MakeResponseReport(loaded.dataset, loaded.split, *model, env);
  Print(options.json ? ToJson(report).dump(2) + "\n" : ReportText(report));
}

void PrintLeaveRuleTable(const Loaded& loaded, std::span<const int32_t> users, bool json) {
  const auto model = loaded.Model();
  const int64_t slate_size = loaded.settings.env.slate_size;
  const std::vector<OracleRow> rows =
      OracleTable(loaded.dataset, loaded.split, *model, users, slate_size);
  const bool reference = loaded.dataset.name == "ml-100k" && model->name() == "mf" &&
                         slate_size == kReferenceSlateSize;
  Print(json ? OracleJson(rows).dump(2) + "\n" : OracleText(rows, reference));
}

void PrintEvolvingTable(const Loaded& loaded, std::span<const int32_t> users, bool json) {
  const EnvConfig& env = loaded.settings.env;
  const EvolvingUsers people(loaded.dataset, loaded.split, env.evolving.mf, env.evolving.world);
  const std::vector<EvolvingRow> rows =
      EvolvingTable(loaded.dataset, loaded.split, people, env, users, kTableSeeds);
  const SessionLengths in_log = LengthsInLog(loaded.dataset, env.slate_size);
  Print(json ? EvolvingJson(rows, in_log).dump(2) + "\n"
             : EvolvingText(rows, in_log, loaded.dataset.name == "ml-100k"));
}

// The first `count` training and validation users, ascending; 0: all of them.
std::vector<int32_t> TableUsers(const Split& split, int64_t count) {
  std::vector<int32_t> users;
  std::ranges::merge(split.train_users, split.valid_users, std::back_inserter(users));
  if (count > 0 && At(count) < users.size()) users.resize(At(count));
  return users;
}

void Table(const ModelFlags& options) {
  Loaded loaded = Load(options);
  CloseHeldOut(loaded.split, HeldOut::kValidation);
  const std::vector<int32_t> users = TableUsers(loaded.split, options.users);
  (options.task == "evolving" ? PrintEvolvingTable : PrintLeaveRuleTable)(loaded, users,
                                                                          options.json);
}

CLI::App* AddSubcommand(CLI::App& parent, const std::string& name, const std::string& what,
                        const std::shared_ptr<ModelFlags>& options,
                        void (*run)(const ModelFlags&)) {
  CLI::App* command = parent.add_subcommand(name, what);
  command
      ->add_option("--dataset", options->dataset,
                   "a known data set (`lerl list`), or a .toml file that describes your own")
      ->capture_default_str();
  command->add_option("--model", options->model, "transformer or mf")->capture_default_str();
  command->add_flag("--json", options->json, "as JSON");
  command->add_option("--set", options->sets,
                      "override settings: --set env.rho=0 split.min_past=3");
  command->callback([options, run] { run(*options); });
  return command;
}

}  // namespace

void AddModelCommand(CLI::App& app) {
  CLI::App* model = app.add_subcommand("model", "the learned user: how good it is");
  model->require_subcommand(1);
  model->footer("Example:\n  lerl model report --dataset ml-100k");
  auto options = std::make_shared<ModelFlags>();
  AddSubcommand(*model, "report",
                "AUC, log loss and calibration on held-out rows; how far policies can differ",
                options, Report)
      ->footer("Settings:\n" + DescribeConfig(ModelSettings{}) +
               "Example:\n  lerl model report --dataset ml-100k --model transformer");
  CLI::App* table = AddSubcommand(
      *model, "table", "what a task rewards: sessions of oracles under plans of several kinds",
      options, Table);
  table
      ->add_option("--task", options->task,
                   "whole_session: what leave rules reward; evolving: what knowing people is worth")
      ->check(CLI::IsMember({"whole_session", "evolving"}))
      ->capture_default_str();
  table
      ->add_option("--users", options->users,
                   "play only the first N training and validation users; 0: all of them")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  table->footer("Settings:\n" + DescribeConfig(ModelSettings{}) +
                "Examples:\n  lerl model table --dataset ml-100k --model mf\n"
                "  lerl model table --dataset ml-100k --task evolving");
}

}  // namespace lerl
