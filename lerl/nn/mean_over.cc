#include "lerl/nn/mean_over.h"

#include <algorithm>

#include "lerl/base/check.h"

namespace lerl {
namespace {

using torch::Tensor;

// The slope of each entry is known in the forward pass already, so one backward pass serves both
// means.
class WeightedSum : public torch::autograd::Function<WeightedSum> {
 public:
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& /*x*/,
                        const Tensor& value, const Tensor& slope) {
    context->save_for_backward({slope});
    return value;
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list slopes) {
    return {context->get_saved_variables()[0] * slopes[0], Tensor(), Tensor()};
  }
};

// `term(i)` gives the value and the slope of entry i.
template <typename Term>
Tensor Mean(const Tensor& x, const Tensor& valid, Term term) {
  LERL_CHECK(x.sizes() == valid.sizes());
  const Tensor counts = valid.contiguous();
  const float* v = counts.data_ptr<float>();
  Tensor slope = torch::empty(x.sizes());
  float* out = slope.data_ptr<float>();
  double sum = 0, count = 0;
  for (int64_t i = 0; i < valid.numel(); ++i) {
    const auto [value, slope_at] = term(i);
    out[i] = v[i] * slope_at;
    sum += static_cast<double>(v[i] * value);
    count += static_cast<double>(v[i]);
  }
  const double scale = 1 / std::max(count, 1.0);
  for (int64_t i = 0; i < valid.numel(); ++i) out[i] *= static_cast<float>(scale);
  return WeightedSum::apply(x, torch::full({}, static_cast<float>(sum * scale)), slope);
}

}  // namespace

Tensor MeanOver(const Tensor& x, const Tensor& valid) {
  const Tensor dense = x.detach().contiguous();
  return Mean(x, valid,
              [at = dense.data_ptr<float>()](int64_t i) { return std::pair(at[i], 1.0F); });
}

Tensor SquaredErrorOver(const Tensor& x, const Tensor& y, const Tensor& valid) {
  LERL_CHECK(x.sizes() == y.sizes());
  const Tensor dense = x.detach().contiguous(), target = y.contiguous();
  return Mean(x, valid, [at = dense.data_ptr<float>(), to = target.data_ptr<float>()](int64_t i) {
    const float error = at[i] - to[i];
    return std::pair(error * error, 2 * error);
  });
}

}  // namespace lerl
