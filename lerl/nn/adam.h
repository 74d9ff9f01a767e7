#pragma once
// Adam with clipped gradients, as one loop over all parameters: libtorch's own takes a dozen
// operators per parameter, which costs more than the gradients of small networks.
//
//   g   <- g min(1, max_gradient / (|g| + 1e-6))           |g| over all parameters together
//   m   <- .9 m + .1 g           v <- .999 v + .001 g^2
//   p   <- p - rate / (1 - .9^t) m / (sqrt(v / (1 - .999^t)) + epsilon)
//
// Reference: Kingma and Ba 2015 (arXiv 1412.6980); the bias correction and the place of epsilon are
// libtorch's. A parameter without a gradient stays, and so does its t.

#include <torch/torch.h>

#include <limits>
#include <string>
#include <vector>

#include "lerl/base/tensor_file.h"

namespace lerl {

class Adam {
 public:
  // Float parameters, contiguous.
  Adam(std::vector<torch::Tensor> parameters, double rate, double epsilon);

  void Add(const std::vector<torch::Tensor>& parameters);
  const std::vector<torch::Tensor>& parameters() const { return parameters_; }

  void ClearGradients();
  // Leaves the gradients as they are.
  void Step(double max_gradient = std::numeric_limits<double>::infinity());

  // Step counts and moments as `prefix` + index + ".step", ".mean", ".square". Load throws
  // Error(kCheckpoint) naming the array when one is missing or has another shape.
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
  const double rate_, epsilon_;
};

}  // namespace lerl
