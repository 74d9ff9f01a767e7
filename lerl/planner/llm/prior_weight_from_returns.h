#pragma once
// WeightFromReturns: learns how much to listen to a prior (a language model) beside a learned
// head, from the returns of sessions that were played. Plans rank by
//
//   score_w(c) = w z(prior_c) + (1 - w) z(head_c)      z over the candidates
//                                                      (planner/llm/mix_scores.h)
// For step t of a session that was planned with weight w:
//
//   x_t      = sum_c share_tc (z(prior_tc) - z(head_tc))
//   y_t      = sum_c share_tc value_tc
//   d_t      = x'_t y'_t
//   E[d | w] = alpha - beta w
//
//   x_t         how far the slate leans to the prior
//   y_t         what the slate earned; share and value: planner/learned/category_returns.h
//   x'_t, y'_t  what is left of x and y after the mean of all states of the same step is taken out,
//               and then, by least squares, what the head's level in the state (its mean over the
//               candidates) and w explain
//   d_t         slope of the return in w: what a policy that plays with w gains per unit by leaning
//               a little more to the prior
//   alpha       slope at w = 0
//   beta        loss of slope from w = 0 to 1; both by least squares over states, with standard
//               errors clustered by session
//
// The return is best where the slope ends. So w is, by the first line that applies,
//
//   0          until there are kFewestSessions sessions (the planner keeps its own w till then)
//   unchanged  while all states were planned with the same w > 0, since one w shows no beta
//   0          unless the slope at 0 exceeds its standard error; while w is 0 it must exceed
//              kProof standard errors. Until then sessions are those of the head alone, bit for bit
//   kTry       while fewer than kFewestSessions sessions were planned with a w above 0
//   otherwise  the smallest w in {0, .05, ..., 1} whose slope is at most its standard error, or 1
//
// A state counts with the head as it was when its session ended, before the head learned from it
// (prequential, Dawid 1984).
//
// References: the slope is a policy gradient with a baseline (Williams 1992) in one direction;
// partialling out is by Frisch and Waugh 1933, errors by clusters by Liang and Zeger 1986.
// docs/decisions/0009-the-weight-by-a-slope.md says why. Assumed: the return is nearly quadratic in
// w; sessions are independent, also those of one user; `weight` is what was played (under a student
// it is the teacher's present w, which the student follows late). kProof is above the 1.96 of a
// single look, because w is looked at after each iteration.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lerl/base/index.h"
#include "lerl/base/tensor_file.h"

namespace lerl {

// One step of a session. Columns are over its n candidates alone.
struct PlannedState {
  uint64_t session = 0;
  double weight = 0;  // the w that it was planned with
  int32_t step = 0;
  std::vector<double> prior{}, head{};   // [n] scores
  std::vector<double> share{}, value{};  // [n] a share of 0: not planned or not shown
};

struct WeightFit {
  double weight = 0;            // the w to play with from here on
  double slope = 0, error = 0;  // alpha, the slope at w = 0, and its standard error
  double bend = 0;              // beta; 0 until two different w have been played
  int64_t sessions = 0;         // that the states kept belong to
};

class WeightFromReturns {
 public:
  static constexpr double kProof = 2.5, kTry = 0.25;
  static constexpr int64_t kFewestSessions = 60;  // fewer sessions judge no slope

  // Keeps the latest `capacity` states.
  explicit WeightFromReturns(int64_t capacity) : capacity_(At(capacity)) {}

  // Takes in a state; one that showed no planned category is left out.
  void Add(const PlannedState& state);
  int64_t size() const { return std::ssize(rows_); }  // states kept
  // The w that follows from the states kept; `weight` is w as it is now.
  WeightFit Fit(double weight) const;

  void Save(TensorFile& file, const std::string& name) const;
  void Load(const TensorFile& file, const std::string& name);

 private:
  // A state as it is kept: x, y, and what x' and y' are cleared of.
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
