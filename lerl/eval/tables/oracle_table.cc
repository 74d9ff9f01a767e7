#include "lerl/eval/tables/oracle_table.h"

#include <algorithm>
#include <array>
#include <functional>
#include <nlohmann/json.hpp>
#include <numeric>

#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/nn/matrix_factorisation.h"
#include "lerl/sim/rules/reorder.h"
#include "lerl/sim/session_env.h"

namespace lerl {
namespace {

constexpr int kUsersAtOnce = 256;  // users played side by side

// What a planner of the table sees before a step.
struct Moment {
  int32_t user;
  int step;
  int previous;                     // category chosen at the step before by `best single`; -1
  std::span<const int32_t> ranked;  // items that may be shown, best first
  Rng* rng;
};

struct Categories {
  int64_t count = 0;
  std::vector<std::vector<int32_t>> of;          // [I]
  std::vector<std::vector<int32_t>> favourites;  // [U] categories by the user's likes, most first
  std::vector<double> likes;                     // [I] in the rows that the reference fit sees
};

Categories CategoriesFor(const Dataset& dataset, bool one_each) {
  Categories all;
  all.count = dataset.num_categories();
  const std::vector<int32_t> rarest = RarestCategory(dataset);
  for (int64_t item = 0; item < dataset.num_items(); ++item) {
    auto& of = all.of.emplace_back();
    const auto categories = dataset.CategoriesOf(item);
    if (!one_each)
      of.assign(categories.begin(), categories.end());
    else if (rarest[At(item)] >= 0)
      of.push_back(rarest[At(item)]);
  }
  all.likes.resize(At(dataset.num_items()));
  // Likes of items leave out the rows that the fit holds out; likes of categories count all rows.
  const std::vector<int64_t> unseen = MfHeldOutRows(dataset.num_interactions(), MfConfig{});
  for (int64_t user = 0; user < dataset.num_users(); ++user) {
    std::vector<double> count(At(all.count));
    for (int64_t row = dataset.RowsBegin(user); row < dataset.RowsEnd(user); ++row) {
      if (dataset.responses[0][At(row)] == 0) continue;
      const auto item = At(dataset.items[At(row)]);
      if (!std::ranges::binary_search(unseen, row)) ++all.likes[item];
      for (const int32_t c : all.of[item]) ++count[At(c)];
    }
    auto& order = all.favourites.emplace_back(At(all.count));
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, std::greater(), [&](int32_t c) { return count[At(c)]; });
  }
  return all;
}

using Plan = std::vector<int32_t>;  // categories; empty: no plan
using Planner =
    std::function<Plan(const Categories&, const Moment&, std::span<const float> scores)>;

Planner NoPlan() {
  return [](const Categories&, const Moment&, std::span<const float>) { return Plan(); };
}

Planner Favourites(int64_t count) {
  return [count](const Categories& categories, const Moment& moment, std::span<const float>) {
    const auto& order = categories.favourites[At(moment.user)];
    return Plan(order.begin(), order.begin() + std::min(count, categories.count));
  };
}

Planner FavouritesInTurn(int64_t count) {
  return [count](const Categories& categories, const Moment& moment, std::span<const float>) {
    return Plan{categories.favourites[At(moment.user)]
                                     [At(moment.step % std::min(count, categories.count))]};
  };
}

Planner RandomPlan(int64_t size) {
  return [size](const Categories& categories, const Moment& moment, std::span<const float>) {
    Plan all(At(categories.count));
    std::iota(all.begin(), all.end(), 0);
    moment.rng->Shuffle(std::span(all));
    all.resize(At(std::min(size, categories.count)));
    return all;
  };
}

Planner RoundRobin(int64_t size) {
  return [size](const Categories& categories, const Moment& moment, std::span<const float>) {
    Plan plan;
    for (int64_t i = 0; i < std::min(size, categories.count); ++i)
      plan.push_back(static_cast<int32_t>((moment.step * size + i) % categories.count));
    return plan;
  };
}

// The category whose K best items that are left have the highest mean, other than the last one.
Planner BestSingle(int64_t slate) {
  return
      [slate](const Categories& categories, const Moment& moment, std::span<const float> scores) {
        std::vector<int64_t> taken(At(categories.count));
        std::vector<double> sum(At(categories.count));
        for (const int32_t item : moment.ranked) {
          for (const int32_t c : categories.of[At(item)]) {
            if (taken[At(c)] == slate) continue;
            ++taken[At(c)];
            sum[At(c)] += static_cast<double>(scores[At(item)]);
          }
        }
        int32_t best = -1;
        for (int32_t c = 0; c < categories.count; ++c) {
          if (c == moment.previous || taken[At(c)] < slate) continue;
          if (best < 0 || sum[At(c)] > sum[At(best)]) best = c;
        }
        return best < 0 ? Plan() : Plan{best};
      };
}

enum class SlateScore { kModel, kRandom, kPopularity };

struct PlannedPolicy {
  const char* name;
  SlateScore score;
  Planner planner;
};

class OraclePlays {
 public:
  OraclePlays(const Dataset& dataset, const Split& split, const ResponseModel& model,
              std::string rule)
      : dataset_(dataset),
        rule_(std::move(rule)),
        categories_(CategoriesFor(dataset, rule_ == "lerl_slots")),
        rarest_(RarestCategory(dataset)),
        env_(dataset, split, model, {}, Config(dataset, rule_), kUsersAtOnce, 1),
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
  static EnvConfig Config(const Dataset& dataset, const std::string& rule) {
    EnvConfig config;
    config.rules = {rule};
    config.rho = 0;
    config.exclude_history = false;
    config.slate_size = std::min<int64_t>(config.slate_size, dataset.num_items());
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
  std::vector<int32_t> Choose(const Plan& plan, std::span<const int32_t> ranked) const {
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
        const int slot = static_cast<int>(b);
        const SlotView seen = env_.Observe(slot);
        if (!seen.active) continue;
        any = true;
        // Scores, a plan from them, and the slate inside the plan.
        FillScores(policy.score, slot, rngs[b]);
        const std::vector<int32_t> ranked = Ranked(slot);
        const Moment moment{users[b], seen.step, previous[b], ranked, &rngs[b]};
        const Plan plan = policy.planner(categories_, moment, scores_);
        previous[b] = plan.size() == 1 ? plan[0] : -1;
        std::vector<int32_t> slate = Choose(plan, ranked);
        const auto place = std::span(slates).subspan(b * At(slate_), At(slate_));
        if (reordered && moment.step > 0) ReorderSlate(place, rarest_, slate);
        std::ranges::copy(slate, place.begin());
        row.steps += 1;
      }
      if (!any) break;
      env_.Step(slates, result);
      row.reward += std::accumulate(result.expected.begin(), result.expected.end(), 0.0);
    }
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
  const Categories categories_;
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
                                   const ResponseModel& model, std::span<const int32_t> users) {
  const PlannedPolicy none{"no plan", SlateScore::kModel, NoPlan()};
  const PlannedPolicy random{"random slates", SlateScore::kRandom, NoPlan()};
  const PlannedPolicy popular{"popularity", SlateScore::kPopularity, NoPlan()};
  const PlannedPolicy random6{"random 6 categories", SlateScore::kModel, RandomPlan(6)};
  const PlannedPolicy random3{"random 3 categories", SlateScore::kModel, RandomPlan(3)};
  std::vector<OracleRow> rows;
  {
    OraclePlays table(dataset, split, model, "lerl");
    for (const PlannedPolicy& policy :
         {none, PlannedPolicy{"own 3 favourite categories", SlateScore::kModel, Favourites(3)},
          random6, random3, PlannedPolicy{"random 1 category", SlateScore::kModel, RandomPlan(1)},
          PlannedPolicy{"round robin, 1 category", SlateScore::kModel, RoundRobin(1)},
          PlannedPolicy{"4 favourites in turn", SlateScore::kModel, FavouritesInTurn(4)},
          PlannedPolicy{"best single category, never the last", SlateScore::kModel, BestSingle(6)}})
      rows.push_back(table.Play(policy, false, users));
    rows.push_back(table.Bound(users));
    rows.push_back(table.Play(random, false, users));
    rows.push_back(table.Play(popular, false, users));
  }
  OraclePlays table(dataset, split, model, "lerl_slots");
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
