#include "lerl/nn/mlp.h"

#include <cblas.h>

#include <algorithm>

#include "lerl/base/check.h"

namespace lerl {
namespace {

using torch::Tensor;

// c [m, n] = beta c + a' b', where a' is a or, for `a_across`, its transpose; likewise b'.
void Product(const Tensor& a, bool a_across, const Tensor& b, bool b_across, float beta,
             Tensor& c) {
  const auto at = [](const Tensor& t, int64_t dim) { return static_cast<int>(t.size(dim)); };
  cblas_sgemm(CblasRowMajor, a_across ? CblasTrans : CblasNoTrans,
              b_across ? CblasTrans : CblasNoTrans, at(c, 0), at(c, 1), at(a, a_across ? 0 : 1), 1,
              a.data_ptr<float>(), at(a, 1), b.data_ptr<float>(), at(b, 1), beta,
              c.data_ptr<float>(), at(c, 1));
}

// x w^T + b
Tensor Linear(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  Tensor y = torch::empty({x.size(0), weight.size(0)});
  float* row = y.data_ptr<float>();
  for (int64_t n = 0; n < y.size(0); ++n)
    row = std::copy_n(bias.data_ptr<float>(), bias.size(0), row);
  Product(x, false, weight, true, 1, y);
  return y;
}

void Relu(Tensor& x) {
  float* value = x.data_ptr<float>();
  for (int64_t i = 0; i < x.numel(); ++i) value[i] = value[i] > 0 ? value[i] : 0;
}

// dy where y > 0, else 0.
void ReluBack(const Tensor& y, Tensor& dy) {
  const float* value = y.data_ptr<float>();
  float* slope = dy.data_ptr<float>();
  for (int64_t i = 0; i < y.numel(); ++i) slope[i] = value[i] > 0 ? slope[i] : 0;
}

// Gradients by weight and bias of the layer that made dy's rows from x's.
std::pair<Tensor, Tensor> LearnLinear(const Tensor& x, const Tensor& dy) {
  Tensor weight = torch::empty({dy.size(1), x.size(1)}), bias = torch::zeros({dy.size(1)});
  Product(dy, true, x, false, 0, weight);
  const float* row = dy.data_ptr<float>();
  float* sum = bias.data_ptr<float>();
  for (int64_t n = 0; n < dy.size(0); ++n, row += dy.size(1))
    for (int64_t i = 0; i < dy.size(1); ++i) sum[i] += row[i];
  return {weight, bias};
}

Tensor LinearBack(const Tensor& weight, const Tensor& dy) {
  Tensor dx = torch::empty({dy.size(0), weight.size(1)});
  Product(dy, false, weight, false, 0, dx);
  return dx;
}

class MlpFunction : public torch::autograd::Function<MlpFunction> {
 public:
  // x [N, in]
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& x,
                        const Tensor& weight0, const Tensor& bias0, const Tensor& weight2,
                        const Tensor& bias2, const Tensor& weight4, const Tensor& bias4,
                        bool bounded) {
    Tensor h1 = Linear(x, weight0, bias0);
    Relu(h1);
    Tensor h2 = Linear(h1, weight2, bias2);
    Relu(h2);
    Tensor y = Linear(h2, weight4, bias4);
    if (bounded) y.tanh_();
    context->save_for_backward({x, h1, h2, weight0, weight2, weight4, bounded ? y : Tensor()});
    context->saved_data["x"] = x.requires_grad();
    return y;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list slopes) {
    const torch::autograd::variable_list saved = context->get_saved_variables();
    const Tensor &x = saved[0], &h1 = saved[1], &h2 = saved[2], &y = saved[6];
    Tensor dy = slopes[0].contiguous();
    if (y.defined()) dy = dy * (1 - y.square());
    const auto [weight4, bias4] = LearnLinear(h2, dy);
    Tensor dh2 = LinearBack(saved[5], dy);
    ReluBack(h2, dh2);
    const auto [weight2, bias2] = LearnLinear(h1, dh2);
    Tensor dh1 = LinearBack(saved[4], dh2);
    ReluBack(h1, dh1);
    const auto [weight0, bias0] = LearnLinear(x, dh1);
    const Tensor dx = context->saved_data["x"].toBool() ? LinearBack(saved[3], dh1) : Tensor();
    return {dx, weight0, bias0, weight2, bias2, weight4, bias4, Tensor()};
  }
};

}  // namespace

MlpImpl::MlpImpl(int64_t in, int64_t hidden, int64_t out, bool bounded) : bounded_(bounded) {
  const auto layer = [this](const char* name, int64_t rows, int64_t columns) {
    auto linear = register_module(name, torch::nn::Linear(columns, rows));
    return std::pair{linear->weight, linear->bias};
  };
  std::tie(weight0_, bias0_) = layer("0", hidden, in);
  std::tie(weight2_, bias2_) = layer("2", hidden, hidden);
  std::tie(weight4_, bias4_) = layer("4", out, hidden);
}

torch::Tensor MlpImpl::forward(const torch::Tensor& x) {
  std::vector<int64_t> shape = x.sizes().vec();
  LERL_CHECK_EQ(shape.back(), weight0_.size(1));
  shape.back() = weight4_.size(0);
  const Tensor rows = x.reshape({-1, x.size(-1)}).contiguous();
  return MlpFunction::apply(rows, weight0_, bias0_, weight2_, bias2_, weight4_, bias4_, bounded_)
      .view(shape);
}

}  // namespace lerl
