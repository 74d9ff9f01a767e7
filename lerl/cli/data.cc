// lerl data: look at a data set.

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
#include "lerl/data/info.h"
#include "lerl/data/registry.h"

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

}  // namespace

void AddDataCommand(CLI::App& app) {
  CLI::App* data = app.add_subcommand("data", "look at a data set");
  data->require_subcommand(1);
  auto options = std::make_shared<DataFlags>();
  CLI::App* info = data->add_subcommand("info",
                                        "counts, dates, behaviour rates, categories, split, full "
                                        "matrix, and what was dropped and why");
  info->add_option("name", options->name,
                   "a known data set (`lerl list`), or a .toml file that describes your own")
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
  data->footer("Example:\n  lerl data info ml-100k");
}

}  // namespace lerl
