// lerl data: look at a data set, or at a file that nobody has described; make what its runs need.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "lerl/base/config.h"
#include "lerl/base/error.h"
#include "lerl/base/log.h"
#include "lerl/cli/commands.h"
#include "lerl/cli/run_options.h"
#include "lerl/data/guess/describe.h"
#include "lerl/data/info.h"
#include "lerl/data/registry.h"
#include "lerl/sim/response/response_store.h"
#include "lerl/train/world.h"

namespace lerl {
namespace {

struct DataFlags {
  std::string name;
  std::vector<std::string> sets;
  bool json = false;
  bool all = false;
};

// The two sections of a run's configuration that this command reads.
struct DataSettings {
  DataOptions data;
  SplitConfig split;
  void VisitFields(FieldVisitor& visit) {
    visit.Section("data", data);
    visit.Section("split", split);
  }
};

// The other figures don't depend on the matrix: a wrong one is a warning here.
std::optional<MatrixInfo> MatrixOf(const std::string& name, const DataOptions& options) {
  try {
    return DescribeMatrix(LoadDataMatrix(name, options));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kData) throw;
    LogWarning(error.what());
    return std::nullopt;
  }
}

void ExecuteData(const DataFlags& options) {
  DataSettings settings;
  ConfigSource::FromText("", "lerl data info", options.sets).Read(settings);
  const Dataset dataset = LoadDataset(options.name, settings.data);
  DatasetInfo info = Describe(dataset, settings.split);
  if (HasDataMatrix(options.name)) info.matrix = MatrixOf(options.name, settings.data);
  const std::string text =
      options.json ? InfoJson(info).dump(2) + "\n" : InfoText(info, options.all ? 0 : 30);
  std::fputs(text.c_str(), stdout);
}

void AddDataGuess(CLI::App& data) {
  CLI::App* guess = data.add_subcommand(
      "guess",
      "looks at a file and writes the TOML that describes it, to be looked at by a person");
  auto path = std::make_shared<std::string>();
  guess
      ->add_option("file", *path, "a file of interactions, or a folder with RecBole's atomic files")
      ->required();
  guess->footer(
      "Files of items and users are looked for beside it. Comments say why a line is as it is;\n"
      "`lerl data info` shows what becomes of it. Put the TOML into the folder of the file.\n"
      "Example:\n  lerl data guess shop/log.csv > shop/shop.toml");
  guess->callback([path] { std::fputs(GuessDescription(*path).c_str(), stdout); });
}

void AddDataInfo(CLI::App& data) {
  auto options = std::make_shared<DataFlags>();
  CLI::App* info = data.add_subcommand("info",
                                       "counts, dates, behaviour rates, categories, split, full "
                                       "matrix, and what was dropped and why");
  info->add_option("name", options->name,
                   "a known data set (`lerl list`), a .toml file that describes your own, or a "
                   "folder with RecBole's atomic files")
      ->required();
  info->add_flag("--json", options->json, "as JSON");
  info->add_flag("--all", options->all, "every category, not only the largest 30");
  info->add_option("--set", options->sets,
                   "override a setting of [data] or [split]: --set data.max_bad_share=0.01")
      ->allow_extra_args(false);
  const std::string settings = DescribeConfig(DataSettings{});
  info->footer("Settings:\n" + settings +
               "Examples:\n  lerl data info ml-100k\n  lerl data info shop.toml --json\n"
               "  lerl data info kuairand-pure --set data.include_random=true");
  info->callback([options] { ExecuteData(*options); });
}

void ExecutePrepare(const RunOptions& options) {
  const RunConfig config = options.Read();
  const std::unique_ptr<World> world = LoadWorld(config);
  const std::string path =
      ResponseModelPath(world->dataset, world->split, config.response_model).string();
  std::printf("%s: %lld users, %lld items, response model %s\n", world->dataset.name.c_str(),
              static_cast<long long>(world->dataset.num_users()),
              static_cast<long long>(world->dataset.num_items()), path.c_str());
}

void AddDataPrepare(CLI::App& data) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* prepare = data.add_subcommand(
      "prepare",
      "makes what all runs of a configuration share: data, response model, item vectors");
  options->AddTo(*prepare);
  prepare->footer(
      "It is kept in LERL_CACHE_DIR, so that many runs, or a process that can't train, find it "
      "there.\nExample:\n  lerl data prepare --config configs/ml100k_lerl.toml");
  prepare->callback([options] { ExecutePrepare(*options); });
}

}  // namespace

void AddDataCommand(CLI::App& app) {
  CLI::App* data =
      app.add_subcommand("data", "look at a data set, or at a file that is to become one");
  data->require_subcommand(1);
  AddDataInfo(*data);
  AddDataGuess(*data);
  AddDataPrepare(*data);
  data->footer("Example:\n  lerl data info ml-100k\n  lerl data guess shop.csv > shop.toml");
}

}  // namespace lerl
