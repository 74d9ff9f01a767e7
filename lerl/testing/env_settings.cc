#include "lerl/testing/env_settings.h"

#include <algorithm>
#include <map>

#include "lerl/sim/env_config.h"

namespace lerl {
namespace {

// The settings of leave rules, each with the rules that read it.
const std::map<std::string, std::vector<std::string_view>>& ReadersOfRuleSettings() {
  static const std::map<std::string, std::vector<std::string_view>> readers = {
      {"budget", {"lerl", "lerl_slots"}},
      {"max_steps", {"max_steps"}},
      {"temper", {"temper"}},
      {"temper_leave_below", {"temper"}},
      {"window", {"category_window", "distance_window"}},
      {"window_limit", {"category_window"}},
      {"window_distance", {"distance_window"}},
      {"compat_window", {"category_window", "distance_window"}}};
  return readers;
}

void AddInert(std::vector<SettingNote>& notes, const std::vector<std::string>& paths,
              const std::string& why) {
  for (const std::string& path : paths) notes.push_back({.path = path, .inert = why});
}

void AddRuleSettings(std::vector<SettingNote>& notes, const std::string& why) {
  for (const auto& [path, readers] : ReadersOfRuleSettings())
    notes.push_back({.path = path, .inert = why});
}

std::vector<SettingNote> CrossSessionNotes(const std::string& within) {
  return {{.path = "cross_session.return_weight", .with = {"cross_session.learn_from=both"}},
          {.path = "cross_session.kuaisim_base", .with = {"cross_session.law=kuaisim"}},
          {.path = "cross_session.kuaisim_weight", .with = {"cross_session.law=kuaisim"}},
          {.path = "cross_session.visits", .values = {within}}};
}

std::vector<SettingNote> MatrixNotes() {
  std::vector<SettingNote> notes = {
      {.path = "matrix.file", .with = {"matrix.source=file"}, .values = {"\"absent.txt\""}},
      {.path = "matrix.mf.most_rows", .values = {"30"}}};  // the log of the tests is short
  AddInert(notes, {"rho", "reward_weights", "history"}, "a cell of the matrix is the reward");
  AddInert(notes, {"allow_repeats"}, "matrix.mode says whether items may be shown again");
  return notes;
}

std::vector<SettingNote> EvolvingNotes() {
  const std::vector<std::string> visits = {"evolving.visits=2"};
  std::vector<SettingNote> notes = {{.path = "evolving.rest", .with = visits},
                                    {.path = "evolving.mf.most_rows", .values = {"30"}},
                                    {.path = "evolving.sigma"}};
  AddInert(notes, {"rho", "reward_weights", "history", "rules"},
           "interests, fatigue and mood decide");
  notes.push_back({.path = "evolving.craving.two", .with = {"evolving.craving.up=2"}});
  for (const char* setting : {"told", "whole", "again", "titles", "typos"})
    notes.push_back({.path = std::string("evolving.craving.") + setting,
                     .with = {"evolving.craving.up=2", "evolving.craving.down=2"},
                     .inert = "it changes what users say and not what they do (cravings_test)"});
  AddRuleSettings(notes, "users leave by their mood");
  for (const char* setting : {"mean_days", "mood_weight", "user_spread", "learn_from", "law"})
    notes.push_back({.path = std::string("cross_session.") + setting, .with = visits});
  notes.push_back({.path = "cross_session.gap_discount", .with = visits});
  notes.push_back({.path = "cross_session.return_weight",
                   .with = {"evolving.visits=2", "cross_session.learn_from=both"}});
  AddInert(notes, {"cross_session.visits"}, "evolving.visits says how many");
  AddInert(notes, {"cross_session.kuaisim_base", "cross_session.kuaisim_weight"},
           "visits of this task return by mood alone");
  return notes;
}

}  // namespace

bool IsRuleSetting(const std::string& path) { return ReadersOfRuleSettings().contains(path); }

EnvConfig SmallEnv(std::string_view task) {
  EnvConfig config;
  config.task = task;
  config.slate_size = 4;
  config.budget = 6;
  config.max_steps = 5;
  config.temper = 8;
  config.rho = 0.3;
  config.window = 6;
  config.window_limit = 1;
  config.cross_session.visits = 3;
  config.matrix.source = "fitted";
  config.matrix.like_at_least = 0.5;
  config.matrix.mf = {.factors = 4, .epochs = 3, .batch = 64};
  config.window_distance = 0.05;
  config.evolving.max_steps = 6;
  config.evolving.h0 = 3;
  config.evolving.mf = {.factors = 4, .epochs = 3, .batch = 64, .seed = 2};
  return config;
}

std::vector<SettingNote> TaskSettingNotes(std::string_view task) {
  std::vector<SettingNote> notes;
  const auto add = [&notes](const std::vector<SettingNote>& more) {
    notes.insert(notes.end(), more.begin(), more.end());
  };
  if (task == "request") {
    AddRuleSettings(notes, "a session is one slate");
    AddInert(notes, {"rules"}, "a session is one slate");
  } else if (task == "evolving") {
    add(EvolvingNotes());
  } else {
    for (const auto& [path, readers] : ReadersOfRuleSettings()) {
      if (path == "window_distance" && task != "matrix") {
        AddInert(notes, {path}, "the rule that reads it is of the task matrix");
        continue;
      }
      const std::string rule(readers.front());
      notes.push_back({.path = path, .with = {"rules=[\"" + rule + "\", \"max_steps\"]"}});
      if (path == "budget") notes.back().with.emplace_back("max_steps=40");
    }
    if (task == "cross_session") add(CrossSessionNotes("2"));
    if (task == "matrix") add(MatrixNotes());
  }
  if (task != "evolving") notes.push_back({.path = "rules", .values = {"[\"max_steps\"]"}});
  if (task == "request") notes.pop_back();
  if (task != "matrix" && task != "evolving")
    notes.push_back({.path = "reward_weights", .values = {"[0.0, 1.0]"}});
  // Refused by the tasks matrix and evolving, whose rewards know no prices.
  notes.push_back({.path = "value_weight", .values = {"0.5"}});
  return notes;
}

std::vector<SettingNote> RuleSettingNotes(std::string_view rule) {
  std::vector<SettingNote> notes;
  for (const auto& [path, readers] : ReadersOfRuleSettings()) {
    if (std::ranges::find(readers, rule) != readers.end()) continue;
    if (path == "max_steps" && rule.ends_with("_window")) continue;  // ends it beside the rule
    notes.push_back({.path = path, .inert = "the rule " + std::string(rule) + " has no such part"});
  }
  return notes;
}

}  // namespace lerl
