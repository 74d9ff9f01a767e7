#include "lerl/nn/mlp.h"

#include <cblas.h>

#include <algorithm>

#include "lerl/base/check.h"

namespace lerl {
namespace {

using torch::Tensor;

// c [m, n] = beta c + a b, with the transpose of a for `a_across`, and that of b for `b_across`.
void Product(const Tensor& a, bool a_across, const Tensor& b, bool b_across, float beta,
             Tensor& c) {
  const auto at = [](const Tensor& t, int64_t dim) { return static_cast<int>(t.size(dim)); };
  cblas_sgemm(CblasRowMajor, a_across ? CblasTrans : CblasNoTrans,
              b_across ? CblasTrans : CblasNoTrans, at(c, 0), at(c, 1), at(a, a_across ? 0 : 1), 1,
              a.data_ptr<float>(), at(a, 1), b.data_ptr<float>(), at(b, 1), beta,
              c.data_ptr<float>(), at(c, 1));
}

// y = x w^T + b.
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

// Keeps dy where y > 0, and makes it 0 elsewhere.
void ReluBack(const Tensor& y, Tensor& dy) {
  const float* value = y.data_ptr<float>();
  float* slope = dy.data_ptr<float>();
  for (int64_t i = 0; i < y.numel(); ++i) slope[i] = value[i] > 0 ? slope[i] : 0;
}

// dw = dy^T x and db = the sum over the rows of dy, for the layer y = x w^T + b.
std::pair<Tensor, Tensor> LearnLinear(const Tensor& x, const Tensor& dy) {
  Tensor weight = torch::empty({dy.size(1), x.size(1)}), bias = torch::zeros({dy.size(1)});
  Product(dy, true, x, false, 0, weight);
  const float* row = dy.data_ptr<float>();
  float* sum = bias.data_ptr<float>();
  for (int64_t n = 0; n < dy.size(0); ++n, row += dy.size(1))
    for (int64_t i = 0; i < dy.size(1); ++i) sum[i] += row[i];
  return {weight, bias};
}

// dx = dy w.
Tensor LinearBack(const Tensor& weight, const Tensor& dy) {
  Tensor dx = torch::empty({dy.size(0), weight.size(1)});
  Product(dy, false, weight, false, 0, dx);
  return dx;
}

// x [..., n] as rows [N, n].
Tensor Rows(const Tensor& x) { return x.reshape({-1, x.size(-1)}).contiguous(); }

class MlpFunction : public torch::autograd::Function<MlpFunction> {
 public:
  // x [..., in] to [..., out]
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& any_x,
                        const Tensor& weight0, const Tensor& bias0, const Tensor& weight2,
                        const Tensor& bias2, const Tensor& weight4, const Tensor& bias4,
                        bool bounded) {
    const Tensor x = Rows(any_x);
    Tensor h1 = Linear(x, weight0, bias0);
    Relu(h1);
    Tensor h2 = Linear(h1, weight2, bias2);
    Relu(h2);
    Tensor y = Linear(h2, weight4, bias4);
    if (bounded) y.tanh_();
    context->save_for_backward({x, h1, h2, weight0, weight2, weight4, bounded ? y : Tensor()});
    context->saved_data["x"] = any_x.requires_grad();
    context->saved_data["shape"] = any_x.sizes();
    context->saved_data["layers"] = weight0.requires_grad();
    std::vector<int64_t> shape = any_x.sizes().vec();
    shape.back() = y.size(1);
    return y.view(shape);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list slopes) {
    const torch::autograd::variable_list saved = context->get_saved_variables();
    const Tensor &x = saved[0], &h1 = saved[1], &h2 = saved[2], &y = saved[6];
    Tensor dy = Rows(slopes[0]);
    if (y.defined()) dy = dy * (1 - y.square());
    const bool learns = context->saved_data["layers"].toBool();
    torch::autograd::variable_list slopes_of(8);  // in the order of forward's arguments
    const auto learn = [&](size_t layer, const Tensor& in, const Tensor& slope) {
      if (learns) std::tie(slopes_of[layer + 1], slopes_of[layer + 2]) = LearnLinear(in, slope);
    };
    // From the last layer to the first: the gradient of the layer, then that of its input.
    learn(4, h2, dy);
    Tensor dh2 = LinearBack(saved[5], dy);
    ReluBack(h2, dh2);
    learn(2, h1, dh2);
    Tensor dh1 = LinearBack(saved[4], dh2);
    ReluBack(h1, dh1);
    learn(0, x, dh1);
    if (context->saved_data["x"].toBool())
      slopes_of[0] = LinearBack(saved[3], dh1).view(context->saved_data["shape"].toIntVector());
    return slopes_of;
  }
};

// x [..., in] to [..., out]
Tensor Apply(const Tensor& x, const std::vector<Tensor>& layers, bool bounded) {
  LERL_CHECK_EQ(x.size(-1), layers[0].size(1));
  return MlpFunction::apply(x, layers[0], layers[1], layers[2], layers[3], layers[4], layers[5],
                            bounded);
}

}  // namespace

MlpImpl::MlpImpl(int64_t in, int64_t hidden, int64_t out, bool bounded) : bounded_(bounded) {
  const auto add = [this](const char* name, int64_t from, int64_t to) {
    const auto linear = register_module(name, torch::nn::Linear(from, to));
    layers_.push_back(linear->weight);
    layers_.push_back(linear->bias);
  };
  add("0", in, hidden);
  add("2", hidden, hidden);
  add("4", hidden, out);
}

torch::Tensor MlpImpl::forward(const torch::Tensor& x) { return Apply(x, layers_, bounded_); }

torch::Tensor MlpImpl::Frozen(const torch::Tensor& x) {
  std::vector<Tensor> layers;
  for (const Tensor& parameter : layers_) layers.push_back(parameter.detach());
  return Apply(x, layers, bounded_);
}

void MlpImpl::Follow(const MlpImpl& other, double rate) {
  const auto share = static_cast<float>(rate), rest = static_cast<float>(1 - rate);
  for (size_t layer = 0; layer < layers_.size(); ++layer) {
    LERL_CHECK(layers_[layer].sizes() == other.layers_[layer].sizes());
    float* own = layers_[layer].data_ptr<float>();
    const float* theirs = other.layers_[layer].data_ptr<float>();
    for (int64_t i = 0; i < layers_[layer].numel(); ++i) own[i] = rest * own[i] + share * theirs[i];
  }
}

void MlpImpl::ChangeOutput(double scale, double shift) {
  LERL_CHECK(!bounded_);
  const torch::NoGradGuard no_grad;
  layers_[4].mul_(scale);
  layers_[5].mul_(scale).add_(shift);
}

}  // namespace lerl
