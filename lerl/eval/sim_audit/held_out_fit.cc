#include "lerl/eval/sim_audit/held_out_fit.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "lerl/base/index.h"
#include "lerl/base/math.h"
#include "lerl/eval/sim_audit/user_bootstrap.h"
#include "lerl/sim/response/response_metrics.h"

namespace lerl {
namespace {

constexpr double kNoFigure = std::numeric_limits<double>::quiet_NaN();

Interaction ShownRow(const Dataset& dataset, int64_t row) {
  Interaction shown{dataset.items[At(row)], 0};
  for (size_t f = 0; f < dataset.responses.size(); ++f)
    shown.responses |= uint32_t{dataset.responses[f][At(row)]} << f;
  return shown;
}

// [U] the held-out rows of each user, in order.
std::vector<std::vector<int64_t>> HeldOutRowsOf(const Dataset& dataset, const Split& split,
                                                const MfConfig* left_out_by) {
  std::vector<std::vector<int64_t>> rows(At(dataset.num_users()));
  std::vector<uint8_t> held;
  if (left_out_by != nullptr) {
    held.resize(At(dataset.num_interactions()));
    for (const int64_t row : MfHeldOutRows(dataset.num_interactions(), *left_out_by))
      held[At(row)] = 1;
  }
  for (int64_t user = 0; user < dataset.num_users(); ++user) {
    for (int64_t row = held.empty() ? split.valid_end[At(user)] : dataset.RowsBegin(user);
         row < dataset.RowsEnd(user); ++row)
      if (held.empty() || held[At(row)] != 0) rows[At(user)].push_back(row);
  }
  return rows;
}

// Predicts one slate of rows from the state before it, and lets the state take it in.
void PredictSlate(const ResponseModel& model, const Dataset& dataset, std::span<const int64_t> rows,
                  int32_t user, const PlayedFitOptions& options, ResponseState& state,
                  PlayedRows& out) {
  std::vector<int32_t> slate;
  std::vector<Interaction> shown;
  for (const int64_t row : rows) {
    shown.push_back(ShownRow(dataset, row));
    slate.push_back(shown.back().item);
  }
  const auto behaviours = At(model.num_behaviours());
  std::vector<float> logits(slate.size() * behaviours);
  const int slot = 0;
  model.Score(state, {&slot, 1}, slate, logits);
  const std::vector<float> similarity =
      options.rho == 0 ? std::vector<float>(slate.size())
                       : SlateSimilarity(slate, options.item_vectors,
                                         std::ssize(options.item_vectors) / dataset.num_items());
  for (size_t k = 0; k < slate.size(); ++k) {
    out.users.push_back(user);
    out.items.push_back(slate[k]);
    for (size_t f = 0; f < behaviours; ++f) {
      const float plain = Sigmoid(logits[k * behaviours + f]);
      out.plain.push_back(plain);
      out.played.push_back(
          std::clamp(plain - static_cast<float>(options.rho) * similarity[k], 0.0f, 1.0f));
      out.targets.push_back(static_cast<uint8_t>((shown[k].responses >> f) & 1u));
    }
  }
  model.Append(state, {&slot, 1}, shown);
}

// A group of rows: its name and, for each row, whether it belongs.
struct RowGroup {
  std::string name;
  std::vector<uint8_t> belongs;  // [N]
};

// [I] 1: among the fifth of the items with most training rows.
std::vector<uint8_t> PopularItems(const Dataset& dataset, const Split& split) {
  std::vector<int64_t> count(At(dataset.num_items()));
  for (int64_t user = 0; user < dataset.num_users(); ++user)
    for (const int64_t row : PastRows(dataset, split, user)) ++count[At(dataset.items[At(row)])];
  std::vector<size_t> order(count.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, std::greater(), [&](size_t i) { return count[i]; });
  std::vector<uint8_t> popular(count.size());
  for (size_t n = 0; n < order.size() / 5; ++n) popular[order[n]] = 1;
  return popular;
}

// [U] the third by training rows, 0 to 2, among the users of the rows.
std::vector<int> ThirdsByRows(const PlayedRows& rows, const Dataset& dataset, const Split& split) {
  std::vector<int32_t> users = rows.users;
  users.erase(std::ranges::unique(users).begin(), users.end());
  std::ranges::stable_sort(users, {},
                           [&](int32_t user) { return PastRows(dataset, split, user).size(); });
  std::vector<int> third(At(dataset.num_users()));
  for (size_t n = 0; n < users.size(); ++n)
    third[At(users[n])] = static_cast<int>(3 * n / users.size());
  return third;
}

std::vector<RowGroup> GroupsOf(const PlayedRows& rows, const Dataset& dataset, const Split& split) {
  const std::vector<int> third = ThirdsByRows(rows, dataset, split);
  const std::vector<uint8_t> popular = PopularItems(dataset, split);
  const auto past = [&](size_t n) { return !PastRows(dataset, split, rows.users[n]).empty(); };
  const auto in_third = [&](int which) {
    return [&third, &rows, which](size_t n) { return third[At(rows.users[n])] == which; };
  };
  std::vector<RowGroup> groups;
  const auto add = [&](const char* name, const std::function<bool(size_t)>& belongs) {
    RowGroup& group = groups.emplace_back(name, std::vector<uint8_t>(rows.users.size()));
    for (size_t n = 0; n < rows.users.size(); ++n) group.belongs[n] = belongs(n);
  };
  add("all users", [](size_t) { return true; });
  add("with past", past);
  add("without past", [&](size_t n) { return !past(n); });
  add("fewest rows", in_third(0));
  add("middle", in_third(1));
  add("most rows", in_third(2));
  add("popular items", [&](size_t n) { return popular[At(rows.items[n])] != 0; });
  add("other items", [&](size_t n) { return popular[At(rows.items[n])] == 0; });
  return groups;
}

// The predictions of a group for one behaviour, by user.
struct ByUser {
  std::vector<std::vector<float>> played, plain;
  std::vector<std::vector<uint8_t>> targets;
};

ByUser Collect(const PlayedRows& rows, const RowGroup& group, size_t f, size_t behaviours) {
  ByUser by_user;
  int32_t last = -1;
  for (size_t n = 0; n < rows.users.size(); ++n) {
    if (group.belongs[n] == 0) continue;
    if (rows.users[n] != last) {
      last = rows.users[n];
      by_user.played.emplace_back();
      by_user.plain.emplace_back();
      by_user.targets.emplace_back();
    }
    by_user.played.back().push_back(rows.played[n * behaviours + f]);
    by_user.plain.back().push_back(rows.plain[n * behaviours + f]);
    by_user.targets.back().push_back(rows.targets[n * behaviours + f]);
  }
  return by_user;
}

using FitFigure = double (*)(std::span<const float>, std::span<const uint8_t>);

double EceOf(std::span<const float> p, std::span<const uint8_t> y) {
  return CalibrationError(Reliability(p, y, 10));
}

double SkillOf(std::span<const float> p, std::span<const uint8_t> y) {
  if (y.empty()) return kNoFigure;
  const double rate =
      static_cast<double>(std::accumulate(y.begin(), y.end(), 0L)) / static_cast<double>(y.size());
  if (rate == 0 || rate == 1) return kNoFigure;
  const std::vector<float> constant(y.size(), static_cast<float>(rate));
  return 1 - LogLoss(p, y) / LogLoss(constant, y);
}

Interval IntervalOf(const std::vector<std::vector<float>>& p,
                    const std::vector<std::vector<uint8_t>>& y, FitFigure figure) {
  return BootstrapUsers(std::ssize(p), [&](std::span<const int64_t> users) {
    std::vector<float> predicted;
    std::vector<uint8_t> targets;
    for (const int64_t user : users) {
      predicted.insert(predicted.end(), p[At(user)].begin(), p[At(user)].end());
      targets.insert(targets.end(), y[At(user)].begin(), y[At(user)].end());
    }
    return figure(predicted, targets);
  });
}

struct FitRow {
  const char* name;
  FitFigure figure;
  std::optional<LightBounds> bounds;
};

void AddGroup(const PlayedRows& rows, const RowGroup& group, const Dataset& dataset, size_t f,
              std::vector<AuditFigure>& figures) {
  const ByUser by_user = Collect(rows, group, f, dataset.behaviours.size());
  const bool main = f == 0, all = group.name == "all users";
  for (const FitRow& row :
       {FitRow{"AUC", AreaUnderCurve, kAucBounds}, FitRow{"log loss", LogLoss, std::nullopt},
        FitRow{"skill", SkillOf, kSkillBounds}, FitRow{"ECE", EceOf, kEceBounds}}) {
    AuditFigure& figure = figures.emplace_back();
    figure.check = "held-out fit";
    figure.name = std::string(row.name) + " of " + dataset.behaviours[f];
    figure.group = group.name;
    if (main) figure.bounds = row.bounds;
    figure.decides = main && all && row.bounds;
    if (by_user.played.empty()) {
      figure.note = "empty group: no held-out row";
      return;
    }
    figure.value = IntervalOf(by_user.played, by_user.targets, row.figure);
    if (std::isnan(figure.value->mean)) {
      figure.value.reset();
      figure.note = "all rows were answered alike";
    }
  }
  if (!all || by_user.plain.empty()) return;
  figures.push_back({.check = "held-out fit",
                     .name = "ECE of " + dataset.behaviours[f] + " " + rows.plain_name,
                     .group = group.name,
                     .value = IntervalOf(by_user.plain, by_user.targets, EceOf)});
}

}  // namespace

std::vector<float> SlateSimilarity(std::span<const int32_t> slate,
                                   std::span<const float> item_vectors, int64_t width) {
  std::vector<float> mean(slate.size());
  if (slate.size() < 2) return mean;
  for (size_t k = 0; k < slate.size(); ++k) {
    for (size_t j = 0; j < slate.size(); ++j) {
      if (j == k) continue;
      for (int64_t d = 0; d < width; ++d)
        mean[k] += item_vectors[At(slate[k] * width + d)] * item_vectors[At(slate[j] * width + d)];
    }
    mean[k] /= static_cast<float>(slate.size() - 1);
  }
  return mean;
}

PlayedRows PredictAsPlayed(const ResponseModel& model, const Dataset& dataset, const Split& split,
                           const PlayedFitOptions& options) {
  const auto by_user = HeldOutRowsOf(dataset, split, options.left_out_by);
  std::vector<int32_t> users;
  for (int32_t user = 0; user < dataset.num_users(); ++user)
    if (!by_user[At(user)].empty()) users.push_back(user);
  const auto count = std::ssize(users);
  const int64_t kept = options.most_users > 0 ? std::min(options.most_users, count) : count;
  PlayedRows out;
  const std::unique_ptr<ResponseState> state = model.NewState(1);
  for (int64_t n = 0; n < kept; ++n) {
    const int32_t user = users[At(n * count / kept)];
    const std::vector<int64_t>& rows = by_user[At(user)];
    std::vector<Interaction> past;
    for (int64_t row = std::max(dataset.RowsBegin(user), rows[0] - model.history()); row < rows[0];
         ++row)
      past.push_back(ShownRow(dataset, row));
    model.Start(*state, 0, user, past);
    for (size_t begin = 0; begin < rows.size(); begin += At(options.slate))
      PredictSlate(model, dataset,
                   std::span(rows).subspan(begin, std::min(At(options.slate), rows.size() - begin)),
                   user, options, *state, out);
  }
  return out;
}

std::vector<AuditFigure> HeldOutFit(const PlayedRows& rows, const Dataset& dataset,
                                    const Split& split, bool with_groups) {
  std::vector<AuditFigure> figures;
  std::vector<RowGroup> groups = GroupsOf(rows, dataset, split);
  if (!with_groups) groups.resize(1);
  for (size_t f = 0; f < dataset.behaviours.size(); ++f)
    for (const RowGroup& group : groups) AddGroup(rows, group, dataset, f, figures);
  return figures;
}

}  // namespace lerl
