#include "lerl/eval/tables/evolving_table.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/base/math.h"
#include "lerl/base/rng.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/evolving/evolving_env.h"

namespace lerl {
namespace {

constexpr int kSlots = 256;  // users played side by side
constexpr int64_t kSittingGapMs = int64_t{30} * 60 * 1000;
constexpr double kBonus = 0.3;

// What a policy of the table may know of a session; each row uses its part.
struct Knowledge {
  Rng rng{0};
  uint64_t start = 0;                      // of the round
  std::vector<double> z;                   // [I]
  std::vector<double> exposure;            // f [C]
  std::vector<double> estimate, variance;  // est, P [C]
  std::vector<float> worth;                // [C] oracle plan
};

// A category that may be planned, and the mean z of the K best of its items that are left.
struct Candidate {
  size_t category;
  double zbar;
};

class Table;
using Score = std::function<double(const Knowledge&, const EvolvingState&, Candidate, int step)>;
enum class Order { kRandom, kPopularity, kZ };

struct Policy {
  const char* name;
  Order order;
  Score score;  // of a category; empty: no plan
  double reference;
};

SessionLengths Summarise(std::vector<int64_t> steps) {
  std::ranges::sort(steps);
  const auto quantile = [&](double p) {
    return static_cast<double>(
        steps[static_cast<size_t>(p * static_cast<double>(steps.size() - 1))]);
  };
  const double sum = static_cast<double>(std::reduce(steps.begin(), steps.end()));
  return {.sessions = std::ssize(steps),
          .mean = sum / static_cast<double>(steps.size()),
          .low = quantile(0.25),
          .median = quantile(0.5),
          .high = quantile(0.75)};
}

EnvConfig TableConfig(EnvConfig config) {
  config.exclude_history = false;
  config.allow_repeats = false;
  return config;
}

class Table {
 public:
  Table(const Dataset& dataset, const Split& split, const EvolvingUsers& users,
        const EnvConfig& config)
      : dataset_(dataset),
        users_(users),
        evolving_(config.evolving),
        mean_kappa_(evolving_.kappa * std::exp(evolving_.kappa_sd * evolving_.kappa_sd / 2)),
        categories_(At(dataset.num_categories())),
        slate_(At(config.slate_size)),
        likes_(At(dataset.num_items())),
        env_(dataset, split, users, TableConfig(config), kSlots, 1) {
    for (int64_t user = 0; user < dataset.num_users(); ++user)
      for (const int64_t row : PastRows(dataset, split, user))
        likes_[At(dataset.items[At(row)])] += dataset.responses[0][At(row)];
  }

  EvolvingRow Play(const Policy& policy, std::span<const int32_t> played, int64_t seeds) {
    std::vector<double> rewards(played.size());  // mean over seeds
    std::vector<int64_t> steps;
    for (int64_t seed = 1; seed <= seeds; ++seed) {
      for (size_t begin = 0; begin < played.size(); begin += kSlots) {
        const size_t count = std::min<size_t>(kSlots, played.size() - begin);
        const auto sums =
            PlayBatch(policy, played.subspan(begin, count), static_cast<uint64_t>(seed), steps);
        for (size_t b = 0; b < count; ++b)
          rewards[begin + b] += sums[b] / static_cast<double>(seeds);
      }
    }
    const auto count = static_cast<double>(played.size());
    const double mean = std::reduce(rewards.begin(), rewards.end()) / count;
    double squares = 0;
    for (const double reward : rewards) squares += (reward - mean) * (reward - mean);
    return {.policy = policy.name,
            .oracle = policy.order == Order::kZ,
            .reward = mean,
            .reward_error = std::sqrt(squares / (count - 1) / count),
            .lengths = Summarise(std::move(steps)),
            .reference = policy.reference};
  }

  double mean_kappa() const { return mean_kappa_; }

 private:
  Knowledge Begin(int slot, int32_t user, uint64_t seed) {
    env_.Start(slot, user, DeriveSeed(seed, "evolving table", static_cast<uint64_t>(user)));
    Knowledge known{.rng = Rng(seed, "slates of the table", static_cast<uint64_t>(user)),
                    .z = {},
                    .exposure = std::vector<double>(categories_),
                    .estimate = std::vector<double>(categories_),
                    .variance = std::vector<double>(categories_, 1.0),
                    .worth = std::vector<float>(categories_)};
    known.start = known.rng.Below(categories_);
    for (int32_t item = 0; item < dataset_.num_items(); ++item)
      known.z.push_back(users_.Z(user, item));
    return known;
  }

  // The items that may be shown, best first.
  std::vector<int32_t> Ranked(Order order, int slot, Knowledge& known) const {
    std::vector<double> scores = known.z;
    if (order == Order::kPopularity) scores = likes_;
    if (order == Order::kRandom)
      for (double& score : scores) score = known.rng.Uniform();
    const std::span<const uint8_t> excluded = env_.Observe(slot).excluded;
    std::vector<int32_t> ranked;
    for (int32_t item = 0; item < dataset_.num_items(); ++item)
      if (excluded[At(item)] == 0) ranked.push_back(item);
    std::ranges::stable_sort(ranked, std::greater(), [&](int32_t i) { return scores[At(i)]; });
    return ranked;
  }

  std::vector<int32_t> Choose(const Policy& policy, int slot, Knowledge& known) {
    // 1. The K best items of each category, where there is a plan.
    std::vector<int32_t> ranked = Ranked(policy.order, slot, known);
    std::vector<std::vector<int32_t>> best(categories_);
    if (policy.score) {
      for (const int32_t item : ranked)
        for (const int32_t c : dataset_.CategoriesOf(item))
          if (best[At(c)].size() < slate_) best[At(c)].push_back(item);
      env_.OracleCategoryRewards(slot, known.worth);
    }
    // 2. The slate of the category with the highest score; of all items where none has K left.
    const int step = env_.Observe(slot).step;
    double highest = -std::numeric_limits<double>::infinity();
    std::vector<int32_t> slate(ranked.begin(), ranked.begin() + static_cast<int64_t>(slate_));
    for (size_t c = 0; c < categories_; ++c) {
      if (best[c].size() < slate_) continue;
      Candidate candidate{.category = c, .zbar = 0};
      for (const int32_t item : best[c])
        candidate.zbar += known.z[At(item)] / static_cast<double>(slate_);
      const double score = policy.score(known, *env_.OracleState(slot), candidate, step);
      if (score <= highest) continue;
      highest = score;
      slate = best[c];
    }
    return slate;
  }

  // Updates exposure and estimates with a slate and its responses, as in the header.
  void TakeInSlate(std::span<const int32_t> slate, std::span<const uint32_t> responses,
                   Knowledge& known) const {
    std::vector<double> exposure(categories_), drive(categories_);
    for (size_t k = 0; k < slate.size(); ++k) {
      const auto of_item = dataset_.CategoriesOf(slate[k]);
      const double w = 1 / static_cast<double>(of_item.size()), like = responses[k] & 1u;
      double x = known.z[At(slate[k])];
      for (const int32_t c : of_item)
        x += w * (known.estimate[At(c)] - mean_kappa_ * known.exposure[At(c)]);
      const double p = Sigmoid(x), h = p * (1 - p) * w;
      // S, the variance of what the like tells.
      double innovation = p * (1 - p);
      for (const int32_t c : of_item) innovation += h * h * known.variance[At(c)];
      for (const int32_t c : of_item) {
        const double gain = known.variance[At(c)] * h / innovation;
        known.estimate[At(c)] += gain * (like - p);
        known.variance[At(c)] *= 1 - gain * h;
        exposure[At(c)] += w / static_cast<double>(slate.size());
        drive[At(c)] += w * (like - 0.5) / static_cast<double>(slate.size());
      }
    }
    // After the slate: exposure, drift and its variance.
    for (size_t c = 0; c < categories_; ++c) {
      known.exposure[c] = evolving_.decay * known.exposure[c] + exposure[c];
      known.estimate[c] += evolving_.eta * drive[c];
      known.variance[c] += evolving_.sigma * evolving_.sigma;
    }
  }

  std::vector<double> PlayBatch(const Policy& policy, std::span<const int32_t> played,
                                uint64_t seed, std::vector<int64_t>& steps) {
    std::vector<Knowledge> known;
    for (size_t b = 0; b < played.size(); ++b)
      known.push_back(Begin(static_cast<int>(b), played[b], seed));
    std::vector<double> sums(played.size());
    std::vector<int32_t> slates(kSlots * slate_);
    StepResult result;
    for (bool any = true; any;) {
      // 1. Each user who is still there gets a slate; all take the step together.
      std::vector<size_t> playing;
      for (size_t b = 0; b < played.size(); ++b) {
        if (!env_.Observe(static_cast<int>(b)).active) continue;
        playing.push_back(b);
        std::ranges::copy(Choose(policy, static_cast<int>(b), known[b]),
                          slates.begin() + static_cast<int64_t>(b * slate_));
      }
      any = !playing.empty();
      if (any) env_.Step(slates, result);
      // 2. What came of it.
      for (const size_t b : playing) {
        sums[b] += static_cast<double>(result.expected[b]);
        TakeInSlate(std::span(slates).subspan(b * slate_, slate_),
                    std::span(result.responses).subspan(b * slate_, slate_), known[b]);
        const SlotView now = env_.Observe(static_cast<int>(b));
        if (!now.active) steps.push_back(now.step);
      }
    }
    return sums;
  }

  const Dataset& dataset_;
  const EvolvingUsers& users_;
  const EvolvingConfig evolving_;
  const double mean_kappa_;
  const size_t categories_, slate_;
  std::vector<double> likes_;  // [I]
  EvolvingEnv env_;
};

std::vector<Policy> Policies(size_t categories, double mean_kappa) {
  const auto tired = [mean_kappa](const Knowledge& known, Candidate c) {
    return c.zbar - mean_kappa * known.exposure[c.category];
  };
  return {
      {"random slates", Order::kRandom, {}, 2.4},
      {"popularity", Order::kPopularity, {}, 7.1},
      {"best items by z, no plan", Order::kZ, {}, 11.4},
      {"round robin", Order::kZ,
       [categories](const Knowledge& known, const EvolvingState&, Candidate c, int step) {
         const uint64_t turn = known.start + static_cast<uint64_t>(step);
         return -static_cast<double>((c.category + categories - turn % categories) % categories);
       },
       12.6},
      {"fatigue_aware", Order::kZ,
       [tired](const Knowledge& known, const EvolvingState&, Candidate c, int) {
         return tired(known, c);
       },
       15.2},
      {"estimated interests", Order::kZ,
       [tired](const Knowledge& known, const EvolvingState&, Candidate c, int) {
         return tired(known, c) + known.estimate[c.category] +
                kBonus * std::sqrt(known.variance[c.category]);
       },
       17.0},
      {"true interests", Order::kZ,
       [tired](const Knowledge& known, const EvolvingState& state, Candidate c, int) {
         return tired(known, c) + state.theta[c.category];
       },
       18.4},
      {"oracle plan", Order::kZ,
       [](const Knowledge& known, const EvolvingState&, Candidate c, int) {
         return static_cast<double>(known.worth[c.category]);
       },
       20.0},
  };
}

double RewardOf(std::span<const EvolvingRow> rows, std::string_view policy) {
  for (const EvolvingRow& row : rows)
    if (row.policy == policy) return row.reward;
  FailCheck(__FILE__, __LINE__, "no row " + std::string(policy));
}

}  // namespace

std::vector<EvolvingRow> EvolvingTable(const Dataset& dataset, const Split& split,
                                       const EvolvingUsers& users, const EnvConfig& config,
                                       std::span<const int32_t> played, int64_t seeds) {
  Table table(dataset, split, users, config);
  std::vector<EvolvingRow> rows;
  for (const Policy& policy : Policies(At(dataset.num_categories()), table.mean_kappa()))
    rows.push_back(table.Play(policy, played, seeds));
  return rows;
}

double WorthOfTruth(std::span<const EvolvingRow> rows) {
  return RewardOf(rows, "true interests") / RewardOf(rows, "fatigue_aware") - 1;
}

SessionLengths LengthsInLog(const Dataset& dataset, int64_t slate) {
  std::vector<int64_t> steps;
  for (int64_t user = 0; user < dataset.num_users(); ++user) {
    int64_t items = 0;
    for (int64_t row = dataset.RowsBegin(user); row < dataset.RowsEnd(user); ++row) {
      ++items;
      const bool last = row + 1 == dataset.RowsEnd(user) ||
                        dataset.times_ms[At(row + 1)] - dataset.times_ms[At(row)] > kSittingGapMs;
      if (!last) continue;
      steps.push_back((items + slate - 1) / slate);
      items = 0;
    }
  }
  return Summarise(std::move(steps));
}

std::string EvolvingText(std::span<const EvolvingRow> rows, const SessionLengths& in_log,
                         bool with_reference) {
  char line[256];
  std::snprintf(line, sizeof(line), "%-26s %-7s %6s %5s %6s %-15s %6s%s\n", "policy", "reads",
                "R_cum", "s.e.", "T_int", "quartiles", "R_sin",
                with_reference ? "  prototype" : "");
  std::string text = line;
  const auto quartiles = [](const SessionLengths& lengths) {
    char cell[64];
    std::snprintf(cell, sizeof(cell), "%.0f / %.0f / %.0f", lengths.low, lengths.median,
                  lengths.high);
    return std::string(cell);
  };
  for (const EvolvingRow& row : rows) {
    std::snprintf(line, sizeof(line), "%-26s %-7s %6.2f %5.2f %6.2f %-15s %6.3f",
                  row.policy.c_str(), row.oracle ? "oracle" : "", row.reward, row.reward_error,
                  row.lengths.mean, quartiles(row.lengths).c_str(), row.per_step());
    text += line;
    if (with_reference) {
      std::snprintf(line, sizeof(line), "  %9.1f", row.reference);
      text += line;
    }
    text += "\n";
  }
  std::snprintf(line, sizeof(line),
                "\ntrue interests in place of none: %+.1f%% of R_cum\n"
                "sittings in the log, in slates: mean %.2f, quartiles %s\n",
                100 * WorthOfTruth(rows), in_log.mean, quartiles(in_log).c_str());
  return text + line;
}

nlohmann::json EvolvingJson(std::span<const EvolvingRow> rows, const SessionLengths& in_log) {
  const auto lengths = [](const SessionLengths& of) {
    return nlohmann::json{
        {"sessions", of.sessions}, {"mean", of.mean}, {"quartiles", {of.low, of.median, of.high}}};
  };
  nlohmann::json table = nlohmann::json::array();
  for (const EvolvingRow& row : rows)
    table.push_back({{"policy", row.policy},
                     {"oracle", row.oracle},
                     {"R_cum", row.reward},
                     {"standard_error", row.reward_error},
                     {"T_int", lengths(row.lengths)},
                     {"R_sin", row.per_step()}});
  return {{"rows", table},
          {"worth_of_truth", WorthOfTruth(rows)},
          {"sittings_in_log", lengths(in_log)}};
}

}  // namespace lerl
