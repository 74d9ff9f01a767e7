#pragma once
// The student's network: a score for each category, higher for better, by one small network that
// all categories share, and the loss that makes its order the teacher's.
//
//   a_c = relu(W1' x_c + V1' g + e_c)    x_c [F] features of the category, g [G] of the state
//   b_c = relu(W2' a_c + b2)             e_c [H] what is learned of the category itself
//   s_c = v . b_c + d_c
//
// Loss of one label, a ranking r_0 r_1 .. of candidates (ListMLE, Xia et al. 2008, of the
// Plackett-Luce model, with the position weights of p-ListMLE, Lan et al. 2014, here those of DCG):
//   L = sum_{p < depth} w_p (log sum_{c in left(p)} exp s_c - s_{r_p}),   w_p = 1 / log2(p + 2)
// left(p): the candidates that r_0 .. r_{p-1} do not name. Adam, mean loss over a minibatch.
//
// Gradients are written out by hand and compared with finite differences in the test. Sums run in a
// fixed order, so a result depends on its inputs alone. Widths: C categories, F, G, H.

#include <cstdint>
#include <span>
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
    std::span<const int16_t> ranking;     // of candidates; at least one
  };

  // Weights are uniform in +-sqrt(6 / (inputs + H)) by `seed`; e, b2 and d start at 0.
  StudentNetwork(Shape shape, uint64_t seed);

  // [C] scores of one state.
  void Scores(const StudentInput& input, std::vector<double>& scores);

  // One step of Adam; the mean loss before it.
  double Learn(std::span<const Example> minibatch, int64_t depth, double learning_rate);
  // Mean loss, and its gradient [parameters] added up in `gradient`.
  double Gradient(std::span<const Example> minibatch, int64_t depth, std::vector<float>& gradient);

  std::vector<float>& parameters() { return parameters_; }

  void Save(TensorFile& file, const std::string& name) const;
  // Throws CheckFailure when the file holds a network of another shape.
  void Load(const TensorFile& file, const std::string& name);

 private:
  void Forward(const StudentInput& input);
  void Backward(const StudentInput& input, std::span<const double> score_gradient,
                std::vector<float>& gradient) const;

  const Shape shape_;
  // Offsets into the parameters: w1 [F, H], v1 [G, H], e [C, H], w2 [H, H], b2 [H], v [H], d [C].
  const size_t w1_, v1_, e_, w2_, b2_, v_, d_, count_;
  std::vector<float> parameters_;
  std::vector<float> mean_, square_;  // Adam's moments
  int64_t steps_ = 0;
  std::vector<float> from_shared_;     // [H] V1' g of the last Forward
  std::vector<float> first_, second_;  // [C, H] a and b of the last Forward
  std::vector<double> scores_;         // [C]
};

// Entropy of softmax(scores) over the candidates, as a share of its largest value: 1 where the
// network can't tell them apart, 0 where it is sure of the first or has no choice.
double Uncertainty(std::span<const double> scores, std::span<const uint8_t> candidates);

}  // namespace lerl
