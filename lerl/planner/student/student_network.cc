#include "lerl/planner/student/student_network.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/planner/ranking.h"

namespace lerl {
namespace {

constexpr double kDecay1 = 0.9, kDecay2 = 0.999, kEpsilon = 1e-8;  // of Adam

// to [n] += scale * from [n]
void Add(size_t n, float scale, const float* from, float* to) {
  for (size_t i = 0; i < n; ++i) to[i] += scale * from[i];
}

float Dot(size_t n, const float* a, const float* b) {
  float sum = 0;
  for (size_t i = 0; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

void Relu(size_t n, float* values) {
  for (size_t i = 0; i < n; ++i) values[i] = std::max(values[i], 0.0F);
}

// log sum_c exp(scores_c) over the marked c.
double LogSumExp(std::span<const double> scores, std::span<const uint8_t> marked) {
  double largest = -1e300, sum = 0;
  for (size_t c = 0; c < scores.size(); ++c)
    if (marked[c] != 0) largest = std::max(largest, scores[c]);
  for (size_t c = 0; c < scores.size(); ++c)
    if (marked[c] != 0) sum += std::exp(scores[c] - largest);
  return largest + std::log(sum);
}

// The loss L of one answer; `scale` times its gradient by the scores is added to `gradient` [C].
double ListLoss(std::span<const double> scores, const StudentNetwork::Example& example,
                int64_t depth, double scale, std::span<double> gradient) {
  std::vector<uint8_t> left(example.candidates.begin(), example.candidates.end());
  const size_t places = std::min(At(depth), example.ranking.size());
  double loss = 0;
  for (size_t p = 0; p < places; ++p) {
    const auto named = At(example.ranking[p]);
    LERL_CHECK(left.at(named) != 0);
    const double weight = 1 / std::log2(static_cast<double>(p) + 2);
    const double log_sum = LogSumExp(scores, left);
    loss += weight * (log_sum - scores[named]);
    gradient[named] -= scale * weight;
    for (size_t c = 0; c < scores.size(); ++c)
      if (left[c] != 0) gradient[c] += scale * weight * std::exp(scores[c] - log_sum);
    left[named] = 0;
  }
  return loss;
}

}  // namespace

StudentNetwork::StudentNetwork(Shape shape, uint64_t seed)
    : shape_(shape),
      w1_(0),
      v1_(w1_ + At(shape.features * shape.hidden)),
      e_(v1_ + At(shape.shared * shape.hidden)),
      w2_(e_ + At(shape.categories * shape.hidden)),
      b2_(w2_ + At(shape.hidden * shape.hidden)),
      v_(b2_ + At(shape.hidden)),
      d_(v_ + At(shape.hidden)),
      count_(d_ + At(shape.categories)),
      parameters_(count_, 0),
      mean_(count_, 0),
      square_(count_, 0),
      from_shared_(At(shape.hidden)),
      first_(At(shape.categories * shape.hidden)),
      second_(first_.size()),
      scores_(At(shape.categories)) {
  Rng rng(seed, "student network");
  const auto fill = [&](size_t begin, size_t end, int64_t inputs, int64_t outputs) {
    const double limit = std::sqrt(6.0 / static_cast<double>(inputs + outputs));
    for (size_t i = begin; i < end; ++i)
      parameters_[i] = static_cast<float>(limit * (2 * rng.Uniform() - 1));
  };
  fill(w1_, v1_, shape.features, shape.hidden);
  fill(v1_, e_, shape.shared, shape.hidden);
  fill(w2_, b2_, shape.hidden, shape.hidden);
  fill(v_, d_, shape.hidden, 1);
}

void StudentNetwork::Forward(const StudentInput& input) {
  const auto h = At(shape_.hidden), f = At(shape_.features);
  const float* p = parameters_.data();
  LERL_CHECK_EQ(std::ssize(input.shared), shape_.shared);
  LERL_CHECK_EQ(std::ssize(input.category), shape_.categories * shape_.features);
  std::fill(from_shared_.begin(), from_shared_.end(), 0.0F);
  for (size_t g = 0; g < input.shared.size(); ++g)
    if (input.shared[g] != 0) Add(h, input.shared[g], p + v1_ + g * h, from_shared_.data());
  for (size_t c = 0; c < scores_.size(); ++c) {
    float* a = first_.data() + c * h;
    float* b = second_.data() + c * h;
    std::copy_n(p + e_ + c * h, h, a);
    Add(h, 1, from_shared_.data(), a);
    for (size_t i = 0; i < f; ++i) Add(h, input.category[c * f + i], p + w1_ + i * h, a);
    Relu(h, a);
    std::copy_n(p + b2_, h, b);
    for (size_t i = 0; i < h; ++i)
      if (a[i] != 0) Add(h, a[i], p + w2_ + i * h, b);
    Relu(h, b);
    scores_[c] = static_cast<double>(Dot(h, p + v_, b) + p[d_ + c]);
  }
}

void StudentNetwork::Scores(const StudentInput& input, std::vector<double>& scores) {
  Forward(input);
  scores = scores_;
}

// Adds the gradient of all parameters to `gradient`, from that of the scores [C], by the chain rule
// backwards through s, b and a of the last Forward.
void StudentNetwork::Backward(const StudentInput& input, std::span<const double> score_gradient,
                              std::vector<float>& gradient) const {
  const auto h = At(shape_.hidden), f = At(shape_.features);
  const float* p = parameters_.data();
  float* to = gradient.data();
  std::vector<float> of_b(h), of_a(h), of_shared(h, 0);
  for (size_t c = 0; c < scores_.size(); ++c) {
    const auto of_score = static_cast<float>(score_gradient[c]);
    if (of_score == 0) continue;
    const float* a = first_.data() + c * h;
    const float* b = second_.data() + c * h;
    to[d_ + c] += of_score;
    Add(h, of_score, b, to + v_);
    for (size_t i = 0; i < h; ++i) of_b[i] = b[i] > 0 ? of_score * p[v_ + i] : 0;
    Add(h, 1, of_b.data(), to + b2_);
    for (size_t i = 0; i < h; ++i) {
      of_a[i] = a[i] > 0 ? Dot(h, p + w2_ + i * h, of_b.data()) : 0;
      if (a[i] > 0) Add(h, a[i], of_b.data(), to + w2_ + i * h);
    }
    Add(h, 1, of_a.data(), to + e_ + c * h);
    Add(h, 1, of_a.data(), of_shared.data());
    for (size_t i = 0; i < f; ++i) Add(h, input.category[c * f + i], of_a.data(), to + w1_ + i * h);
  }
  for (size_t g = 0; g < input.shared.size(); ++g)
    if (input.shared[g] != 0) Add(h, input.shared[g], of_shared.data(), to + v1_ + g * h);
}

double StudentNetwork::Gradient(std::span<const Example> minibatch, int64_t depth,
                                std::vector<float>& gradient) {
  gradient.assign(count_, 0);
  const double scale = 1 / static_cast<double>(minibatch.size());
  double loss = 0;
  std::vector<double> score_gradient(scores_.size());
  for (const Example& example : minibatch) {
    Forward(*example.input);
    std::fill(score_gradient.begin(), score_gradient.end(), 0.0);
    loss += scale * ListLoss(scores_, example, depth, scale, score_gradient);
    Backward(*example.input, score_gradient, gradient);
  }
  return loss;
}

void StudentNetwork::RequireFinite(const std::vector<float>& values, const std::string& what,
                                   const char* verb) const {
  const auto broken = std::ranges::find_if(values, [](float x) { return !std::isfinite(x); });
  if (broken == values.end()) return;
  const size_t place = At(broken - values.begin());
  const char* part = place >= d_    ? "d"
                     : place >= v_  ? "v"
                     : place >= b2_ ? "b2"
                     : place >= w2_ ? "W2"
                     : place >= e_  ? "e"
                     : place >= v1_ ? "V1"
                                    : "W1";
  FailPlanner("student", what + " of " + part + " " + verb +
                             " not finite; lower planner.student.learning_rate");
}

double StudentNetwork::Learn(std::span<const Example> minibatch, int64_t depth,
                             double learning_rate) {
  LERL_CHECK(!minibatch.empty());
  std::vector<float> gradient;
  const double loss = Gradient(minibatch, depth, gradient);
  if (!std::isfinite(loss)) FailPlanner("student", "the loss of its network is not finite");
  RequireFinite(gradient, "the gradient", "is");
  ++steps_;
  const auto n = static_cast<double>(steps_);
  const auto rate = static_cast<float>(learning_rate / (1 - std::pow(kDecay1, n)));
  const auto unbias = static_cast<float>(1 / (1 - std::pow(kDecay2, n)));
  constexpr auto kKeep1 = static_cast<float>(kDecay1), kKeep2 = static_cast<float>(kDecay2);
  for (size_t i = 0; i < count_; ++i) {
    mean_[i] = kKeep1 * mean_[i] + (1 - kKeep1) * gradient[i];
    square_[i] = kKeep2 * square_[i] + (1 - kKeep2) * gradient[i] * gradient[i];
    parameters_[i] -=
        rate * mean_[i] / (std::sqrt(square_[i] * unbias) + static_cast<float>(kEpsilon));
  }
  RequireFinite(parameters_, "parameters", "are");
  return loss;
}

void StudentNetwork::Save(TensorFile& file, const std::string& name) const {
  file.arrays[name + "/parameters"] = Array::Of(parameters_);
  file.arrays[name + "/adam_mean"] = Array::Of(mean_);
  file.arrays[name + "/adam_square"] = Array::Of(square_);
  file.arrays[name + "/adam_steps"] = Array::Of(std::vector<int64_t>{steps_});
}

void StudentNetwork::Load(const TensorFile& file, const std::string& name) {
  const std::vector<int64_t> shape = {static_cast<int64_t>(count_)};
  parameters_ = ReadValues<float>(file.arrays, name + "/parameters", shape);
  mean_ = ReadValues<float>(file.arrays, name + "/adam_mean", shape);
  square_ = ReadValues<float>(file.arrays, name + "/adam_square", shape, {0});
  steps_ = ReadValue<int64_t>(file.arrays, name + "/adam_steps", {0});
}

double Uncertainty(std::span<const double> scores, std::span<const uint8_t> candidates) {
  const auto choices = std::count(candidates.begin(), candidates.end(), 1);
  if (choices < 2) return 0;
  const double log_sum = LogSumExp(scores, candidates);
  double entropy = 0;
  for (size_t c = 0; c < scores.size(); ++c) {
    if (candidates[c] == 0) continue;
    entropy -= std::exp(scores[c] - log_sum) * (scores[c] - log_sum);
  }
  return entropy / std::log(static_cast<double>(choices));
}

}  // namespace lerl
