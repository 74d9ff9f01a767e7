#include "lerl/planner/prior_weight.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/planner/profile_scores.h"

namespace lerl {
namespace {

constexpr int kGrid = 20;  // steps of w in [0, 1]

std::vector<double> Mix(double weight, std::vector<double> prior, std::vector<double> head) {
  Standardise(prior);
  Standardise(head);
  for (size_t c = 0; c < head.size(); ++c) head[c] = weight * prior[c] + (1 - weight) * head[c];
  return head;
}

// Standard error of the difference of two means over states whose sums by session are given.
double DifferenceError(const std::vector<double>& a, const std::vector<double>& b,
                       const std::vector<double>& sizes) {
  const double count = std::accumulate(sizes.begin(), sizes.end(), 0.0);
  double mean = 0, squares = 0;
  for (size_t s = 0; s < sizes.size(); ++s) mean += (a[s] - b[s]) / count;
  for (size_t s = 0; s < sizes.size(); ++s) {
    const double off = (a[s] - b[s] - sizes[s] * mean) / count;
    squares += off * off;
  }
  return std::sqrt(squares);
}

// What a step of a session usually earns, and more where the head expects more of the state.
class Usual {
 public:
  explicit Usual(const std::vector<WeightSample>& samples) {
    for (const WeightSample& sample : samples) {
      Sums& sums = by_step_[sample.step];
      const double level = LevelOf(sample);
      for (size_t c = 0; c < sample.share.size(); ++c) {
        sums.value += sample.share[c] * sample.value[c];
        sums.level += sample.share[c] * level;
        sums.share += sample.share[c];
      }
    }
    double products = 0, squares = 0;
    for (const WeightSample& sample : samples) {
      const Sums& sums = by_step_[sample.step];
      if (sums.share <= 0) continue;
      const double off = LevelOf(sample) - sums.level / sums.share;
      for (size_t c = 0; c < sample.share.size(); ++c) {
        products += sample.share[c] * off * (sample.value[c] - sums.value / sums.share);
        squares += sample.share[c] * off * off;
      }
    }
    if (squares > 0) slope_ = products / squares;
  }

  double Of(const WeightSample& sample) const {
    const Sums& sums = by_step_.at(sample.step);
    if (sums.share <= 0) return 0;
    return (sums.value + slope_ * (LevelOf(sample) * sums.share - sums.level)) / sums.share;
  }

 private:
  struct Sums {
    double value = 0, level = 0, share = 0;
  };
  static double LevelOf(const WeightSample& sample) {
    if (sample.head.empty()) return 0;
    return std::accumulate(sample.head.begin(), sample.head.end(), 0.0) /
           static_cast<double>(sample.head.size());
  }
  std::map<int32_t, Sums> by_step_;
  double slope_ = 0;
};

}  // namespace

std::vector<double> MixScores(double weight, std::span<const double> prior,
                              std::span<const double> head, std::span<const uint8_t> candidates) {
  std::vector<double> some_prior, some_head;
  for (size_t c = 0; c < candidates.size(); ++c) {
    if (candidates[c] == 0) continue;
    some_prior.push_back(prior[c]);
    some_head.push_back(head[c]);
  }
  const std::vector<double> mixed = Mix(weight, std::move(some_prior), std::move(some_head));
  std::vector<double> scores(candidates.size(), -std::numeric_limits<double>::infinity());
  size_t next = 0;
  for (size_t c = 0; c < candidates.size(); ++c) {
    if (candidates[c] != 0) scores[c] = mixed[next++];
  }
  return scores;
}

void PriorWeight::Add(WeightSample sample) {
  LERL_CHECK(sample.prior.size() == sample.head.size() &&
             sample.share.size() == sample.head.size() &&
             sample.value.size() == sample.head.size());
  if (samples_.size() < capacity_) {
    samples_.push_back(std::move(sample));
    return;
  }
  samples_[oldest_] = std::move(sample);
  oldest_ = (oldest_ + 1) % capacity_;
}

WeightChoice PriorWeight::Choose(bool subtract_mean) const {
  WeightChoice choice;
  const Usual usual(samples_);
  std::map<uint64_t, size_t> place_of;  // of a session
  std::vector<double> sizes;            // states of each session
  for (const WeightSample& sample : samples_) {
    const size_t place = place_of.try_emplace(sample.session, place_of.size()).first->second;
    if (place == sizes.size()) sizes.push_back(0);
    ++sizes[place];
  }
  choice.sessions = std::ssize(sizes);
  if (samples_.empty()) return choice;

  std::vector<std::vector<double>> gains(kGrid + 1);  // of each w, summed over each session
  std::vector<double> means;
  for (size_t place = 0; place < gains.size(); ++place) {
    gains[place].resize(sizes.size());
    for (const WeightSample& sample : samples_) {
      std::vector<double> mixed =
          Mix(static_cast<double>(place) / kGrid, sample.prior, sample.head);
      Standardise(mixed);
      const double mean_value = subtract_mean ? usual.Of(sample) : 0;
      for (size_t c = 0; c < mixed.size(); ++c)
        gains[place][place_of[sample.session]] +=
            sample.share[c] * (sample.value[c] - mean_value) * mixed[c];
    }
    means.push_back(std::accumulate(gains[place].begin(), gains[place].end(), 0.0) /
                    static_cast<double>(samples_.size()));
  }
  const auto best = static_cast<size_t>(
      std::distance(means.begin(), std::max_element(means.begin(), means.end())));
  size_t smallest = 0;
  while (means[best] - means[smallest] > DifferenceError(gains[best], gains[smallest], sizes))
    ++smallest;
  choice.weight = static_cast<double>(smallest) / kGrid;
  choice.best = static_cast<double>(best) / kGrid;
  choice.best_gain = means[best];
  choice.head_gain = means.front();
  choice.prior_gain = means.back();
  return choice;
}

void PriorWeight::Save(TensorFile& file, const std::string& name) const {
  std::vector<uint64_t> sessions;
  std::vector<int32_t> steps;
  std::vector<double> columns;  // prior, head, share, value of each sample's candidates
  for (size_t age = 0; age < samples_.size(); ++age) {
    const WeightSample& sample = samples_[(oldest_ + age) % samples_.size()];
    sessions.push_back(sample.session);
    steps.push_back(sample.step);
    steps.push_back(static_cast<int32_t>(sample.head.size()));
    for (const auto* column : {&sample.prior, &sample.head, &sample.share, &sample.value})
      columns.insert(columns.end(), column->begin(), column->end());
  }
  file.arrays[name + "/sessions"] = Array::Of(sessions);
  file.arrays[name + "/steps"] = Array::Of(steps);
  file.arrays[name + "/columns"] = Array::Of(columns);
}

void PriorWeight::Load(const TensorFile& file, const std::string& name) {
  samples_.clear();
  oldest_ = 0;
  const auto sessions = file.at(name + "/sessions").Values<uint64_t>();
  const auto steps = file.at(name + "/steps").Values<int32_t>();
  const auto columns = file.at(name + "/columns").Values<double>();
  LERL_CHECK_EQ(steps.size(), 2 * sessions.size());
  auto next = columns.begin();
  for (size_t i = 0; i < sessions.size(); ++i) {
    WeightSample sample{.session = sessions[i], .step = steps[2 * i]};
    for (auto* column : {&sample.prior, &sample.head, &sample.share, &sample.value}) {
      LERL_CHECK(columns.end() - next >= steps[2 * i + 1]);
      column->assign(next, next + steps[2 * i + 1]);
      next += steps[2 * i + 1];
    }
    Add(std::move(sample));
  }
}

}  // namespace lerl
