#include "lerl/eval/sim_audit/counterfactual_check.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lerl/agents/control_agents.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/sim/env_config.h"

namespace lerl {
namespace {

constexpr double kZ = 1.959963984540054;  // .975 quantile of the normal distribution

// Half of the rows, and the other half by user.
struct Halves {
  std::vector<int32_t> users, items;  // of A
  std::vector<float> responses;
  std::vector<std::vector<int32_t>> other_items;    // [users] of B
  std::vector<std::vector<float>> other_responses;  // [users]
};

Halves Halve(const Dataset& dataset, const std::vector<int32_t>& users, uint64_t seed) {
  Halves halves;
  halves.other_items.resize(users.size());
  halves.other_responses.resize(users.size());
  for (size_t n = 0; n < users.size(); ++n) {
    Rng rng(seed, "halves of the log", static_cast<uint64_t>(users[n]));
    for (int64_t row = dataset.RowsBegin(users[n]); row < dataset.RowsEnd(users[n]); ++row) {
      const int32_t item = dataset.items[At(row)];
      const auto response = static_cast<float>(dataset.responses[0][At(row)]);
      if (rng.Bernoulli(0.5)) {
        halves.users.push_back(users[n]);
        halves.items.push_back(item);
        halves.responses.push_back(response);
      } else {
        halves.other_items[n].push_back(item);
        halves.other_responses[n].push_back(response);
      }
    }
  }
  return halves;
}

// A recommender's scores of items for a user; none of the random one.
using ItemScore = std::function<float(int32_t user, int32_t item)>;

std::vector<double> ByLog(const Halves& halves, const std::vector<int32_t>& users, int64_t slate,
                          const ItemScore& score) {
  std::vector<double> worth;
  for (size_t n = 0; n < users.size(); ++n) {
    if (std::ssize(halves.other_items[n]) < 2 * slate) continue;
    std::vector<float> scores;
    if (score)
      for (const int32_t item : halves.other_items[n]) scores.push_back(score(users[n], item));
    worth.push_back(ReplayValue(scores, halves.other_responses[n], slate));
  }
  return worth;
}

// The recommenders fitted on A, judged both ways.
std::vector<TwoWorths> JudgeSplit(const World& world, const RunConfig& config,
                                  const AuditPlay& play, const std::vector<int32_t>& users,
                                  uint64_t seed) {
  const Dataset& dataset = world.dataset;
  const Halves halves = Halve(dataset, users, seed);
  MfConfig fit;
  fit.row_share = 1;
  fit.seed = static_cast<int64_t>(seed);
  const auto model = std::make_shared<const MfModel>(
      FitMf(halves.users, halves.items, halves.responses, static_cast<int>(dataset.num_users()),
            static_cast<int>(dataset.num_items()), fit));
  std::vector<float> likes(At(dataset.num_items()));
  for (size_t n = 0; n < halves.items.size(); ++n)
    likes[At(halves.items[n])] += halves.responses[n];
  const int64_t slate = config.env->slate_size;
  const auto judge = [&](const char* name, const ItemScore& score, std::unique_ptr<Agent> agent) {
    const PolicyFigures played =
        FiguresOf(name, PlayAgent(world, world, config, std::move(agent), play));
    return TwoWorths{.name = name,
                     .by_log = ByLog(halves, users, slate, score),
                     .per_step = played.per_step.estimate,
                     .reward = played.reward.estimate};
  };
  std::vector<TwoWorths> worths;
  worths.push_back(judge(
      "factors", [&](int32_t u, int32_t i) { return model->Logit(u, i); },
      MakeModelAgent(model, 1)));
  worths.push_back(judge(
      "liked", [&](int32_t, int32_t i) { return likes[At(i)]; }, MakeScoreAgent(likes)));
  worths.push_back(judge("random", {}, MakeRandomAgent()));
  worths.push_back(judge(
      "reversed", [&](int32_t u, int32_t i) { return -model->Logit(u, i); },
      MakeModelAgent(model, -1)));
  return worths;
}

// 1 or -1 where the mean of a - b is shown to be above or below 0, else 0.
int ShownSign(const std::vector<double>& a, const std::vector<double>& b) {
  const auto count = static_cast<double>(a.size());
  if (a.size() < 2) return 0;
  double mean = 0, squares = 0;
  for (size_t n = 0; n < a.size(); ++n) mean += (a[n] - b[n]) / count;
  for (size_t n = 0; n < a.size(); ++n) squares += (a[n] - b[n] - mean) * (a[n] - b[n] - mean);
  const double half_width = kZ * std::sqrt(squares / (count - 1) / count);
  if (std::abs(mean) <= half_width) return 0;
  return mean > 0 ? 1 : -1;
}

AuditFigure AgreementFigure(const std::string& pair, int64_t alike, int64_t ordered) {
  AuditFigure figure{.check = "counterfactual", .name = pair, .group = ""};
  if (ordered > 0)
    figure.value = WilsonInterval(alike, ordered);
  else
    figure.note = "the log orders no such pair beyond doubt";
  return figure;
}

}  // namespace

Interval WilsonInterval(int64_t yes, int64_t all) {
  const auto n = static_cast<double>(all);
  const double p = static_cast<double>(yes) / n, z2 = kZ * kZ;
  const double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
  const double half = kZ * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);
  return {p, std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

double ReplayValue(const std::vector<float>& scores, const std::vector<float>& responses,
                   int64_t slate) {
  std::vector<size_t> order(responses.size());
  std::iota(order.begin(), order.end(), size_t{0});
  if (!scores.empty()) {
    std::ranges::stable_sort(order, std::greater(), [&](size_t n) { return scores[n]; });
    order.resize(std::min(order.size(), At(slate)));
  }
  double sum = 0;
  for (const size_t n : order) sum += static_cast<double>(responses[n]);
  return sum / static_cast<double>(order.size());
}

void CountAgreement(const std::vector<TwoWorths>& worths, std::map<std::string, Agreement>& pairs) {
  for (size_t a = 0; a < worths.size(); ++a) {
    for (size_t b = a + 1; b < worths.size(); ++b) {
      Agreement& pair = pairs[worths[a].name + " and " + worths[b].name];
      const int by_log = ShownSign(worths[a].by_log, worths[b].by_log);
      if (by_log == 0) continue;
      ++pair.ordered;
      pair.alike += by_log * (worths[a].per_step - worths[b].per_step) > 0;
      pair.alike_by_reward += by_log * (worths[a].reward - worths[b].reward) > 0;
    }
  }
}

std::vector<AuditFigure> CounterfactualCheck(const World& world, const RunConfig& config,
                                             const AuditPlay& play, int64_t splits) {
  std::vector<int32_t> users = world.split.train_users;
  users.insert(users.end(), world.split.valid_users.begin(), world.split.valid_users.end());
  std::map<std::string, Agreement> pairs;
  AuditPlay once = play;
  once.seeds.resize(1);
  for (int64_t split = 1; split <= splits; ++split)
    CountAgreement(JudgeSplit(world, config, once, users, static_cast<uint64_t>(split)), pairs);
  Agreement all;
  for (const auto& [name, pair] : pairs) {
    all.ordered += pair.ordered;
    all.alike += pair.alike;
    all.alike_by_reward += pair.alike_by_reward;
  }
  std::vector<AuditFigure> figures = {
      AgreementFigure("pairs ordered as the other half of the log does, reward per step", all.alike,
                      all.ordered),
      AgreementFigure("the same, R_cum", all.alike_by_reward, all.ordered)};
  figures[0].bounds = kAgreementBounds;
  figures[0].decides = true;
  if (figures[0].note.empty())
    figures[0].note = std::to_string(all.alike) + " of " + std::to_string(all.ordered) + " in " +
                      std::to_string(splits) + " halvings";
  for (const auto& [name, pair] : pairs)
    figures.push_back(AgreementFigure(name, pair.alike, pair.ordered));
  figures.push_back({.check = "counterfactual",
                     .name = "pairs ordered as randomised exposure does",
                     .note = "this data set marks no rows that were shown at random"});
  return figures;
}

}  // namespace lerl
