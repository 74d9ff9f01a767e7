#pragma once
// WeightSlope: how much to listen to a prior (a language model) beside a learned head, by the
// returns of sessions that were played.
//
//   plans rank by w z(prior) + (1 - w) z(head); z over the candidates (planner/llm/prior_weight.h)
//   x_t  = sum_c share_tc (z(prior_tc) - z(head_tc))   how far what was shown leans to the prior
//   y_t  = sum_c share_tc value_tc                     what it earned (planner/learned/category_returns.h)
//   d_t  = x'_t y'_t
//   E[d | w] = alpha - beta w                          by least squares over states
// x' and y' are what steps of a session (mean by step), the head's level in the state (its mean
// over the candidates) and w leave unexplained by least squares. d is the slope of the return when
// a policy that plays with w leans a little more to the prior. Where it ends w is best: the
// smallest w in {0, .05, ..., 1} whose slope lies below its standard error, by sessions. While w is
// 0 the slope there must exceed kProof standard errors: until then nobody listens, and sessions are
// those of the head alone, bit for bit. They say nothing of beta, so w then first moves to kTry.
//
// A state counts with the head as it was when its session ended, before it learned from it
// (prequential, Dawid 1984).
//
// Reference: the slope is the policy gradient with a baseline, Williams 1992, in one direction;
// partialling out, Frisch and Waugh 1933; errors by clusters, Liang and Zeger 1986. Assumed: the
// return is near quadratic in w; sessions are independent, those of one user too; `weight` is what
// was played (under a student it is the teacher's of now, which the student follows late). kProof
// is above the 1.96 of one look, since w is looked at after each iteration.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lerl/base/tensor_file.h"

namespace lerl {

// One step of a session. Columns are over its candidates alone.
struct PlannedState {
  uint64_t session = 0;
  double weight = 0;  // w that it was planned with
  int32_t step = 0;
  std::vector<double> prior{}, head{};   // [n]
  std::vector<double> share{}, value{};  // [n] share 0: not planned or not shown
};

struct WeightFit {
  double weight = 0;
  double slope = 0, error = 0;  // at w = 0, and its standard error
  double bend = 0;              // beta; 0 until two w have been played
  int64_t sessions = 0;
};

class WeightSlope {
 public:
  static constexpr double kProof = 2.5, kTry = 0.25;
  static constexpr int64_t kFewestSessions = 60;  // that a slope is judged by

  // Keeps the latest `capacity` states.
  explicit WeightSlope(int64_t capacity) : capacity_(static_cast<size_t>(capacity)) {}

  void Add(const PlannedState& state);
  int64_t size() const { return static_cast<int64_t>(rows_.size()); }
  // `weight`: w as it is now.
  WeightFit Fit(double weight) const;

  void Save(TensorFile& file, const std::string& name) const;
  void Load(const TensorFile& file, const std::string& name);

 private:
  struct Row {
    uint64_t session = 0;
    int32_t step = 0;
    double weight = 0, level = 0, x = 0, y = 0;
  };
  void Keep(const Row& row);
  std::vector<double> Slopes() const;  // d of each row

  const size_t capacity_;
  std::vector<Row> rows_;  // a ring once it is full
  size_t oldest_ = 0;
};

}  // namespace lerl
