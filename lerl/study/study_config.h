#pragma once
// The file of a study: a question, factors with their levels, and the claims that are tested.
//
//   title = "..."                     [settings]: of every row
//   question = "..."                  train.seeds = [1, 2, 3]
//   base = "../ml100k_lerl.toml"      [[factor]]
//   design = "full"                   name = "planner"
//                                     [[factor.level]]
//   [[claim]]                         name = "none"
//   factor = "planner"                planner.name = "none"
//   level = "llm"                     [[factor.level]]
//   against = "none"                  name = "llm"
//   says = "better"                   with = "llm.toml"
//
// A row is one level of each factor: its settings are the base, [settings], and those of its levels
// in the order of the factors, each laid over those before; `with` names a file of settings. What a
// level says under `judge` (judge.env.rules = [...]) holds while held-out users are played alone:
// the run is trained in one simulator and judged in another.
//
// A file that `extends` another one is that study with more: levels of a factor that is there go to
// its end, other factors and claims behind those that are there. So a method of one's own goes
// through a study that comes with the program.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "lerl/base/config.h"
#include "lerl/eval/metrics/registry.h"
#include "lerl/eval/significance.h"

namespace lerl {

struct StudyLevel {
  std::string name, with;
  std::vector<std::string> settings{}, judge{};  // as --set takes them
};

struct StudyFactor {
  std::string name;
  std::vector<StudyLevel> levels{};  // the first is the one that others are varied from

  // The place of a level; throws Error(kConfig) that names `where` and the nearest one.
  int64_t PlaceOf(const std::string& level, const std::string& where) const;
};

// What the study claims: in `metric`, `level` is better than `against`, or no worse or the same
// within the margin, or another. A claim holds for each combination of the other factors' levels by
// itself, or on average over them.
struct StudyClaim {
  std::string text, factor, level, against;
  std::string says = "better";
  std::string metric;               // "": the study's
  std::vector<std::string> within;  // "FACTOR = LEVEL" of other factors
  bool average = false;
  double margin = -1, effect = -1;  // below 0: the study's

  void VisitFields(FieldVisitor& visit) {
    visit("text", text, "the claim as a sentence; empty: made of what follows");
    visit("factor", factor, "whose levels are compared");
    visit("level", level, "that the claim is about");
    visit("against", against, "level that it is held against");
    visit("says", says, "what is claimed of the level", {"better", "no worse", "same"});
    visit("metric", metric, "that the claim is about; empty: the study's");
    visit("within", within, "levels of other factors that the claim is limited to: factor = level");
    visit("average", average,
          "one claim on average over the other factors' levels; false: one in each combination");
    visit("margin", margin, "of 'no worse' and 'same', a share of `against`; -1: the study's",
          Range{-1, 1});
    visit("effect", effect,
          "smallest difference that is looked for, a share of `against`; -1: the study's",
          Range{-1, 10});
  }
};

struct StudyConfig {
  std::string title = "Study", question;
  std::string base, extends;
  std::string design = "full";
  std::vector<std::string> generators;
  int64_t rows = 0;
  int64_t design_seed = 1;
  std::string metric = "R_cum";
  double margin = kNonInferiorMargin;
  double effect = 0.02;
  std::vector<std::string> metrics, notes;
  int64_t jobs = 2;
  double cell_minutes = 0;
  int64_t sample_sessions = 1;
  std::string simulator_audit;
  std::vector<StudyFactor> factors;
  std::vector<StudyClaim> claims;
  std::vector<std::string> settings;  // of every row
  std::filesystem::path file;
  std::string text;  // as it was read

  void VisitFields(FieldVisitor& visit) {
    visit("title", title, "of the report");
    visit("question", question, "that the study answers, a sentence");
    visit("base", base, "configuration that all rows start from, relative to this file");
    visit("extends", extends,
          "a study that this one adds levels, factors and claims to, relative to this file; what "
          "this one sets wins");
    visit("design", design,
          "which combinations of levels are run: all; the first level of each factor and every "
          "change of one; a regular fraction of two-level factors; a balanced random part",
          {"full", "one_at_a_time", "fraction", "random"});
    visit("generators", generators,
          "design fraction: the factors that follow from others, such as \"d = a * b * c\"");
    visit("rows", rows, "design random: how many combinations", Range{0, 100000});
    visit("design_seed", design_seed, "design random: of the draw", Range{0, 9e15});
    visit("metric", metric, "that claims are about where they name none", MetricNames());
    visit("margin", margin, "of 'no worse' and 'same', a share of the level held against",
          Range{0, 1});
    visit("effect", effect,
          "smallest difference that is looked for, a share of the level held against",
          Range{0, 10});
    visit("metrics", metrics, "columns of the report's tables; empty: the usual ones",
          MetricNames());
    visit("notes", notes, "sentences for the head of the report");
    visit("jobs", jobs, "worker processes", Range{1, 256});
    visit("cell_minutes", cell_minutes, "a try of a cell that takes longer has failed; 0: no limit",
          Range{0, 1e6});
    visit("sample_sessions", sample_sessions, "users whose sessions the report shows",
          Range{0, 50});
    visit("simulator_audit", simulator_audit,
          "audit.json of `lerl sim audit` for the simulator of the base, relative to this file; "
          "empty or missing: not audited");
  }
};

// Reads a study's file; `sets` are laid over every row, above its levels. Throws Error(kConfig)
// where it is wrong: no base, factors or claims, a level or factor that stands twice or is not
// there, a claim that holds a level against itself.
StudyConfig ReadStudy(const std::filesystem::path& path, const std::vector<std::string>& sets = {});

// "a = b" as its two sides without blanks; throws Error(kConfig) that names `where`.
std::pair<std::string, std::string> SplitEquation(const std::string& text,
                                                  const std::string& where);

}  // namespace lerl
