#include "lerl/planner/student/label.h"

#include <nlohmann/json.hpp>

#include "lerl/base/check.h"
#include "lerl/planner/state_text.h"

namespace lerl {

void SaveLabels(TensorFile& file, const std::string& name, const std::deque<Label>& labels) {
  std::vector<const PlanSnapshot*> states;
  std::vector<int64_t> iterations;
  std::vector<uint8_t> uniform;
  std::vector<int32_t> lengths, rankings;
  std::vector<std::string> refusals;
  for (const Label& label : labels) {
    states.push_back(&label.state);
    iterations.push_back(label.iteration);
    uniform.push_back(label.uniform ? 1 : 0);
    lengths.push_back(static_cast<int32_t>(label.ranking.size()));
    rankings.insert(rankings.end(), label.ranking.begin(), label.ranking.end());
    refusals.push_back(label.refusal);
  }
  SaveSnapshots(file, name + "/state", states);
  file.arrays[name + "/iteration"] = Array::Of(iterations);
  file.arrays[name + "/uniform"] = Array::Of(uniform);
  file.arrays[name + "/ranking_length"] = Array::Of(lengths);
  file.arrays[name + "/ranking"] = Array::Of(rankings);  // all rankings, one after another
  SaveText(file, name + "/refusal", nlohmann::json(refusals).dump());
}

std::deque<Label> LoadLabels(const TensorFile& file, const std::string& name) {
  std::vector<PlanSnapshot> states = LoadSnapshots(file, name + "/state");
  const auto iterations = file.at(name + "/iteration").Values<int64_t>();
  const auto uniform = file.at(name + "/uniform").Values<uint8_t>();
  const auto lengths = file.at(name + "/ranking_length").Values<int32_t>();
  const auto rankings = file.at(name + "/ranking").Values<int32_t>();
  const std::vector<std::string> refusals =
      nlohmann::json::parse(LoadText(file, name + "/refusal"));
  std::deque<Label> labels;
  size_t next = 0;
  for (size_t n = 0; n < states.size(); ++n) {
    Label label{.state = std::move(states[n]),
                .iteration = iterations.at(n),
                .uniform = uniform.at(n) != 0,
                .ranking = {},
                .refusal = refusals.at(n)};
    for (int32_t place = 0; place < lengths.at(n); ++place)
      label.ranking.push_back(static_cast<int16_t>(rankings.at(next++)));
    labels.push_back(std::move(label));
  }
  return labels;
}

void LabelBuffer::Add(Label label) {
  LERL_CHECK(labels_.empty() || label.iteration >= labels_.back().iteration);
  labels_.push_back(std::move(label));
  if (std::ssize(labels_) > capacity_) labels_.pop_front();
}

void LabelBuffer::DropOld(int64_t iteration) {
  while (MedianAge(iteration) > max_age_) {
    labels_.pop_front();
    ++dropped_;
  }
}

int64_t LabelBuffer::MedianAge(int64_t iteration) const {
  return labels_.empty() ? 0 : iteration - labels_[(labels_.size() - 1) / 2].iteration;
}

void LabelBuffer::Save(TensorFile& file, const std::string& name) const {
  SaveLabels(file, name, labels_);
  file.arrays[name + "/dropped"] = Array::Of(std::vector<int64_t>{dropped_});
}

void LabelBuffer::Load(const TensorFile& file, const std::string& name) {
  labels_ = LoadLabels(file, name);
  dropped_ = file.at(name + "/dropped").Values<int64_t>().at(0);
}

}  // namespace lerl
