#include "lerl/planner/llm/mix_scores.h"

#include <limits>
#include <utility>

#include "lerl/planner/profiles/profile_scores.h"

namespace lerl {

std::vector<double> MixOfCandidates(double weight, std::vector<double> prior,
                                    std::vector<double> head) {
  Standardise(prior);
  Standardise(head);
  for (size_t c = 0; c < head.size(); ++c) head[c] = weight * prior[c] + (1 - weight) * head[c];
  return head;
}

std::vector<double> MixScores(double weight, std::span<const double> prior,
                              std::span<const double> head, std::span<const uint8_t> candidates) {
  std::vector<double> some_prior, some_head;
  for (size_t c = 0; c < candidates.size(); ++c) {
    if (candidates[c] == 0) continue;
    some_prior.push_back(prior[c]);
    some_head.push_back(head[c]);
  }
  const std::vector<double> mixed =
      MixOfCandidates(weight, std::move(some_prior), std::move(some_head));
  std::vector<double> scores(candidates.size(), -std::numeric_limits<double>::infinity());
  size_t next = 0;
  for (size_t c = 0; c < candidates.size(); ++c) {
    if (candidates[c] != 0) scores[c] = mixed[next++];
  }
  return scores;
}

}  // namespace lerl
