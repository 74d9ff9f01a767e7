#include "lerl/study/study_plan.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "lerl/base/error.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

[[noreturn]] void FailPlan(const StudyConfig& study, const std::string& what) {
  throw Error(ErrorKind::kConfig, study.file.string() + ": " + what);
}

const StudyLevel& LevelOf(const StudyConfig& study, const LevelPlaces& levels, size_t factor) {
  return study.factors[factor].levels[At(levels[factor])];
}

// "llm, evolving"; one at a time "critic: off", and "baseline" where nothing is changed.
std::string LabelOf(const StudyConfig& study, const LevelPlaces& levels) {
  std::string label;
  for (size_t f = 0; f < levels.size(); ++f) {
    const std::string& name = LevelOf(study, levels, f).name;
    if (study.design != "one_at_a_time")
      label += (label.empty() ? "" : ", ") + name;
    else if (levels[f] != 0)
      label = study.factors[f].name + ": " + name;
  }
  return label.empty() ? "baseline" : label;
}

// What a level says under `judge` may change the simulator and nothing else.
void CheckJudged(const StudyConfig& study, const ComparisonRow& row) {
  Json trained = ConfigToJson(row.config), judged = ConfigToJson(*row.judged);
  if (trained["env"]["slate_size"] != judged["env"]["slate_size"])
    FailPlan(study,
             "row '" + row.label + "': judge can't change env.slate_size, which is the policy's");
  for (const char* section : {"env", "response_model", "evaluation"}) {
    trained.erase(section);
    judged.erase(section);
  }
  if (trained != judged)
    FailPlan(study, "row '" + row.label +
                        "': judge sets what is no part of the simulator; it may set [env], "
                        "[response_model] and [evaluation]");
}

ComparisonRow RowOf(const StudyConfig& study, const ConfigSource& base, const LevelPlaces& levels) {
  ComparisonRow row;
  row.label = LabelOf(study, levels);
  ConfigSource laid = base;
  std::vector<std::string> judge;
  for (size_t f = 0; f < levels.size(); ++f) {
    const StudyLevel& level = LevelOf(study, levels, f);
    if (!level.with.empty())
      laid = laid.With(ConfigSource::FromFile(study.file.parent_path() / level.with));
    laid = laid.With(level.settings);
    judge.insert(judge.end(), level.judge.begin(), level.judge.end());
  }
  row.config = ReadRunConfig(laid);
  if (judge.empty()) return row;
  row.judged = ReadRunConfig(laid.With(judge));
  CheckJudged(study, row);
  return row;
}

void CheckStudyRows(const StudyPlan& plan) {
  const RunConfig& first = plan.comparison.rows.front().config;
  if (first.train.seeds.size() < 2)
    FailPlan(
        plan.study,
        "train.seeds names one seed, by which no claim can be tested: how much seeds matter can't "
        "be known; give at least two, and the table says how many a claim needs");
  std::set<std::string> labels;
  for (const ComparisonRow& row : plan.comparison.rows) {
    if (!labels.insert(row.label).second)
      FailPlan(plan.study, "two rows are called '" + row.label + "'; rename a level");
    if (row.config.train.seeds != first.train.seeds ||
        row.play().evaluation.users != first.evaluation.users)
      FailPlan(plan.study,
               "row '" + row.label +
                   "' has other seeds or numbers of held-out users than the first; paired "
                   "comparisons need the same");
  }
}

// The levels of all factors but one.
LevelPlaces Others(LevelPlaces levels, size_t factor) {
  levels[factor] = -1;
  return levels;
}

class ContrastMaker {
 public:
  explicit ContrastMaker(StudyPlan& plan) : plan_(plan), rules_(LeaveRules(plan.comparison)) {}

  void Make() {
    for (size_t c = 0; c < plan_.study.claims.size(); ++c) MakeOf(c);
  }

 private:
  using Groups = std::map<LevelPlaces, std::pair<std::vector<size_t>, std::vector<size_t>>>;

  void MakeOf(size_t c) {
    const StudyClaim& claim = plan_.study.claims[c];
    where_ = "claim " + std::to_string(c + 1) + " (" + claim.text + ")";
    factor_ = 0;
    while (plan_.study.factors[factor_].name != claim.factor) ++factor_;
    // 1. The rows of both levels, by the levels of the other factors.
    Groups groups, matched;
    for (size_t row = 0; row < plan_.levels.size(); ++row) {
      if (!IsWithin(claim, plan_.levels[row])) continue;
      const std::string& level = LevelOf(plan_.study, plan_.levels[row], factor_).name;
      auto& [of_level, of_against] = groups[Others(plan_.levels[row], factor_)];
      if (level == claim.level) of_level.push_back(row);
      if (level == claim.against) of_against.push_back(row);
    }
    for (const auto& [others, pair] : groups)
      if (!pair.first.empty() && !pair.second.empty()) matched.emplace(others, pair);
    // 2. One contrast on average, or one in each combination of the others.
    if (claim.average) {
      Add(c, claim.text, Joined(matched.empty() ? groups : matched));
      return;
    }
    if (matched.empty())
      FailPlan(plan_.study, where_ +
                                ": no two rows of this design differ in these levels alone; say "
                                "average = true, or choose another design");
    for (const auto& [others, pair] : matched) Add(c, claim.text + Combination(others), pair);
  }

  bool IsWithin(const StudyClaim& claim, const LevelPlaces& levels) const {
    return std::ranges::all_of(claim.within, [&](const std::string& text) {
      const auto [name, level] = SplitEquation(text, where_);
      for (size_t f = 0; f < levels.size(); ++f)
        if (plan_.study.factors[f].name == name)
          return LevelOf(plan_.study, levels, f).name == level;
      return false;
    });
  }

  static std::pair<std::vector<size_t>, std::vector<size_t>> Joined(const Groups& groups) {
    std::pair<std::vector<size_t>, std::vector<size_t>> all;
    for (const auto& [others, pair] : groups) {
      all.first.insert(all.first.end(), pair.first.begin(), pair.first.end());
      all.second.insert(all.second.end(), pair.second.begin(), pair.second.end());
    }
    return all;
  }

  // " (task: evolving)"; empty one at a time, where the others are as they are.
  std::string Combination(const LevelPlaces& others) const {
    if (plan_.study.design == "one_at_a_time") return "";
    std::string text;
    for (size_t f = 0; f < others.size(); ++f) {
      if (others[f] < 0) continue;
      text += (text.empty() ? "" : ", ") + plan_.study.factors[f].name + ": " +
              LevelOf(plan_.study, others, f).name;
    }
    return text.empty() ? "" : " (" + text + ")";
  }

  void Add(size_t c, const std::string& text,
           const std::pair<std::vector<size_t>, std::vector<size_t>>& pair) {
    if (pair.first.empty() || pair.second.empty())
      FailPlan(plan_.study, where_ + ": the design has no row of one of its levels");
    std::multiset<std::string> of_level, of_against;
    std::set<std::string> people;
    for (const auto& [rows, worlds] :
         {std::pair{&pair.first, &of_level}, {&pair.second, &of_against}})
      for (const size_t row : *rows) {
        worlds->insert(rules_[row]);
        people.insert(PeopleHash(plan_.comparison.rows[row].play()));
      }
    if (people.size() > 1)
      FailPlan(plan_.study, where_ +
                                ": its rows have other data or splits, so they hold other users "
                                "out; compare within one (average = false, or within)");
    const std::set<std::string> left(of_level.begin(), of_level.end());
    const std::set<std::string> right(of_against.begin(), of_against.end());
    if (left != right)
      FailPlan(plan_.study,
               where_ +
                   ": users answer or leave by other rules in the rows of one level than "
                   "in those of the other, so a difference would be the simulator's; "
                   "judge both in the same one");
    plan_.contrasts.push_back({c, text, pair.first, pair.second});
  }

  StudyPlan& plan_;
  const std::vector<std::string> rules_;
  std::string where_;
  size_t factor_ = 0;
};

}  // namespace

StudyPlan MakeStudyPlan(StudyConfig study) {
  StudyPlan plan;
  plan.study = std::move(study);
  plan.levels = DesignRows(plan.study);
  plan.aliases = DesignAliases(plan.study, plan.levels);
  ComparisonConfig& rows = plan.comparison;
  rows.title = plan.study.title;
  rows.base = plan.study.base;
  rows.notes = plan.study.notes;
  rows.metrics = plan.study.metrics;
  rows.jobs = plan.study.jobs;
  rows.sample_sessions = plan.study.sample_sessions;
  rows.text = plan.study.text;
  const ConfigSource base =
      RunSource(plan.study.file.parent_path() / plan.study.base).With(plan.study.settings);
  for (const LevelPlaces& levels : plan.levels)
    rows.rows.push_back(RowOf(plan.study, base, levels));
  CheckStudyRows(plan);
  ContrastMaker(plan).Make();
  rows.references = {rows.rows[plan.contrasts.front().against.front()].label};
  return plan;
}

void CutToSmoke(StudyPlan& plan) { CutToSmoke(plan.comparison); }

}  // namespace lerl
