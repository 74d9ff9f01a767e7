#pragma once
// Labels: what the teacher answered for a state of the training loop, and the labels that the
// student learns from.

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "lerl/planner/student/plan_snapshot.h"

namespace lerl {

struct Label {
  PlanSnapshot state;
  int64_t iteration = 0;         // in which the state was visited
  bool uniform = false;          // drawn uniformly: agreement is measured on it
  std::vector<int16_t> ranking;  // the teacher's; empty while it is asked for, or with a refusal
  std::string refusal;           // why there is no ranking to learn from

  bool operator==(const Label&) const = default;
};

void SaveLabels(TensorFile& file, const std::string& name, const std::deque<Label>& labels);
std::deque<Label> LoadLabels(const TensorFile& file, const std::string& name);

// The labels learned from, oldest state first. The age of a label is the number of iterations since
// its state was visited. The oldest are dropped while there are more than `capacity`, or while the
// median age (of an even number the upper one) is above `max_age`: the loop never waits for labels.
class LabelBuffer {
 public:
  LabelBuffer(int64_t capacity, int64_t max_age) : capacity_(capacity), max_age_(max_age) {}

  // Labels come in the order of their iterations.
  void Add(Label label);
  // To be called once per iteration, before learning.
  void DropOld(int64_t iteration);

  int64_t MedianAge(int64_t iteration) const;  // 0 when empty
  const std::deque<Label>& labels() const { return labels_; }
  int64_t dropped() const { return dropped_; }  // for their age

  void Save(TensorFile& file, const std::string& name) const;
  void Load(const TensorFile& file, const std::string& name);

 private:
  const int64_t capacity_, max_age_;
  std::deque<Label> labels_;
  int64_t dropped_ = 0;
};

}  // namespace lerl
