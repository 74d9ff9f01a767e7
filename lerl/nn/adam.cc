#include "lerl/nn/adam.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/nn/simd.h"
#include "lerl/nn/torch_arrays.h"

namespace lerl {
namespace {

constexpr double kMeanDecay = 0.9, kSquareDecay = 0.999;

LERL_INLINE Lanes LoadSome(const float* from, int64_t count) {
  if (count == kLanes) return LoadLanes(from);
  Lanes lanes = {};
  std::memcpy(&lanes, from, At(count) * sizeof(float));
  return lanes;
}

LERL_INLINE void StoreSome(float* to, const Lanes& lanes, int64_t count) {
  std::memcpy(to, &lanes, At(count) * sizeof(float));
}

}  // namespace

Adam::Adam(std::vector<torch::Tensor> parameters, double rate, double epsilon)
    : rate_(rate), epsilon_(epsilon) {
  Add(parameters);
}

void Adam::Add(const std::vector<torch::Tensor>& parameters) {
  for (const torch::Tensor& parameter : parameters) {
    LERL_CHECK(parameter.is_contiguous() && parameter.scalar_type() == torch::kFloat);
    parameters_.push_back(parameter);
    moments_.push_back({0, torch::zeros(parameter.sizes()), torch::zeros(parameter.sizes())});
  }
}

void Adam::ClearGradients() {
  for (torch::Tensor& parameter : parameters_) parameter.mutable_grad().reset();
}

double Adam::GradientNorm() const {
  double squares = 0;
  for (const torch::Tensor& parameter : parameters_) {
    if (!parameter.grad().defined()) continue;
    const torch::Tensor gradient = parameter.grad().contiguous();
    const float* g = gradient.data_ptr<float>();
    const auto square = [g](int64_t i) { return static_cast<double>(g[i]) * g[i]; };
    double sums[8] = {};  // eight sums take turns, so that the compiler can do them side by side
    int64_t i = 0;
    for (; i + 8 <= gradient.numel(); i += 8)
      for (int64_t lane = 0; lane < 8; ++lane) sums[lane] += square(i + lane);
    for (; i < gradient.numel(); ++i) sums[0] += square(i);
    for (const double sum : sums) squares += sum;
  }
  return std::sqrt(squares);
}

int64_t Adam::BrokenGradient() const {
  for (size_t n = 0; n < parameters_.size(); ++n) {
    const torch::Tensor& gradient = parameters_[n].grad();
    if (gradient.defined() && !gradient.isfinite().all().item<bool>())
      return static_cast<int64_t>(n);
  }
  return -1;
}

void Adam::Step(double max_gradient) {
  // 1. Clipping. The norm, a sum of squares as doubles, is finite if every gradient is.
  const double norm = GradientNorm();
  if (!std::isfinite(norm))
    throw Error(ErrorKind::kUnusable, "learning diverged: the gradient of parameter " +
                                          std::to_string(BrokenGradient()) +
                                          " of Adam is not finite; lower the learning rate");
  const auto scale = static_cast<float>(std::min(1.0, max_gradient / (norm + 1e-6)));
  norm_ = norm, clipped_norm_ = norm * static_cast<double>(scale);
  for (size_t n = 0; n < parameters_.size(); ++n) {
    const torch::Tensor& parameter = parameters_[n];
    if (!parameter.grad().defined()) continue;
    const torch::Tensor gradient = parameter.grad().contiguous();
    Moments& moments = moments_[n];
    // 2. The factors of the bias correction.
    const auto step = static_cast<double>(++moments.step);
    const auto rate = static_cast<float>(rate_ / (1 - std::pow(kMeanDecay, step)));
    const auto correction = static_cast<float>(1 / std::sqrt(1 - std::pow(kSquareDecay, step)));
    const auto epsilon = static_cast<float>(epsilon_);
    // 3. Moments and parameters, a register of lanes at a time.
    const float* g = gradient.data_ptr<float>();
    float* p = parameter.data_ptr<float>();
    float* m = moments.mean.data_ptr<float>();
    float* v = moments.square.data_ptr<float>();
    const int64_t size = parameter.numel();
    const auto update = [&](int64_t i, int64_t count) {
      const Lanes slope = LoadSome(g + i, count) * scale;
      Lanes mean = LoadSome(m + i, count), square = LoadSome(v + i, count);
      mean += (slope - mean) * static_cast<float>(1 - kMeanDecay);
      square += (slope * slope - square) * static_cast<float>(1 - kSquareDecay);
      StoreSome(m + i, mean, count);
      StoreSome(v + i, square, count);
      const Lanes root = SqrtLanes(square) * correction + epsilon;
      StoreSome(p + i, LoadSome(p + i, count) - rate * mean / root, count);
    };
    int64_t i = 0;
    for (; i + kLanes <= size; i += kLanes) update(i, kLanes);
    if (i < size) update(i, size - i);
  }
}

int64_t Adam::steps() const {
  int64_t most = 0;
  for (const Moments& moments : moments_) most = std::max(most, moments.step);
  return most;
}

void Adam::Save(const std::string& prefix, Arrays& arrays) const {
  for (size_t n = 0; n < moments_.size(); ++n) {
    const std::string name = prefix + std::to_string(n) + ".";
    arrays[name + "step"] = Array::Of({1}, &moments_[n].step);
    arrays[name + "mean"] = ToArray(moments_[n].mean);
    arrays[name + "square"] = ToArray(moments_[n].square);
  }
}

void Adam::Load(const std::string& prefix, const Arrays& arrays) {
  for (size_t n = 0; n < moments_.size(); ++n) {
    const std::string name = prefix + std::to_string(n) + ".";
    moments_[n].step = ReadValue<int64_t>(arrays, name + "step", {0});
    CopyInto(arrays, name + "mean", moments_[n].mean);
    CopyInto(arrays, name + "square", moments_[n].square);
  }
}

}  // namespace lerl
