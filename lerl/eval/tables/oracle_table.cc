#include "lerl/eval/tables/oracle_table.h"

#include <algorithm>
#include <array>
#include <functional>
#include <nlohmann/json.hpp>
#include <numeric>

#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/eval/tables/oracle_plans.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/rules/reorder.h"
#include "lerl/sim/session_env.h"

namespace lerl {
namespace {

constexpr int kUsersAtOnce = 256;  // users played side by side

enum class SlateScore { kModel, kRandom, kPopularity };

struct PlannedPolicy {
  const char* name;
  SlateScore score;
  OraclePlanner planner;
};

class OraclePlays {
 public:
  OraclePlays(const Dataset& dataset, const Split& split, const ResponseModel& model,
              std::string rule, int64_t slate_size)
      : dataset_(dataset),
        rule_(std::move(rule)),
        categories_(OracleCategoriesOf(dataset, rule_ == "lerl_slots")),
        rarest_(RarestCategory(dataset)),
        env_(dataset, split, model, {}, Config(rule_, slate_size), kUsersAtOnce, 1),
        scores_(At(dataset.num_items())) {}

  OracleRow Play(const PlannedPolicy& policy, bool reordered, std::span<const int32_t> users) {
    OracleRow row{.rule = rule_,
                  .policy = policy.name,
                  .reordered = reordered,
                  .reference_steps = {},
                  .reference_reward = {}};
    for (size_t begin = 0; begin < users.size(); begin += kUsersAtOnce)
      PlayBatch(policy, reordered,
                users.subspan(begin, std::min<size_t>(kUsersAtOnce, users.size() - begin)), row);
    row.steps /= static_cast<double>(users.size());
    row.reward /= static_cast<double>(users.size());
    return row;
  }

  // The K T best items of each user, as if there were no rule.
  OracleRow Bound(std::span<const int32_t> users) {
    const auto most = std::min(scores_.size(), At(slate_ * env_.config().budget));
    OracleRow row{.rule = rule_,
                  .policy = "bound: best items in T steps",
                  .steps = static_cast<double>(most) / static_cast<double>(slate_),
                  .reference_steps = {},
                  .reference_reward = {}};
    for (const int32_t user : users) {
      env_.Start(0, user, 1);
      env_.OracleRewards(0, scores_);
      env_.Stop(0);
      std::ranges::sort(scores_, std::greater());
      row.reward +=
          std::accumulate(scores_.begin(), scores_.begin() + static_cast<int64_t>(most), 0.0) /
          static_cast<double>(slate_);
    }
    row.reward /= static_cast<double>(users.size());
    return row;
  }

 private:
  static EnvConfig Config(const std::string& rule, int64_t slate_size) {
    EnvConfig config;
    config.rules = {rule};
    config.rho = 0;
    config.exclude_history = false;
    config.slate_size = slate_size;
    return config;
  }

  void FillScores(SlateScore score, int slot, Rng& rng) {
    if (score == SlateScore::kModel) env_.OracleRewards(slot, scores_);
    for (size_t i = 0; i < scores_.size(); ++i) {
      if (score == SlateScore::kRandom) scores_[i] = static_cast<float>(rng.Uniform());
      if (score == SlateScore::kPopularity) scores_[i] = static_cast<float>(categories_.likes[i]);
    }
  }

  // The best items inside the plan, or of all when too few are left in it.
  std::vector<int32_t> Choose(const OraclePlan& plan, std::span<const int32_t> ranked) const {
    std::vector<int32_t> slate;
    for (const int32_t item : ranked) {
      if (At(slate_) == slate.size()) break;
      const bool inside = std::ranges::any_of(categories_.of[At(item)], [&](int32_t c) {
        return std::ranges::find(plan, c) != plan.end();
      });
      if (plan.empty() || inside) slate.push_back(item);
    }
    if (slate.size() < At(slate_)) slate.assign(ranked.begin(), ranked.begin() + slate_);
    return slate;
  }

  void PlayBatch(const PlannedPolicy& policy, bool reordered, std::span<const int32_t> users,
                 OracleRow& row) {
    // 1. All users start side by side.
    std::vector<Rng> rngs;
    std::vector<int> previous(users.size(), -1);
    std::vector<int32_t> slates(At(kUsersAtOnce * slate_));
    for (size_t b = 0; b < users.size(); ++b) {
      env_.Start(static_cast<int>(b), users[b], 1);
      rngs.emplace_back(1, "oracle-table", static_cast<uint64_t>(users[b]));
    }
    // 2. Users who are still there get a slate; all take the step together.
    StepResult result;
    for (bool any = true; any;) {
      any = false;
      for (size_t b = 0; b < users.size(); ++b) {
        if (!env_.Observe(static_cast<int>(b)).active) continue;
        any = true;
        const auto place = std::span(slates).subspan(b * At(slate_), At(slate_));
        NextSlate(policy, reordered, users[b], static_cast<int>(b), rngs[b], previous[b], place);
        row.steps += 1;
      }
      if (!any) break;
      env_.Step(slates, result);
      row.reward += std::accumulate(result.expected.begin(), result.expected.end(), 0.0);
    }
  }

  // Replaces the user's last slate by the next one: scores, a plan from them, and the best items
  // inside the plan. `previous` is the only category of the user's last plan, or -1.
  void NextSlate(const PlannedPolicy& policy, bool reordered, int32_t user, int slot, Rng& rng,
                 int& previous, std::span<int32_t> slate) {
    FillScores(policy.score, slot, rng);
    const std::vector<int32_t> ranked = Ranked(slot);
    const int step = env_.Observe(slot).step;
    const OraclePlan plan =
        policy.planner(categories_, {user, step, previous, ranked, &rng}, scores_);
    previous = plan.size() == 1 ? plan[0] : -1;
    std::vector<int32_t> next = Choose(plan, ranked);
    if (reordered && step > 0) ReorderSlate(slate, rarest_, next);
    std::ranges::copy(next, slate.begin());
  }

  std::vector<int32_t> Ranked(int slot) const {
    const auto excluded = env_.Observe(slot).excluded;
    std::vector<int32_t> ranked;
    for (int32_t item = 0; item < dataset_.num_items(); ++item) {
      if (excluded[At(item)] == 0) ranked.push_back(item);
    }
    std::ranges::stable_sort(ranked, std::greater(), [&](int32_t i) { return scores_[At(i)]; });
    return ranked;
  }

  const Dataset& dataset_;
  const std::string rule_;
  const OracleCategories categories_;
  const std::vector<int32_t> rarest_;
  SessionEnv env_;
  const int64_t slate_ = env_.config().slate_size;
  std::vector<float> scores_;
};

struct Reference {
  const char* rule;
  const char* policy;
  bool reordered;
  double steps, reward;
};

constexpr std::array kReferences = std::to_array<Reference>({
    {"lerl", "no plan", false, 12.98, 11.30},
    {"lerl", "own 3 favourite categories", false, 12.10, 10.33},
    {"lerl", "random 6 categories", false, 15.95, 13.68},
    {"lerl", "random 3 categories", false, 18.02, 15.17},
    {"lerl", "random 1 category", false, 19.12, 15.04},
    {"lerl", "round robin, 1 category", false, 19.93, 16.28},
    {"lerl", "4 favourites in turn", false, 19.95, 16.14},
    {"lerl", "best single category, never the last", false, 20.00, 16.90},
    {"lerl", "bound: best items in T steps", false, 20, 16.96},
    {"lerl", "random slates", false, 13.19, 6.49},
    {"lerl", "popularity", false, 13.00, 9.26},
    {"lerl_slots", "random slates", false, 13.9, 6.8},
    {"lerl_slots", "random slates", true, 19.9, 9.8},
    {"lerl_slots", "popularity", false, 15.0, 10.6},
    {"lerl_slots", "popularity", true, 20.0, 13.8},
    {"lerl_slots", "no plan", false, 14.0, 12.2},
    {"lerl_slots", "no plan", true, 19.9, 16.9},
    {"lerl_slots", "random 6 categories", false, 16.9, 14.5},
    {"lerl_slots", "random 6 categories", true, 18.6, 15.8},
    {"lerl_slots", "random 3 categories", false, 18.1, 15.1},
    {"lerl_slots", "random 3 categories", true, 18.7, 15.7},
    {"lerl_slots", "round robin, 3 categories", false, 20.0, 16.7},
    {"lerl_slots", "round robin, 3 categories", true, 20.0, 16.7},
});

void AddReferences(std::vector<OracleRow>& rows) {
  for (OracleRow& row : rows) {
    for (const Reference& r : kReferences) {
      if (row.rule != r.rule || row.policy != r.policy || row.reordered != r.reordered) continue;
      row.reference_steps = r.steps;
      row.reference_reward = r.reward;
    }
  }
}

}  // namespace

std::vector<OracleRow> OracleTable(const Dataset& dataset, const Split& split,
                                   const ResponseModel& model, std::span<const int32_t> users,
                                   int64_t slate_size) {
  const PlannedPolicy none{"no plan", SlateScore::kModel, NoPlan()};
  const PlannedPolicy random{"random slates", SlateScore::kRandom, NoPlan()};
  const PlannedPolicy popular{"popularity", SlateScore::kPopularity, NoPlan()};
  const PlannedPolicy random6{"random 6 categories", SlateScore::kModel, RandomPlan(6)};
  const PlannedPolicy random3{"random 3 categories", SlateScore::kModel, RandomPlan(3)};
  std::vector<OracleRow> rows;
  {
    OraclePlays table(dataset, split, model, "lerl", slate_size);
    for (const PlannedPolicy& policy :
         {none, PlannedPolicy{"own 3 favourite categories", SlateScore::kModel, Favourites(3)},
          random6, random3, PlannedPolicy{"random 1 category", SlateScore::kModel, RandomPlan(1)},
          PlannedPolicy{"round robin, 1 category", SlateScore::kModel, RoundRobin(1)},
          PlannedPolicy{"4 favourites in turn", SlateScore::kModel, FavouritesInTurn(4)},
          PlannedPolicy{"best single category, never the last", SlateScore::kModel,
                        BestSingle(slate_size)}})
      rows.push_back(table.Play(policy, false, users));
    rows.push_back(table.Bound(users));
    rows.push_back(table.Play(random, false, users));
    rows.push_back(table.Play(popular, false, users));
  }
  OraclePlays table(dataset, split, model, "lerl_slots", slate_size);
  for (const PlannedPolicy& policy :
       {random, popular, none, random6, random3,
        PlannedPolicy{"round robin, 3 categories", SlateScore::kModel, RoundRobin(3)}}) {
    for (const bool reordered : {false, true}) rows.push_back(table.Play(policy, reordered, users));
  }
  AddReferences(rows);
  return rows;
}

std::string OracleText(std::span<const OracleRow> rows, bool with_reference) {
  std::string text;
  char line[256];
  std::snprintf(line, sizeof(line), "%-11s %-38s %-10s %6s %6s %6s%s\n", "rule", "slates", "order",
                "T_int", "R_cum", "R_sin", with_reference ? "   reference  T_int   R_cum" : "");
  text += line;
  for (const OracleRow& row : rows) {
    std::snprintf(line, sizeof(line), "%-11s %-38s %-10s %6.2f %6.2f %6.3f", row.rule.c_str(),
                  row.policy.c_str(), row.reordered ? "re-ordered" : "as ranked", row.steps,
                  row.reward, row.per_step());
    text += line;
    if (with_reference && row.reference_steps && row.reference_reward) {
      std::snprintf(line, sizeof(line), "   %5.2f %5.2f  %+5.1f%% %+5.1f%%", *row.reference_steps,
                    *row.reference_reward, 100 * (row.steps / *row.reference_steps - 1),
                    100 * (row.reward / *row.reference_reward - 1));
      text += line;
    }
    text += "\n";
  }
  return text;
}

nlohmann::json OracleJson(std::span<const OracleRow> rows) {
  nlohmann::json json = nlohmann::json::array();
  for (const OracleRow& row : rows)
    json.push_back({{"rule", row.rule},
                    {"policy", row.policy},
                    {"reordered", row.reordered},
                    {"T_int", row.steps},
                    {"R_cum", row.reward},
                    {"R_sin", row.per_step()}});
  return json;
}

}  // namespace lerl
