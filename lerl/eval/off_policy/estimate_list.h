#pragma once
// EstimateList: the estimates of one policy while they are being made: sums over units with their
// bounds, and estimates that are fitted anew for each resample.

#include <optional>
#include <string>
#include <vector>

#include "lerl/eval/off_policy/judge_log.h"
#include "lerl/eval/off_policy/ratio_sum.h"

namespace lerl {

// Where a term of a mean lies, whatever was logged.
struct TermBounds {
  double low = 0, high = 0;
};
// Of weight * reward, for weights in [0, most].
TermBounds BoundsOfWeighted(double most, RewardRange rewards);
// Of target + weight * (reward - modelled), for what a model says in [low, high].
TermBounds BoundsOfCorrected(double most, RewardRange rewards, RewardRange modelled);
// Of sum_t gamma^t w_t r_t over `steps`, for w_t in [0, most^(t + 1)]; with `whole`, of
// w_T sum_t gamma^t r_t.
TermBounds BoundsOfSession(double most, RewardRange rewards, int64_t steps, double gamma,
                           bool whole);

class EstimateList {
 public:
  explicit EstimateList(int64_t units) : units_(units) {}

  // A sum, which is given unless `refusal` says why not.
  void Add(const std::string& name, const RatioSum& sum, const std::string& refusal,
           std::optional<TermBounds> bounds = {});
  // An estimate that is fitted anew, of counts of all units or of none.
  void AddFitted(const std::string& name, EstimateOfCounts estimate, const std::string& refusal);
  void Refuse(const std::string& name, const std::string& refusal);

  // All of them with their intervals. Units beyond kMostResampledUnits are drawn in groups.
  std::vector<LogEstimate> Finish(int resamples, int model_resamples);

 private:
  struct Pending {
    size_t place;  // among estimates_
    EstimateOfCounts estimate;
  };
  const int64_t units_;
  std::vector<LogEstimate> estimates_;
  std::vector<Pending> sums_, fitted_;
};

inline constexpr int64_t kMostResampledUnits = 20000;

}  // namespace lerl
