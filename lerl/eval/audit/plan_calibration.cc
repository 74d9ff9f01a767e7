#include "lerl/eval/audit/plan_calibration.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/eval/audit/audit_users.h"
#include "lerl/planner/session_state.h"

namespace lerl {
namespace {

constexpr int kBins = 10;
constexpr double kLeastProbability = 1e-7;

double CrossEntropy(std::span<const double> shares, std::span<const double> probabilities) {
  double sum = 0;
  for (size_t c = 0; c < shares.size(); ++c)
    sum -= shares[c] * std::log(std::max(probabilities[c], kLeastProbability));
  return sum;
}

std::vector<double> SoftMax(const std::vector<float>& scores) {
  const float highest = *std::ranges::max_element(scores);
  std::vector<double> probabilities;
  for (const float score : scores)
    probabilities.push_back(std::exp(static_cast<double>(score - highest)));
  const double sum = std::accumulate(probabilities.begin(), probabilities.end(), 0.0);
  for (double& p : probabilities) p /= sum;
  return probabilities;
}

// Counts [C], each `more` higher, as shares.
void AppendShares(const std::vector<int32_t>& counts, double more, std::vector<double>& shares) {
  const double sum = std::accumulate(counts.begin(), counts.end(), 0.0) +
                     more * static_cast<double>(counts.size());
  for (const int32_t count : counts) shares.push_back((count + more) / sum);
}

}  // namespace

PlanCalibration CalibrationOf(std::span<const double> probabilities, std::span<const double> shares,
                              std::span<const double> everyone) {
  LERL_CHECK_EQ(probabilities.size(), shares.size());
  const size_t categories = everyone.size(), users = shares.size() / categories;
  if (users < 2)
    throw Error(ErrorKind::kConfig,
                "calibration of plans: fewer than two users have likes to come; raise --users");
  PlanCalibration result{.users = static_cast<int64_t>(users),
                         .bins = std::vector<ReliabilityBin>(kBins)};
  // 1. Cross-entropies of each user.
  SessionValues less{.numerator = std::vector<double>(users)};
  for (size_t u = 0; u < users; ++u) {
    const std::span<const double> of_user = shares.subspan(u * categories, categories);
    const double h = CrossEntropy(of_user, probabilities.subspan(u * categories, categories));
    result.cross_entropy += h / static_cast<double>(users);
    less.numerator[u] = h - CrossEntropy(of_user, everyone);
  }
  result.less_everyone = CrossedInterval(MakeCrossedTable({less}));
  // 2. Bins of all pairs.
  for (size_t i = 0; i < shares.size(); ++i) {
    const auto bin = std::min(static_cast<size_t>(probabilities[i] * kBins), size_t{kBins - 1});
    ++result.bins[bin].rows;
    result.bins[bin].predicted += probabilities[i];
    result.bins[bin].observed += shares[i];
  }
  for (ReliabilityBin& bin : result.bins) {
    if (bin.rows == 0) continue;
    bin.predicted /= static_cast<double>(bin.rows);
    bin.observed /= static_cast<double>(bin.rows);
  }
  result.error = CalibrationError(result.bins);
  return result;
}

PlanCalibration CalibratePlanner(const World& world, std::span<const int32_t> users,
                                 LanguageModelPlanner& planner) {
  const auto categories = At(world.dataset.num_categories());
  const std::vector<uint8_t> candidates(categories, 1), dominant(categories, 0);
  const SessionState state(categories);
  std::vector<double> probabilities, shares, everyone;
  for (const int32_t user : users) {
    PlanRequest request = state.Request();
    request.user = user;
    request.candidates = candidates;
    request.dominant = dominant;
    const std::vector<double> p = SoftMax(planner.ScoresOf(request, PlanMode::kEvaluation));
    probabilities.insert(probabilities.end(), p.begin(), p.end());
    AppendShares(NextLikes(world, user).liked, 0, shares);
  }
  AppendShares(UserProfiles(world.dataset, world.split).Everyone().liked, 1, everyone);
  return CalibrationOf(probabilities, shares, everyone);
}

}  // namespace lerl
