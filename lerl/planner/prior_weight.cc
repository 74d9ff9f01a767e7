#include "lerl/planner/prior_weight.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

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
  std::map<int32_t, std::pair<double, double>> by_step;  // sum of values, of shares
  std::map<uint64_t, size_t> place_of;                   // of a session
  for (const WeightSample& sample : samples_) {
    place_of.try_emplace(sample.session, place_of.size());
    auto& [values, shares] = by_step[sample.step];
    for (size_t c = 0; c < sample.share.size(); ++c) {
      values += sample.share[c] * sample.value[c];
      shares += sample.share[c];
    }
  }
  choice.sessions = static_cast<int64_t>(place_of.size());
  if (samples_.empty()) return choice;

  const auto count = static_cast<double>(samples_.size());
  std::vector<double> gains, errors;
  for (int place = 0; place <= kGrid; ++place) {
    const double weight = static_cast<double>(place) / kGrid;
    std::vector<double> sums(place_of.size(), 0), sizes(place_of.size(), 0);
    double mean = 0;
    for (const WeightSample& sample : samples_) {
      std::vector<double> mixed = Mix(weight, sample.prior, sample.head);
      Standardise(mixed);
      const auto& [values, shares] = by_step[sample.step];
      const double usual = subtract_mean && shares > 0 ? values / shares : 0;
      double gain = 0;
      for (size_t c = 0; c < mixed.size(); ++c)
        gain += sample.share[c] * (sample.value[c] - usual) * mixed[c];
      mean += gain / count;
      sums[place_of[sample.session]] += gain;
      sizes[place_of[sample.session]] += 1;
    }
    double squares = 0;
    for (size_t s = 0; s < sums.size(); ++s) {
      const double off = (sums[s] - sizes[s] * mean) / count;
      squares += off * off;
    }
    gains.push_back(mean);
    errors.push_back(std::sqrt(squares));
  }
  const auto best = static_cast<size_t>(
      std::distance(gains.begin(), std::max_element(gains.begin(), gains.end())));
  size_t smallest = 0;
  while (gains[smallest] < gains[best] - errors[best]) ++smallest;
  choice.weight = static_cast<double>(smallest) / kGrid;
  choice.best = static_cast<double>(best) / kGrid;
  choice.best_gain = gains[best];
  choice.head_gain = gains.front();
  choice.prior_gain = gains.back();
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
