// lerl list: what there is to choose from.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "lerl/agents/registry.h"
#include "lerl/base/error.h"
#include "lerl/cli/commands.h"
#include "lerl/data/registry.h"
#include "lerl/eval/metrics/registry.h"
#include "lerl/planner/registry.h"
#include "lerl/sim/response/response_store.h"
#include "lerl/sim/rules/leave_rules.h"
#include "lerl/sim/tasks.h"

namespace lerl {
namespace {

struct Entry {
  std::string name, what;
  nlohmann::json more = nlohmann::json::object();  // further fields of the JSON
};
struct Section {
  std::string title;
  std::vector<Entry> entries;
};

std::vector<Section> Sections() {
  std::vector<Section> sections(7);
  sections[0].title = "agents";
  for (const AgentRow& row : AgentRows())
    sections[0].entries.push_back(
        {std::string(row.name),
         std::string(row.what),
         {{"paper", row.reference}, {"status", row.status}, {"learns", row.learns}}});
  sections[1].title = "planners";
  for (const PlannerRow& row : PlannerRegistry())
    sections[1].entries.push_back({row.name, row.description});
  sections[2].title = "data sets";
  for (const DatasetEntry& row : DatasetEntries())
    sections[2].entries.push_back({std::string(row.name), std::string(row.description)});
  sections[3].title = "leave rules";
  for (const LeaveRuleRow& row : LeaveRuleRows())
    sections[3].entries.push_back({std::string(row.name), std::string(row.what)});
  sections[4].title = "metrics";
  for (const Metric& row : Metrics())
    sections[4].entries.push_back({std::string(row.name), row.definition});
  sections[5].title = "tasks";
  for (const TaskRow& row : TaskRows())
    sections[5].entries.push_back({std::string(row.name), std::string(row.what)});
  sections[6].title = "response models";
  for (const ResponseModelRow& row : ResponseModelRows())
    sections[6].entries.push_back({row.name, row.what});
  return sections;
}

// The section of that title, or all sections where the title is empty. Blanks of a title may be
// written as they are, as - or as _.
std::vector<Section> Find(std::string title) {
  std::vector<Section> all = Sections();
  if (title.empty()) return all;
  for (char& c : title)
    if (c == '-' || c == '_') c = ' ';
  std::vector<std::string> titles;
  for (const Section& section : all) {
    if (section.title == title) return {section};
    titles.push_back(section.title);
  }
  const std::string nearest = NearestName(title, titles);
  throw Error(ErrorKind::kUsage, "list: there is no '" + title + "'; " +
                                     (nearest.empty() ? "`lerl list` shows what there is"
                                                      : "did you mean '" + nearest + "'?"));
}

void Execute(const std::string& title, bool json) {
  nlohmann::json out;
  for (const Section& section : Find(title)) {
    if (!json) std::printf("%s\n", section.title.c_str());
    for (const Entry& entry : section.entries) {
      if (json) {
        nlohmann::json row = {{"name", entry.name}, {"what", entry.what}};
        row.update(entry.more);
        out[section.title].push_back(row);
      } else {
        std::printf("  %-22s %s\n", entry.name.c_str(), entry.what.c_str());
      }
    }
  }
  if (json) std::printf("%s\n", out.dump(2).c_str());
}

}  // namespace

void AddListCommand(CLI::App& app) {
  auto json = std::make_shared<bool>(false);
  auto title = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand(
      "list",
      "what there is to choose from: agents, planners, data sets, tasks, leave-rules, metrics");
  command->add_option("what", *title, "agents, planners, data-sets, ...; without it everything");
  command->add_flag("--json", *json, "as JSON; agents with paper and status (docs/algorithms.md)");
  command->footer("Example:\n  lerl list agents --json");
  command->callback([title, json] { Execute(*title, *json); });
}

}  // namespace lerl
