#pragma once
// Adam with clipped gradients, as one loop over all parameters. libtorch's own Adam takes a dozen
// operators per parameter, which costs more than the gradients of small networks.
//
//   g <- g min(1, max_gradient / (|g| + 1e-6))
//   m <- .9 m + .1 g
//   v <- .999 v + .001 g^2
//   p <- p - rate (m / (1 - .9^t)) / (sqrt(v / (1 - .999^t)) + epsilon)
//
//   p, g   a parameter and its gradient
//   |g|    norm of the gradients of all parameters together
//   m, v   moving means of the gradient and of its square, element by element
//   t      the steps of this parameter, the present one included
// `rate` may change between steps (nn/schedule.h); m and v don't depend on it.
//
// A parameter without a gradient keeps its value and its t. A gradient that is not finite would
// make |g| so, and all parameters with it: Step refuses it, and has changed nothing then.
//
// Reference: Kingma and Ba 2015 (arXiv 1412.6980). The bias correction and the place of epsilon are
// those of libtorch.

#include <limits>
#include <string>
#include <vector>

#include "lerl/base/tensor_file.h"
#include "lerl/nn/torch.h"

namespace lerl {

class Adam {
 public:
  // The parameters must be contiguous floats.
  Adam(std::vector<torch::Tensor> parameters, double rate, double epsilon);

  void Add(const std::vector<torch::Tensor>& parameters);
  const std::vector<torch::Tensor>& parameters() const { return parameters_; }
  // The place of the first parameter whose gradient is not finite, or -1.
  int64_t BrokenGradient() const;

  int64_t steps() const;  // t of the parameter that has made most steps
  double rate() const { return rate_; }
  // Sets the rate of the steps from here on. It is not saved: who changes it sets it anew.
  void set_rate(double rate) { rate_ = rate; }
  // |g| of the last step, before its clipping and after it; 0 before the first.
  double gradient_norm() const { return norm_; }
  double clipped_gradient_norm() const { return clipped_norm_; }

  void ClearGradients();
  // Changes the parameters by their gradients, which stay as they are. Throws Error(kUnusable),
  // naming the parameter by its place, when a gradient is not finite.
  void Step(double max_gradient = std::numeric_limits<double>::infinity());

  // The arrays are `prefix` + index + ".step" (t), ".mean" (m) and ".square" (v). Load throws
  // Error(kCheckpoint) naming an array that is missing or has another shape.
  void Save(const std::string& prefix, Arrays& arrays) const;
  void Load(const std::string& prefix, const Arrays& arrays);

 private:
  struct Moments {
    int64_t step = 0;
    torch::Tensor mean, square;
  };
  double GradientNorm() const;

  std::vector<torch::Tensor> parameters_;
  std::vector<Moments> moments_;
  double rate_;
  const double epsilon_;
  double norm_ = 0, clipped_norm_ = 0;
};

}  // namespace lerl
