// lerl list: what there is to choose from.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "lerl/agents/registry.h"
#include "lerl/base/error.h"
#include "lerl/base/registry.h"
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

// The columns that every table has, and further ones of the JSON.
template <typename Row>
Entry EntryOf(const Row& row, nlohmann::json more = nlohmann::json::object()) {
  return {std::string(row.name), std::string(row.what), std::move(more)};
}

template <typename Row>
Section SectionOf(const std::string& title, std::span<const Row> rows) {
  Section section{title, {}};
  for (const Row& row : rows) section.entries.push_back(EntryOf(row));
  return section;
}

std::vector<Section> Sections() {
  Section agents{"agents", {}};
  for (const AgentRow& row : AgentRows())
    agents.entries.push_back(
        EntryOf(row, {{"paper", row.source}, {"status", row.status}, {"learns", row.learns}}));
  return {agents,
          SectionOf("planners", PlannerRows()),
          SectionOf("data sets", DatasetRows()),
          SectionOf("leave rules", LeaveRuleRows()),
          SectionOf("metrics", Metrics()),
          SectionOf("tasks", TaskRows()),
          SectionOf("response models", ResponseModelRows())};
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
  throw UnknownName(ErrorKind::kUsage, "list", "table", title, titles);
}

void ExecuteList(const std::string& title, bool json) {
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
  command->callback([title, json] { ExecuteList(*title, *json); });
}

}  // namespace lerl
