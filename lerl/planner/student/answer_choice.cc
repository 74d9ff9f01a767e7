#include "lerl/planner/student/answer_choice.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string>

#include "lerl/base/check.h"
#include "lerl/base/index.h"

namespace lerl {

uint64_t Sketch(const PlanRequest& request) {
  constexpr int kLaterSteps = 3;
  uint64_t sketch =
      DeriveSeed(static_cast<uint64_t>(std::min(request.step, kLaterSteps)), "sketch");
  size_t most = request.exposure.size();
  for (size_t c = 0; c < request.exposure.size(); ++c) {
    if (request.dominant[c] != 0)
      sketch = DeriveSeed(sketch, "dominant", c);
    else if (request.exposure[c] > 0 &&
             (most == request.exposure.size() || request.exposure[c] > request.exposure[most]))
      most = c;
  }
  const auto liked = std::count_if(request.last_responses.begin(), request.last_responses.end(),
                                   [](uint32_t response) { return (response & 1U) != 0; });
  sketch = DeriveSeed(sketch, "most exposed", most);
  return DeriveSeed(sketch, "liked", 2 * liked >= std::ssize(request.last_responses) ? 1 : 0);
}

double AnswerChoice::Worth(const Candidate& candidate) const {
  const auto found = asked_.find(candidate.sketch);
  const auto asked = static_cast<double>(found == asked_.end() ? 0 : found->second);
  return candidate.uncertainty + novelty_ / std::sqrt(1 + asked);
}

std::vector<Choice> AnswerChoice::Choose(std::span<const Candidate> candidates, int64_t count,
                                         Rng& rng) {
  const size_t total = std::min(candidates.size(), At(count));
  std::vector<size_t> order(candidates.size());
  std::iota(order.begin(), order.end(), size_t{0});
  rng.Shuffle(std::span<size_t>(order));
  std::vector<uint8_t> taken(candidates.size(), 0);
  std::vector<Choice> choices;
  const auto take = [&](size_t place, bool is_uniform) {
    taken[place] = 1;
    ++asked_[candidates[place].sketch];
    choices.push_back({place, is_uniform});
  };
  size_t next = 0;  // in the shuffled order
  while (choices.size() < total) {
    if (rng.Bernoulli(uniform_share_)) {
      while (taken[order[next]] != 0) ++next;
      take(order[next], true);
    } else {
      take(Worthiest(candidates, taken), false);
    }
  }
  return choices;
}

size_t AnswerChoice::Worthiest(std::span<const Candidate> candidates,
                               std::span<const uint8_t> taken) const {
  size_t best = candidates.size();
  double most = 0;
  for (size_t i = 0; i < candidates.size(); ++i) {
    if (taken[i] != 0) continue;
    const double worth = Worth(candidates[i]);
    if (best == candidates.size() || worth > most) best = i, most = worth;
  }
  return best;
}

void AnswerChoice::Forget(uint64_t sketch) {
  const auto found = asked_.find(sketch);
  LERL_CHECK(found != asked_.end());
  if (--found->second == 0) asked_.erase(found);
}

void AnswerChoice::Save(TensorFile& file, const std::string& name) const {
  std::vector<uint64_t> sketches;
  std::vector<int64_t> counts;
  for (const auto& [sketch, count] : std::map(asked_.begin(), asked_.end())) {
    sketches.push_back(sketch);
    counts.push_back(count);
  }
  file.arrays[name + "/sketch"] = Array::Of(sketches);
  file.arrays[name + "/asked"] = Array::Of(counts);
}

void AnswerChoice::Load(const TensorFile& file, const std::string& name) {
  const auto sketches = ReadValues<uint64_t>(file.arrays, name + "/sketch", {-1});
  const auto counts =
      ReadValues<int64_t>(file.arrays, name + "/asked", {std::ssize(sketches)}, {0});
  asked_.clear();
  for (size_t i = 0; i < sketches.size(); ++i) asked_[sketches[i]] = counts[i];
}

}  // namespace lerl
