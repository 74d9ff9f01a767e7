#include "lerl/testing/planner_settings.h"

#include <algorithm>
#include <map>

namespace lerl {
namespace {

using Names = std::vector<std::string_view>;

bool Holds(const Names& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// Sections and single settings with the planners that read them.
const std::map<std::string, Names>& Readers() {
  static const std::map<std::string, Names> readers = {
      {"head",
       {"learned", "llm_grounded", "wish_keywords", "wish_embeddings", "wish_model",
        "wish_oracle"}},
      {"wish", {"wish_keywords", "wish_embeddings", "wish_model", "wish_oracle"}},
      {"grounded", {"llm_grounded"}},
      {"llm", {"llm", "llm_table", "llm_grounded"}},
      {"student", {"student"}},
      {"tiring", {"fatigue_aware", "student"}},  // a student is that planner at first
      {"best_items",
       {"fatigue_aware", "learned", "llm_grounded", "student", "wish_keywords", "wish_embeddings",
        "wish_model", "wish_oracle"}},
      {"unseen_items", {"random_unseen"}},
      {"liked_categories", {"least_recent"}}};
  return readers;
}

// What is of the model's backend, and of files.
void AddBackendNotes(std::vector<SettingNote>& notes) {
  notes.push_back({.path = "llm.prompt_dir", .values = {"\"absent\""}});
  notes.push_back({.path = "llm.names_template", .values = {"\"absent.txt\""}});
  notes.push_back(
      {.path = "llm.table", .skipped = "it names a file, of which its own tests try the reading"});
  for (const char* path :
       {"model", "lora", "lora_scale", "threads", "context", "batch", "gpu_layers", "endpoint.*"})
    notes.push_back({.path = std::string("llm.") + path,
                     .skipped = "it is of the model's backend, which the test replaces"});
}

std::vector<SettingNote> LlmNotes() {
  std::vector<SettingNote> notes = {
      {.path = "llm.cache_capacity", .values = {"1"}},
      {.path = "llm.train_plans", .values = {"4"}},
      // In this world `auto` becomes `names`.
      {.path = "llm.mode", .values = {"\"letters\"", "\"generate\""}},
      {.path = "llm.valid_plans", .values = {"0"}},
      // Six reflections are written here, of which three are drawn.
      {.path = "llm.max_reflections", .values = {"2"}},
      {.path = "llm.pool_capacity", .values = {"2"}},
      {.path = "llm.published_pool", .with = {"llm.pool_capacity=2"}},
      {.path = "llm.reuse_samples", .with = {"llm.mode=generate", "llm.temperature=1"}},
      {.path = "llm.tries", .with = {"llm.mode=generate"}, .values = {"1"}},
      {.path = "llm.refresh_every", .values = {"1"}},
      {.path = "llm.fallback", .with = {"llm.mode=generate"}, .values = {"\"round_robin\""}},
      {.path = "llm.reflection_tokens", .inert = "the scripted model's answers are short"}};
  AddBackendNotes(notes);
  return notes;
}

// Of the settings of llm those that a table leaves out, and why.
std::vector<SettingNote> TableNotes() {
  std::vector<SettingNote> notes = {
      {.path = "llm.mode", .values = {"\"letters\"", "\"generate\""}},
      {.path = "llm.state", .values = {"\"triple\""}},  // full becomes pair
      {.path = "llm.favourites", .inert = "a pair shows the first favourite alone"},
      // With fewer tries a state stays without an answer, and there is no table.
      {.path = "llm.tries", .with = {"llm.mode=generate"}, .values = {"20"}},
      {.path = "llm.tabulate", .inert = "it is always on"},
      {.path = "llm.reuse_samples",
       .with = {"llm.mode=generate", "llm.temperature=1"},
       .inert = "sampled lists are refused"},
      {.path = "llm.fallback", .inert = "a table has every answer"}};
  for (const char* path : {"cache_capacity", "train_plans", "valid_plans"})
    notes.push_back({.path = std::string("llm.") + path,
                     .inert = "the table is kept whole, and every plan is looked up"});
  for (const char* path : {"reflect", "reflections_per_iteration", "max_reflections",
                           "reflection_tokens", "pool_capacity", "sampled_reflections",
                           "refresh_every", "alpha", "published_pool", "published_draws"})
    notes.push_back(
        {.path = std::string("llm.") + path, .inert = "a table's prompts have no reflections"});
  AddBackendNotes(notes);
  return notes;
}

// Replaces the note of the same setting, or adds it.
void Put(const SettingNote& note, std::vector<SettingNote>& notes) {
  const auto same = std::ranges::find(notes, note.path, &SettingNote::path);
  if (same == notes.end()) {
    notes.push_back(note);
  } else {
    *same = note;
  }
}

// The grounded planner listens to its model from the start, or else it needs more sessions.
std::vector<SettingNote> GroundedLlmNotes() {
  std::vector<SettingNote> notes = LlmNotes();
  Put({.path = "llm.calibrate", .values = {"\"neutral\""}}, notes);  // off becomes neutral
  Put({.path = "llm.temperature", .with = {"llm.mode=generate"}}, notes);
  Put({.path = "llm.fallback", .inert = "the head stands in"}, notes);
  notes.push_back({.path = "llm.*"});
  for (SettingNote& note : notes)
    if (note.skipped.empty()) note.with.emplace_back("grounded.weight=0.7");
  return notes;
}

std::vector<SettingNote> StudentNotes() {
  return {{.path = "student.teacher", .values = {"\"popularity\""}},
          {.path = "student.asynchronous", .skipped = "what is played depends on time"},
          {.path = "student.teacher_batch", .inert = "labels do not depend on the batch"},
          {.path = "student.max_labels", .values = {"10"}},
          {.path = "student.max_label_age", .inert = "three iterations are too few to exceed it"},
          {.path = "student.oldest_label", .values = {"1"}},
          {.path = "student.oldest_label_seconds", .skipped = "it is of an asynchronous teacher"},
          {.path = "student.capacity", .values = {"8"}},
          {.path = "student.gap_users", .inert = "the trainer reads it"},
          {.path = "student.gap_every", .inert = "the trainer reads it"}};
}

std::vector<SettingNote> GroundedNotes() {
  return {{.path = "grounded.weight", .values = {"0.7"}},
          {.path = "grounded.samples", .inert = "w is learned from 60 sessions on"}};
}

// Of the section wish; the conformance test says a wish at every second step.
std::vector<SettingNote> WishNotes(std::string_view name) {
  std::vector<SettingNote> notes = {
      {.path = "wish.base", .values = {"\"popularity\""}},
      {.path = "wish.embedding_model", .skipped = "it names a file, which the test replaces"}};
  if (name == "wish_keywords" || name == "wish_oracle")
    notes.push_back({.path = "wish.clauses", .inert = "it does not ask a model"});
  return notes;
}

}  // namespace

PlannerConfig SmallPlanner(const std::string& name) {
  PlannerConfig config;
  config.name = name;
  config.plan_size = 2;
  config.cadence = 3;
  config.unseen_items = 6;
  config.liked_categories = 4;
  config.llm.train_plans = 60;
  config.student.teacher = "own_history";
  config.student.min_labels = 16;
  config.student.hidden = 8;
  config.student.steps_per_iteration = 4;
  config.student.minibatch = 8;
  return config;
}

bool IsOfPlanner(const PlannerRow& row, const std::string& path) {
  const std::string section = path.substr(0, path.find('.'));
  if (section == path) return path != "name";
  return Holds(Readers().at(section), row.name);
}

std::vector<SettingNote> TeacherSettingNotes() {
  std::vector<SettingNote> notes = LlmNotes();
  for (const char* path : {"train_plans", "valid_plans"})
    Put({.path = std::string("llm.") + path, .inert = "labels are of the budget of the student"},
        notes);
  Put({.path = "llm.cache_capacity", .inert = "what left the cache is answered alike"}, notes);
  Put({.path = "llm.fallback", .inert = "a plan of the fallback is no label"}, notes);
  // Reflections of these three iterations are seen where they are drawn in each.
  const std::string often = "llm.refresh_every=1";
  Put({.path = "llm.max_reflections", .with = {often}, .values = {"1"}}, notes);
  Put({.path = "llm.pool_capacity", .with = {often}, .values = {"1"}}, notes);
  Put({.path = "llm.published_pool", .with = {often, "llm.pool_capacity=1"}}, notes);
  return notes;
}

std::vector<SettingNote> PlannerSettingNotes(const PlannerRow& row) {
  std::vector<SettingNote> notes = {
      {.path = "published_mask", .inert = "plans are alike; the player reads it (player_test)"}};
  for (const auto& [path, readers] : Readers()) {
    SettingLister lister;
    PlannerConfig config;
    config.VisitFields(lister);
    const bool single = std::ranges::any_of(
        lister.found, [&path](const SettingValues& setting) { return setting.path == path; });
    if (single && !Holds(readers, row.name))
      notes.push_back({.path = path, .inert = "it is of other planners"});
  }
  if (!row.ranks) {
    for (const char* path : {"plan_size", "skip_last", "saturated", "surprise", "decay"})
      notes.push_back({.path = path, .inert = "all categories are planned at every step"});
    return notes;
  }
  notes.push_back({.path = "saturated", .with = {"replan=on_saturation", "cadence=6"}});
  notes.push_back({.path = "surprise", .with = {"replan=on_surprise", "cadence=6"}});
  notes.push_back({.path = "decay", .with = {"replan=on_saturation", "cadence=6"}});
  const auto add = [&notes](const std::vector<SettingNote>& more) {
    notes.insert(notes.end(), more.begin(), more.end());
  };
  if (row.heeds_wishes) add(WishNotes(row.name));
  if (row.name == "llm") add(LlmNotes());
  if (row.name == "llm_table") add(TableNotes());
  if (row.name == "student") add(StudentNotes());
  if (row.name == "llm_grounded") add(GroundedNotes()), add(GroundedLlmNotes());
  return notes;
}

}  // namespace lerl
