#include "lerl/eval/sim_audit/session_shapes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "lerl/base/index.h"
#include "lerl/eval/metrics/slate_categories.h"
#include "lerl/eval/sim_audit/distances.h"

namespace lerl {
namespace {

constexpr int64_t kGapMs = int64_t{30} * 60 * 1000;
constexpr int64_t kDayMs = int64_t{24} * 3600 * 1000;
constexpr int64_t kEntropySteps = 3;
constexpr int64_t kMostDays = 10;

bool HasTimes(const Dataset& dataset) {
  return std::ranges::find(dataset.notes, kNoTimes) == dataset.notes.end();
}

// Adds repeats and entropy of session s.
void AddSession(const SessionLog& log, int64_t s, const Dataset& dataset, size_t user,
                SessionShapes& shapes) {
  const std::vector<uint8_t> repeats = StepsThatRepeat(dataset, log, s);
  if (repeats.size() > 1)
    shapes.repeats[user].push_back(
        static_cast<double>(std::accumulate(repeats.begin() + 1, repeats.end(), 0L)) /
        static_cast<double>(repeats.size() - 1));
  if (log.length[At(s)] < kEntropySteps) return;
  double entropy = 0;
  for (const double share : CategoryShares(dataset, log, s, 0, kEntropySteps))
    if (share > 0) entropy -= share * std::log2(share);
  shapes.entropies[user].push_back(entropy);
}

SessionShapes Sized(size_t users) {
  return {.lengths = ValuesByUser(users),
          .repeats = ValuesByUser(users),
          .entropies = ValuesByUser(users),
          .tenths = ValuesByUser(users),
          .days = ValuesByUser(users)};
}

// Rows [first, last) of a user.
struct Sitting {
  int64_t first, last;
};

std::vector<Sitting> SittingsOf(const Dataset& dataset, int64_t user) {
  std::vector<Sitting> sittings;
  const bool times = HasTimes(dataset);
  for (int64_t row = dataset.RowsBegin(user); row < dataset.RowsEnd(user); ++row) {
    const bool new_one =
        sittings.empty() ||
        (times && dataset.times_ms[At(row)] - dataset.times_ms[At(row - 1)] > kGapMs);
    if (new_one) sittings.push_back({row, row});
    sittings.back().last = row + 1;
  }
  return sittings;
}

// A sitting as a log of one session, of its whole slates.
SessionLog AsSession(const Dataset& dataset, const Sitting& sitting, int64_t slate) {
  const int64_t steps = (sitting.last - sitting.first) / slate;
  SessionLog log;
  log.Resize(1, std::max<int64_t>(steps, 1), slate, dataset.num_categories(), 0);
  log.length[0] = static_cast<int32_t>(steps);
  for (int64_t n = 0; n < steps * slate; ++n)
    log.items[At(n)] = dataset.items[At(sitting.first + n)];
  return log;
}

// The share of likes in each tenth and how many items it is of, of values 2 * tenth + like.
struct LikesByTenth {
  std::array<double, 10> likes{}, items{};
};

LikesByTenth LikesOf(const std::vector<double>& values) {
  LikesByTenth by_tenth;
  for (const double value : values) {
    const auto code = static_cast<size_t>(value);
    by_tenth.items[code / 2] += 1;
    by_tenth.likes[code / 2] += static_cast<double>(code % 2);
  }
  return by_tenth;
}

double LikeGap(const std::vector<double>& play, const std::vector<double>& log) {
  const LikesByTenth a = LikesOf(play), b = LikesOf(log);
  double sum = 0, weight = 0;
  for (size_t k = 0; k < 10; ++k) {
    if (a.items[k] == 0 || b.items[k] == 0) continue;
    sum += b.items[k] * std::abs(a.likes[k] / a.items[k] - b.likes[k] / b.items[k]);
    weight += b.items[k];
  }
  return weight > 0 ? sum / weight : std::numeric_limits<double>::quiet_NaN();
}

double ShareOfLikes(const std::vector<double>& values) {
  double likes = 0;
  for (const double value : values) likes += static_cast<double>(static_cast<size_t>(value) % 2);
  return likes / static_cast<double>(values.size());
}

double AllLikesGap(std::vector<double> play, std::vector<double> log) {
  return std::abs(ShareOfLikes(play) - ShareOfLikes(log));
}

std::vector<double> Halved(std::vector<double> values) {
  for (double& value : values) value = std::floor(value / 2);
  return values;
}

double MeanOf(const ValuesByUser& values) {
  double sum = 0, count = 0;
  for (const std::vector<double>& of_user : values) {
    sum += std::accumulate(of_user.begin(), of_user.end(), 0.0);
    count += static_cast<double>(of_user.size());
  }
  return count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
}

using Distance = std::function<double(std::vector<double>, std::vector<double>)>;

// One figure, with the two means in its note.
AuditFigure Compare(const std::string& name, const ValuesByUser& play, const ValuesByUser& log,
                    const Distance& distance, std::optional<LightBounds> bounds,
                    const std::string& note = "") {
  AuditFigure figure{.check = "sessions against the log",
                     .name = name,
                     .group = "",
                     .value = BootstrapDistance(play, log, distance),
                     .bounds = bounds,
                     .note = note};
  if (std::isnan(figure.value->mean)) {
    figure.value.reset();
    figure.note = "nothing to compare: no such session in the simulator or in the log";
  }
  return figure;
}

std::string Means(const ValuesByUser& play, const ValuesByUser& log) {
  char text[96];
  std::snprintf(text, sizeof(text), "mean %.3f simulated, %.3f in the log", MeanOf(play),
                MeanOf(log));
  return text;
}

}  // namespace

std::vector<int> PopularityTenths(const Dataset& dataset, const Split& split) {
  std::vector<int64_t> count(At(dataset.num_items()));
  for (int64_t user = 0; user < dataset.num_users(); ++user)
    for (const int64_t row : PastRows(dataset, split, user)) ++count[At(dataset.items[At(row)])];
  std::vector<size_t> order(count.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, std::greater(), [&](size_t i) { return count[i]; });
  std::vector<int> tenth(count.size());
  for (size_t n = 0; n < order.size(); ++n)
    tenth[order[n]] = static_cast<int>(10 * n / order.size());
  return tenth;
}

SessionShapes ShapesOfPlay(const std::vector<SessionLog>& logs, const Dataset& dataset,
                           const Split& split) {
  const std::vector<int> tenth = PopularityTenths(dataset, split);
  SessionShapes shapes = Sized(logs.empty() ? 0 : At(logs[0].sessions));
  for (const SessionLog& log : logs) {
    for (int64_t s = 0; s < log.sessions; ++s) {
      const auto user = At(s);
      int64_t steps = 0;  // of the present visit
      for (int64_t t = 0; t < log.length[user]; ++t) {
        const size_t cell = log.Cell(s, t);
        ++steps;
        if (log.return_days[cell] != 0) {
          shapes.lengths[user].push_back(static_cast<double>(steps));
          shapes.days[user].push_back(
              static_cast<double>(std::min<int64_t>(log.return_days[cell], kMostDays)));
          steps = 0;
        }
        for (size_t k = cell * At(log.slate); k < (cell + 1) * At(log.slate); ++k)
          shapes.tenths[user].push_back(static_cast<double>(2 * tenth[At(log.items[k])]) +
                                        static_cast<double>(log.responses[k] & 1u));
      }
      if (steps > 0) shapes.lengths[user].push_back(static_cast<double>(steps));
      AddSession(log, s, dataset, user, shapes);
    }
  }
  return shapes;
}

SessionShapes ShapesOfLog(const Dataset& dataset, const Split& split,
                          const std::vector<int32_t>& users, int64_t slate) {
  const std::vector<int> tenth = PopularityTenths(dataset, split);
  SessionShapes shapes = Sized(users.size());
  for (size_t n = 0; n < users.size(); ++n) {
    const int32_t user = users[n];
    int64_t before = -1;  // time of the last row of the sitting before
    for (const Sitting& sitting : SittingsOf(dataset, user)) {
      shapes.lengths[n].push_back(
          static_cast<double>((sitting.last - sitting.first + slate - 1) / slate));
      if (before >= 0 && HasTimes(dataset))
        shapes.days[n].push_back(static_cast<double>(std::clamp<int64_t>(
            (dataset.times_ms[At(sitting.first)] - before + kDayMs / 2) / kDayMs, 1, kMostDays)));
      before = dataset.times_ms[At(sitting.last - 1)];
      AddSession(AsSession(dataset, sitting, slate), 0, dataset, n, shapes);
    }
    for (int64_t row = split.train_end[At(user)]; row < dataset.RowsEnd(user); ++row)
      shapes.tenths[n].push_back(static_cast<double>(2 * tenth[At(dataset.items[At(row)])] +
                                                     dataset.responses[0][At(row)]));
  }
  return shapes;
}

std::vector<AuditFigure> CompareShapes(const SessionShapes& play, const SessionShapes& log,
                                       bool has_visits) {
  const std::string length = Means(play.lengths, log.lengths);
  const auto halves =
      [](double (*distance)(const std::vector<double>&, const std::vector<double>&)) {
        return [distance](std::vector<double> a, std::vector<double> b) {
          return distance(Halved(std::move(a)), Halved(std::move(b)));
        };
      };
  std::vector<AuditFigure> figures = {
      Compare("session length, KS", play.lengths, log.lengths, KolmogorovSmirnov, kShapeBounds,
              length),
      Compare("session length, Wasserstein (slates)", play.lengths, log.lengths, Wasserstein, {}),
      Compare("category repeats, KS", play.repeats, log.repeats, KolmogorovSmirnov, kShapeBounds,
              Means(play.repeats, log.repeats)),
      Compare("category entropy of the first 3 slates, KS", play.entropies, log.entropies,
              KolmogorovSmirnov, kShapeBounds, Means(play.entropies, log.entropies)),
      Compare("popularity curve, total variation", play.tenths, log.tenths, halves(TotalVariation),
              kShapeBounds),
      Compare("popularity curve, Jensen-Shannon (bits)", play.tenths, log.tenths,
              halves(JensenShannon), {}),
      Compare("likes by popularity, mean gap", play.tenths, log.tenths, LikeGap, kLikeBounds),
      Compare("share of likes, gap", play.tenths, log.tenths, AllLikesGap, kLikeBounds)};
  if (has_visits)
    figures.push_back(Compare("days between visits, total variation", play.days, log.days,
                              TotalVariation, kShapeBounds, Means(play.days, log.days)));
  return figures;
}

}  // namespace lerl
