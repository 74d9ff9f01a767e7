// lerl plan tune-prompt and lerl plan table: how the language model is asked, and its answers for
// all states.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/index.h"
#include "lerl/base/progress.h"
#include "lerl/base/stop.h"
#include "lerl/base/version.h"
#include "lerl/cli/commands.h"
#include "lerl/cli/run_options.h"
#include "lerl/eval/audit/prompt_search.h"
#include "lerl/eval/interval_json.h"
#include "lerl/planner/llm/llm_planner.h"
#include "lerl/planner/llm/names_prompt.h"
#include "lerl/train/make_plan_table.h"

namespace lerl {
namespace {

struct PromptFlags {
  RunOptions run;
  std::string templates, out;
  int64_t users = 100;
  bool json = false;
};

// The built-in templates and the files (.txt) of a folder, in the order of their names.
std::vector<std::string> Templates(const std::string& folder) {
  std::vector<std::string> names, files;
  for (const NamesTemplate& row : BuiltInNamesTemplates()) names.push_back(row.name);
  if (folder.empty()) return names;
  if (!std::filesystem::is_directory(folder))
    throw Error(ErrorKind::kUsage, "--templates: there is no folder " + folder);
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".txt") files.push_back(entry.path().string());
  if (files.empty())
    throw Error(ErrorKind::kUsage, "--templates: " + folder + " has no file that ends with .txt");
  std::sort(files.begin(), files.end());
  for (const std::string& file : files) {
    LoadNamesTemplate(file);  // wrong ones are named before the work begins
    names.push_back(file);
  }
  return names;
}

nlohmann::json RowsJson(const std::vector<PromptRow>& rows) {
  nlohmann::json json = nlohmann::json::array();
  for (const PromptRow& row : rows) {
    json.push_back({{"mode", row.variant.mode},
                    {"template", row.variant.mode == "names" ? row.variant.names_template : ""},
                    {"form", row.variant.mode == "names" ? row.variant.form : "chat"},
                    {"calibrate", row.variant.calibrate},
                    {"NDCG@5", IntervalJson(CrossedInterval(row.ndcg))}});
  }
  return json;
}

void PrintRows(const std::vector<PromptRow>& rows) {
  std::printf("%-8s %-32s %-6s %-8s %s\n", "mode", "template", "form", "calibrate",
              "NDCG@5 of the next likes [95%]");
  for (const PromptRow& row : rows) {
    const bool names = row.variant.mode == "names";
    const Interval ndcg = CrossedInterval(row.ndcg);
    std::printf("%-8s %-32s %-6s %-8s  %.3f [%.3f, %.3f]\n", row.variant.mode.c_str(),
                names ? row.variant.names_template.c_str() : "-",
                names ? row.variant.form.c_str() : "chat", row.variant.calibrate.c_str(), ndcg.mean,
                ndcg.low, ndcg.high);
  }
}

void ExecuteTunePrompt(const PromptFlags& options) {
  const std::vector<PromptVariant> variants = PromptVariants(Templates(options.templates));
  const RunConfig config = options.run.Read();
  const std::unique_ptr<World> world = LoadWorld(config);
  AuditOptions audit;
  audit.users = options.users;
  audit.seeds = {1};  // nothing is drawn
  audit.backend = LlmBackendOf(config.planner, nullptr);
  std::vector<PromptRow> rows;
  {
    Progress progress("prompts", std::ssize(variants), "prompts");
    rows = SearchPrompts(*world, config, variants, audit, [&](int64_t done) {
      progress.Advance(done);
      return !StopRequested();
    });
  }
  if (rows.size() < variants.size()) throw Interrupted();
  const nlohmann::json result = {{"commit", Commit()},
                                 {"dataset", world->dataset.name},
                                 {"model", audit.backend->name()},
                                 {"users", rows.at(0).ndcg.users},
                                 {"prompts", RowsJson(rows)}};
  if (!options.out.empty()) WriteFileWhole(options.out, result.dump(2) + "\n");
  if (options.json) {
    std::printf("%s\n", result.dump(2).c_str());
    return;
  }
  PrintRows(rows);
  std::printf("\nOn %ld validation users. The best, for [planner] of a configuration:\n%s",
              static_cast<long>(rows.at(0).ndcg.users), rows.at(0).variant.Toml().c_str());
}

void ExecutePlanTable(const PromptFlags& options) {
  const PlanTableInfo table = MakePlanTable(options.run.Read());
  if (table.answered < table.states) throw Interrupted();
  if (options.json) {
    std::printf("%s\n", nlohmann::json({{"file", table.file.string()},
                                        {"states", table.states},
                                        {"asked", table.asked}})
                            .dump(2)
                            .c_str());
    return;
  }
  std::printf("%s\n%ld states, %ld of them asked for just now\n", table.file.c_str(),
              static_cast<long>(table.states), static_cast<long>(table.asked));
}

}  // namespace

void AddPlanPromptCommands(CLI::App& plan) {
  auto search = std::make_shared<PromptFlags>();
  CLI::App* tune = plan.add_subcommand(
      "tune-prompt", "the prompt under which the language model's plans are worth most");
  search->run.AddTo(*tune);
  tune->add_option("--templates", search->templates,
                   "folder of further templates (.txt), as prompts/names_films.txt is one");
  tune->add_option("--users", search->users, "validation users at most")
      ->check(CLI::Range(2, 1000000))
      ->capture_default_str();
  tune->add_option("--out", search->out, "file that keeps the result, as JSON");
  tune->add_flag("--json", search->json, "as JSON");
  tune->footer(
      "Example:\n"
      "  lerl plan tune-prompt --config configs/ml100k_lerl.toml --set planner.llm.threads=2\n"
      "Every template, as a plain text and in the chat template, with each calibration; and "
      "letters\nin place of names. Judged on validation users, as `lerl audit planner` judges.");
  tune->callback([search] { ExecuteTunePrompt(*search); });

  auto table = std::make_shared<PromptFlags>();
  CLI::App* make = plan.add_subcommand(
      "table", "asks the language model for the plans of all coarse states (planner llm_table)");
  table->run.AddTo(*make);
  make->add_flag("--json", table->json, "as JSON");
  make->footer(
      "Examples:\n"
      "  lerl plan table --config configs/ml100k_lerl.toml\n"
      "  lerl plan table --config configs/ml100k_lerl.toml --set planner.llm.state=triple \\\n"
      "    --set planner.llm.table=tables/triples.safetensors\n"
      "An interrupted table goes on where it was. A run with planner llm_table makes the table it "
      "needs\nby itself; this command makes it beforehand, with any model that can be asked.");
  make->callback([table] { ExecutePlanTable(*table); });
}

}  // namespace lerl
