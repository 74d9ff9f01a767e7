#include "lerl/agents/learning/orthogonal.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "lerl/base/check.h"

namespace lerl {

torch::Tensor OrthogonalWeight(int64_t out, int64_t in, double gain, Rng& rng) {
  // As many vectors as the shorter side has entries, each as long as the other side.
  const int64_t count = std::min(out, in), length = std::max(out, in);
  torch::Tensor vectors = torch::empty({count, length}, torch::kDouble);
  double* draw = vectors.data_ptr<double>();
  std::generate_n(draw, vectors.numel(), [&rng] { return rng.Normal(); });
  for (int64_t i = 0; i < count; ++i) {
    torch::Tensor vector = vectors[i];
    // What earlier vectors explain is taken off twice: the second pass takes off what rounding in
    // the first has left.
    const torch::Tensor earlier = vectors.narrow(0, 0, i);
    for (int pass = 0; pass < 2; ++pass) vector -= earlier.t().matmul(earlier.matmul(vector));
    vector /= vector.norm();
  }
  const torch::Tensor weight = (gain * vectors).to(torch::kFloat);
  return (out <= in ? weight : weight.t()).contiguous();
}

void InitialiseOrthogonal(Mlp& head, int64_t encoded_width, double last_gain, Rng& rng) {
  const torch::NoGradGuard no_grad;
  auto parameters = head->named_parameters();
  const auto set = [&](const std::string& layer, int64_t inputs, double gain) {
    torch::Tensor weight = parameters[layer + ".weight"];
    LERL_CHECK_LE(inputs, weight.size(1));
    weight.zero_();
    weight.narrow(1, 0, inputs).copy_(OrthogonalWeight(weight.size(0), inputs, gain, rng));
    parameters[layer + ".bias"].zero_();
  };
  set("0", encoded_width, std::numbers::sqrt2);
  set("2", parameters["2.weight"].size(1), std::numbers::sqrt2);
  set("4", parameters["4.weight"].size(1), last_gain);
}

}  // namespace lerl
