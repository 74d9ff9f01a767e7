#include "lerl/planner/profiles/profile_scores.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

constexpr int64_t kProfileFeatures = 6;
constexpr double kL2 = 10;
constexpr int kFewestLikes = 5;  // next likes that a cut needs to be fitted on

// Share of a category among the likes, drawn towards `prior` by `strength` likes.
double ShareOfLikes(const CategoryCounts& counts, size_t category, double prior, double strength) {
  return (counts.liked[category] + prior * strength) /
         (static_cast<double>(counts.total_liked) + strength);
}

}  // namespace

void Standardise(std::span<double> values) {
  if (values.empty()) return;
  const auto count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean) / count;
  const double sd = squares > 1e-18 ? std::sqrt(squares) : 1;
  for (double& value : values) value = (value - mean) / sd;
}

ProfileScores::ProfileScores(const Dataset& dataset, const Split& split, UserProfiles& profiles,
                             int64_t users)
    : dataset_(dataset),
      split_(split),
      profiles_(profiles),
      ridge_(kProfileFeatures + dataset.num_categories(), kL2,
             std::vector<double>(At(kProfileFeatures + dataset.num_categories()), 0)) {
  std::vector<int32_t> drawn = split.train_users;
  Rng rng(1, "users of the profile scores");
  rng.Shuffle(std::span<int32_t>(drawn));
  drawn.resize(std::min(drawn.size(), At(users)));
  for (const int32_t user : drawn) FitUser(user);
  ridge_.Solve("profile scores");
}

void ProfileScores::Fill(const CategoryCounts& counts, size_t category, std::vector<double>& x) {
  const CategoryCounts& all = profiles_.Everyone();
  const double popular = ShareOfLikes(all, category, 0, 1);
  x.assign(At(kProfileFeatures) + counts.rows.size(), 0);
  x[0] = std::log1p(counts.liked[category]);
  x[1] = LogOdds(counts.like_rate(category)) - LogOdds(counts.like_rate());
  x[2] = ShareOfLikes(counts, category, 0, 1);
  x[3] = ShareOfLikes(counts, category, popular, kShrink);
  x[4] = popular;
  x[5] = LogOdds(all.like_rate(category)) - LogOdds(all.like_rate());
  x[At(kProfileFeatures) + category] = 1;
}

void ProfileScores::FitUser(int32_t user) {
  const auto rows_of_user = PastRows(dataset_, split_, user);
  const int64_t begin = *rows_of_user.begin(), rows = std::ranges::ssize(rows_of_user);
  std::vector<double> x;
  int64_t last_cut = 0;
  for (const int64_t cut : {int64_t{3}, rows / 4, rows / 2, 3 * rows / 4}) {
    if (cut <= last_cut) continue;  // in a short past, cuts coincide
    last_cut = cut;
    // y: the next likes after the cut.
    CategoryCounts next = CountRows(dataset_, 0, 0);
    for (int64_t row = begin + cut; row < begin + rows && next.total_liked < kNextLikes; ++row) {
      if (dataset_.responses[0][At(row)] != 0) AddRow(dataset_, row, next);
    }
    if (next.total_liked < kFewestLikes) continue;
    // x: the rows before it. One row of the regression per category.
    const CategoryCounts past = CountRows(dataset_, begin, begin + cut);
    for (size_t c = 0; c < next.liked.size(); ++c) {
      Fill(past, c, x);
      ridge_.Add(x, ShareOfLikes(next, c, 0, 0), 1);
    }
  }
}

std::vector<double> ProfileScores::OfCounts(const CategoryCounts& counts) {
  std::vector<double> scores(counts.rows.size());
  std::vector<double> x;
  for (size_t c = 0; c < scores.size(); ++c) {
    Fill(counts, c, x);
    scores[c] = std::inner_product(x.begin(), x.end(), ridge_.mean().begin(), 0.0);
  }
  Standardise(scores);
  return scores;
}

const std::vector<double>& ProfileScores::Of(int32_t user) {
  const auto [found, added] = scores_.try_emplace(user);
  if (added) found->second = OfCounts(profiles_.Of(user));
  return found->second;
}

}  // namespace lerl
