#include "lerl/eval/sim_audit/evolving_fit.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/index.h"
#include "lerl/base/math.h"
#include "lerl/eval/sim_audit/user_bootstrap.h"
#include "lerl/eval/tables/evolving_table.h"
#include "lerl/sim/env_config.h"

namespace lerl {
namespace {

constexpr int64_t kWorthSeeds = 2;

double RowLoss(float p, uint8_t liked) {
  const double right = liked != 0 ? static_cast<double>(p) : 1 - static_cast<double>(p);
  return -std::log(std::max(right, 1e-7));
}

// Cells of the world's users: how many are latent, and the mean squares of both kinds.
struct CellSquares {
  double latent = 0, known = 0, latent_squares = 0, known_squares = 0;
};

CellSquares SquaresOf(const EvolvingUsers& people, const Dataset& dataset,
                      const EvolvingConfig& config) {
  CellSquares cells;
  for (int32_t user = 0; user < dataset.num_users(); ++user) {
    const EvolvingProfile profile = people.Profile(user, config);
    for (size_t c = 0; c < profile.theta.size(); ++c) {
      const double square = profile.theta[c] * profile.theta[c];
      (profile.latent[c] != 0 ? cells.latent : cells.known) += 1;
      (profile.latent[c] != 0 ? cells.latent_squares : cells.known_squares) += square;
    }
  }
  return cells;
}

Interval Exactly(double value) { return {value, value, value}; }

AuditFigure WorthFigure(const World& world, const RunConfig& config, int64_t table_users) {
  std::vector<int32_t> users = world.split.valid_users;
  if (table_users < std::ssize(users)) users.resize(At(table_users));
  const std::vector<EvolvingRow> rows =
      EvolvingTable(world.dataset, world.split, *world.evolving, *config.env, users, kWorthSeeds);
  const double worth = WorthOfTruth(rows);
  const auto find = [&](std::string_view name) {
    return *std::ranges::find(rows, name, &EvolvingRow::policy);
  };
  const EvolvingRow truth = find("true interests"), none = find("fatigue_aware");
  const double error = std::hypot(truth.reward_error / none.reward,
                                  truth.reward * none.reward_error / none.reward / none.reward);
  return {.check = "evolving world",
          .name = "worth of the true interests, share of R_cum",
          .group = "validation users",
          .value = Interval{worth, worth - 1.96 * error, worth + 1.96 * error},
          .bounds = kWorthBounds,
          .decides = true};
}

}  // namespace

PlayedRows PredictEvolving(const EvolvingUsers& people, const MfModel& z_alone,
                           const Dataset& dataset, const Split& split,
                           const EvolvingConfig& config) {
  PlayedRows out;
  out.plain_name = "of z alone";
  for (int32_t user = 0; user < dataset.num_users(); ++user) {
    const EvolvingProfile profile = people.Profile(user, config);
    for (int64_t row = split.valid_end[At(user)]; row < dataset.RowsEnd(user); ++row) {
      const int32_t item = dataset.items[At(row)];
      const auto categories = dataset.CategoriesOf(item);
      double logit = people.Z(user, item);
      for (const int32_t c : categories)
        logit += profile.theta[At(c)] / static_cast<double>(categories.size());
      out.users.push_back(user);
      out.items.push_back(item);
      out.played.push_back(static_cast<float>(Sigmoid(logit)));
      out.plain.push_back(Sigmoid(z_alone.Logit(user, item)));
      out.targets.push_back(dataset.responses[0][At(row)]);
    }
  }
  return out;
}

Interval ExtraLogLoss(const PlayedRows& rows) {
  // Sums by user: the world's loss and that of z alone.
  std::vector<std::pair<double, double>> losses;
  for (size_t n = 0; n < rows.users.size(); ++n) {
    if (n == 0 || rows.users[n] != rows.users[n - 1]) losses.emplace_back();
    losses.back().first += RowLoss(rows.played[n], rows.targets[n]);
    losses.back().second += RowLoss(rows.plain[n], rows.targets[n]);
  }
  return BootstrapUsers(std::ssize(losses), [&](std::span<const int64_t> users) {
    double world = 0, plain = 0;
    for (const int64_t user : users) {
      world += losses[At(user)].first;
      plain += losses[At(user)].second;
    }
    return world / plain - 1;
  });
}

std::vector<AuditFigure> EvolvingFit(const World& world, const RunConfig& config,
                                     int64_t table_users) {
  const EvolvingConfig& evolving = config.env->evolving;
  const MfModel z = FitMfOnTrainingRows(world.dataset, world.split, evolving.mf);
  Dataset of_likes = world.dataset;  // the task has the first behaviour alone
  of_likes.behaviours.resize(1);
  PlayedRows rows = PredictEvolving(*world.evolving, z, world.dataset, world.split, evolving);
  std::vector<AuditFigure> figures = HeldOutFit(rows, of_likes, world.split);
  const CellSquares cells = SquaresOf(*world.evolving, world.dataset, evolving);
  figures.push_back({.check = "evolving world",
                     .name = "extra log loss against z alone",
                     .group = "all users",
                     .value = ExtraLogLoss(rows),
                     .bounds = kExtraLossBounds,
                     .decides = true});
  figures.push_back({.check = "evolving world",
                     .name = "share of latent cells",
                     .group = "user x category",
                     .value = Exactly(cells.latent / (cells.latent + cells.known))});
  if (cells.latent > 0 && cells.known_squares > 0)
    figures.push_back({.check = "evolving world",
                       .name = "variance of latent interests / known ones",
                       .group = "user x category",
                       .value = Exactly(cells.latent_squares / cells.latent /
                                        (cells.known_squares / cells.known)),
                       .bounds = kVarianceBounds});
  figures.push_back(WorthFigure(world, config, table_users));
  // The rows of z alone, beside those of the world.
  std::swap(rows.played, rows.plain);
  rows.plain_name = "of the world";
  for (AuditFigure& figure : HeldOutFit(rows, of_likes, world.split, false)) {
    if (figure.name.ends_with(rows.plain_name)) continue;
    figure.check = "evolving world";
    figure.name += ", z alone";
    figure.bounds.reset();
    figure.decides = false;
    figures.push_back(std::move(figure));
  }
  return figures;
}

}  // namespace lerl
