#pragma once
// StudentNetwork: a small network, shared by all categories, that gives each category a score
// (higher is better), and the loss that makes the order of the scores that of the teacher.
//
//   a_c = relu(W1' x_c + V1' g + e_c)
//   b_c = relu(W2' a_c + b2)
//   s_c = v . b_c + d_c
//
//   x_c [F], g [G]   features of category c and of the state (planner/student/student_features.h)
//   e_c [H], d_c     what is learned of the category itself
//   W1 [F, H], V1 [G, H], W2 [H, H], b2 [H], v [H]
//
// Loss of one answer of the teacher, a ranking r_0, r_1, ... of candidates:
//
//   L   = sum_{p < depth} w_p (log sum_{c in left(p)} exp(s_c) - s_{r_p})
//   w_p = 1 / log2(p + 2)
//
//   left(p)   the candidates without r_0, ..., r_{p-1}
//
// This is ListMLE (Xia et al. 2008), the likelihood of a ranking in the Plackett-Luce model, with
// position weights as in p-ListMLE (Lan et al. 2014), here those of DCG. Adam minimises the mean
// loss of a minibatch.
//
// Gradients are written out by hand; the test compares them with finite differences. Sums run in a
// fixed order, so a result depends on its inputs alone.
//
// Axes: C categories, F and G features, H hidden units.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lerl/base/rng.h"
#include "lerl/base/tensor_file.h"
#include "lerl/planner/student/student_features.h"

namespace lerl {

class StudentNetwork {
 public:
  struct Shape {
    int64_t categories = 0, features = 0, shared = 0, hidden = 0;
  };
  struct Example {
    const StudentInput* input = nullptr;
    std::span<const uint8_t> candidates;  // [C]
    std::span<const int16_t> ranking;     // the teacher's: candidates, best first, at least one
  };

  // The weights W1, V1, W2 and v start uniform in +-sqrt(6 / (inputs + outputs)) of their layer,
  // drawn by `seed`; e, b2 and d start at 0.
  StudentNetwork(Shape shape, uint64_t seed);

  // The scores s [C] of one state.
  void Scores(const StudentInput& input, std::vector<double>& scores);

  // Makes one step of Adam and returns the mean loss before it. Throws Error(kUnusable), naming the
  // student and what broke (the loss, or gradient or parameters of which of the above), where it is
  // not finite.
  double Learn(std::span<const Example> minibatch, int64_t depth, double learning_rate);
  // Returns the mean loss and sets `gradient` [parameters] to its gradient.
  double Gradient(std::span<const Example> minibatch, int64_t depth, std::vector<float>& gradient);

  std::vector<float>& parameters() { return parameters_; }

  void Save(TensorFile& file, const std::string& name) const;
  // Throws CheckFailure when the file holds a network of another shape.
  void Load(const TensorFile& file, const std::string& name);

 private:
  // `what` `verb` not finite, the error says of `values` [parameters] ("parameters", "are").
  void RequireFinite(const std::vector<float>& values, const std::string& what,
                     const char* verb) const;
  void Forward(const StudentInput& input);
  void Backward(const StudentInput& input, std::span<const double> score_gradient,
                std::vector<float>& gradient) const;

  const Shape shape_;
  // Where W1, V1, e [C, H], W2, b2, v and d [C] begin in the parameters, and how many these are.
  const size_t w1_, v1_, e_, w2_, b2_, v_, d_, count_;
  std::vector<float> parameters_;
  std::vector<float> mean_, square_;  // Adam's moments
  int64_t steps_ = 0;
  std::vector<float> from_shared_;     // [H] V1' g of the last Forward
  std::vector<float> first_, second_;  // [C, H] a and b of the last Forward
  std::vector<double> scores_;         // [C]
};

// Entropy of softmax(scores) over the candidates, as a share of the largest that it could have. It
// is 1 where the network can't tell the candidates apart, and 0 where it is sure of the first or
// there are fewer than two.
double Uncertainty(std::span<const double> scores, std::span<const uint8_t> candidates);

}  // namespace lerl
