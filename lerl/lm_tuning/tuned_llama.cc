#include "lerl/lm_tuning/tuned_llama.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/nn/torch_arrays.h"

namespace lerl {
namespace {

constexpr int64_t kPositions = 4096;  // of a prompt at most

// Positions: theta_i = base^(-2 i / head_width); the angle at position p is p theta_i.
std::array<torch::Tensor, 2> RotaryTables(const LlamaShape& shape) {
  const int64_t half = shape.head_width / 2;
  std::vector<float> cosine, sine;
  for (int64_t position = 0; position < kPositions; ++position) {
    for (int64_t i = 0; i < half; ++i) {
      const double angle =
          static_cast<double>(position) *
          std::pow(static_cast<double>(shape.rope_base),
                   -2 * static_cast<double>(i) / static_cast<double>(shape.head_width));
      cosine.push_back(static_cast<float>(std::cos(angle)));
      sine.push_back(static_cast<float>(std::sin(angle)));
    }
  }
  return {FromSpan(cosine, {kPositions, half}), FromSpan(sine, {kPositions, half})};
}

// 0 where a token may look and minus infinity where not: row i of [count, count] sees 0 to i.
torch::Tensor CausalMask(int64_t count) {
  return torch::full({count, count}, -std::numeric_limits<float>::infinity()).triu(1);
}

}  // namespace

TunedLlama::TunedLlama(const LlamaFile& file, const LoraShape& lora)
    : file_(file), shape_(file.shape()), first_tuned_(shape_.layers - lora.layers) {
  if (first_tuned_ < 0)
    throw Error(ErrorKind::kConfig, "--layers " + std::to_string(lora.layers) + ": the model has " +
                                        std::to_string(shape_.layers) + "; give as many or less");
  for (int64_t layer = 0; layer < shape_.layers; ++layer)
    layers_.push_back(ReadLayer(file, layer, lora));
  output_norm_ = FromSpan(file.Read("output_norm.weight", 1, shape_.width), {shape_.width});
  output_ = file.Has("output.weight") ? "output.weight" : "token_embd.weight";
  const auto [cosine, sine] = RotaryTables(shape_);
  cosine_ = cosine;
  sine_ = sine;
}

TunedLlama::Layer TunedLlama::ReadLayer(const LlamaFile& file, int64_t index,
                                        const LoraShape& lora) const {
  const std::string prefix = "blk." + std::to_string(index) + ".";
  const auto vector = [&](const char* name) {
    return FromSpan(file.Read(prefix + name, 1, shape_.width), {shape_.width});
  };
  const auto matrix = [&](const char* name, int64_t out, int64_t in) {
    Matrix made{.name = prefix + name};
    made.weight = FromSpan(file.Read(made.name, out, in), {out, in});
    if (index < first_tuned_) return made;
    Rng rng(lora.seed, made.name);
    std::vector<float> a(At(lora.rank * in));
    const double bound = 1 / std::sqrt(static_cast<double>(in));
    for (float& value : a) value = static_cast<float>(bound * (2 * rng.Uniform() - 1));
    made.a = FromSpan(a, {lora.rank, in}).set_requires_grad(true);
    made.b = torch::zeros({out, lora.rank}).set_requires_grad(true);
    made.scale = lora.alpha / static_cast<double>(lora.rank);
    return made;
  };
  const int64_t queries = shape_.heads * shape_.head_width;
  const int64_t keys = shape_.kv_heads * shape_.head_width;
  return {.attention_norm = vector("attn_norm.weight"),
          .feed_norm = vector("ffn_norm.weight"),
          .q = matrix("attn_q.weight", queries, shape_.width),
          .k = matrix("attn_k.weight", keys, shape_.width),
          .v = matrix("attn_v.weight", keys, shape_.width),
          .o = matrix("attn_output.weight", shape_.width, queries),
          .gate = matrix("ffn_gate.weight", shape_.hidden, shape_.width),
          .up = matrix("ffn_up.weight", shape_.hidden, shape_.width),
          .down = matrix("ffn_down.weight", shape_.width, shape_.hidden)};
}

torch::Tensor TunedLlama::Norm(const torch::Tensor& x, const torch::Tensor& weight) const {
  return x * torch::rsqrt(x.square().mean(-1, /*keepdim=*/true) + shape_.norm_epsilon) * weight;
}

torch::Tensor TunedLlama::Apply(const Matrix& matrix, const torch::Tensor& x) {
  const torch::Tensor y = torch::linear(x, matrix.weight);
  if (!matrix.a.defined()) return y;
  return torch::add(y, torch::linear(torch::linear(x, matrix.a), matrix.b), matrix.scale);
}

// Turns x [..., tokens, heads, head_width] by the angles of each token's position, whose cosines
// and sines [..., tokens, 1, head_width / 2] are given:
//   (x_2i, x_2i+1) -> (x_2i cos - x_2i+1 sin, x_2i sin + x_2i+1 cos)
torch::Tensor TunedLlama::Rotate(const torch::Tensor& x, const Angles& angles) {
  const torch::Tensor pairs = x.unflatten(-1, {-1, 2});
  const torch::Tensor even = pairs.select(-1, 0), odd = pairs.select(-1, 1);
  return torch::stack(
             {even * angles.cosine - odd * angles.sine, even * angles.sine + odd * angles.cosine},
             -1)
      .flatten(-2);
}

TunedLlama::Angles TunedLlama::From(int64_t first, int64_t tokens) const {
  return {cosine_.narrow(0, first, tokens).unsqueeze(1),
          sine_.narrow(0, first, tokens).unsqueeze(1)};
}

TunedLlama::Angles TunedLlama::OneEach(const torch::Tensor& positions) const {
  return {cosine_.index_select(0, positions).view({-1, 1, 1, shape_.head_width / 2}),
          sine_.index_select(0, positions).view({-1, 1, 1, shape_.head_width / 2})};
}

// The prefix attends to itself: q [P, heads, head_width]. Returns [P, heads * head_width].
torch::Tensor TunedLlama::AttendPrefix(const torch::Tensor& q,
                                       const KeysAndValues& of_prefix) const {
  const int64_t count = q.size(0), group = shape_.heads / shape_.kv_heads;
  // [kv_heads, group, P, head_width] against [kv_heads, 1, head_width, P]
  const torch::Tensor queries =
      q.view({count, shape_.kv_heads, group, shape_.head_width}).permute({1, 2, 0, 3});
  const torch::Tensor keys = of_prefix.k.permute({1, 2, 0}).unsqueeze(1);
  const torch::Tensor values = of_prefix.v.permute({1, 0, 2}).unsqueeze(1);
  const double scale = 1 / std::sqrt(static_cast<double>(shape_.head_width));
  const torch::Tensor weights =
      torch::softmax(torch::matmul(queries, keys) * scale + CausalMask(count), -1);
  return torch::matmul(weights, values).permute({2, 0, 1, 3}).reshape({count, -1});
}

// Suffixes attend to the prefix and to themselves. q [S, asked, heads, head_width]; k and v
// [S, L, kv_heads, head_width]; those of the prefix [P, kv_heads, head_width]; `mask` is added to
// the scores [S, kv_heads, group, asked, L]. Returns [S * asked, heads * head_width].
torch::Tensor TunedLlama::AttendSuffixes(const torch::Tensor& q, const KeysAndValues& prefix,
                                         const KeysAndValues& own,
                                         const torch::Tensor& mask) const {
  const int64_t rows = q.size(0), asked = q.size(1), kv = shape_.kv_heads;
  const int64_t head = shape_.head_width, group = shape_.heads / kv, count = prefix.k.size(0);
  const double scale = 1 / std::sqrt(static_cast<double>(head));
  const torch::Tensor queries = (q.view({rows, asked, kv, group, head}) * scale)
                                    .permute({0, 2, 3, 1, 4})
                                    .reshape({rows, kv, group * asked, head});
  const auto shaped = [&](const torch::Tensor& scores) {
    return scores.view({rows, kv, group, asked, scores.size(-1)});
  };
  const torch::Tensor to_prefix = torch::matmul(queries, prefix.k.permute({1, 2, 0}));
  const torch::Tensor to_own = torch::matmul(queries, own.k.permute({0, 2, 3, 1}));
  const torch::Tensor weights =
      torch::softmax(torch::cat({shaped(to_prefix), shaped(to_own) + mask}, -1), -1)
          .view({rows, kv, group * asked, -1});
  const torch::Tensor mixed =
      torch::matmul(weights.narrow(-1, 0, count), prefix.v.permute({1, 0, 2})) +
      torch::matmul(weights.narrow(-1, count, own.k.size(1)), own.v.permute({0, 2, 1, 3}));
  return mixed.view({rows, kv, group, asked, head})
      .permute({0, 3, 1, 2, 4})
      .reshape({rows * asked, shape_.heads * head});
}

torch::Tensor TunedLlama::Feed(const Layer& layer, const torch::Tensor& h) const {
  const torch::Tensor n = Norm(h, layer.feed_norm);
  return h + Apply(layer.down, torch::silu(Apply(layer.gate, n)) * Apply(layer.up, n));
}

// Keys and values of all tokens of a pack: those of the prefix and those of the suffixes.
std::array<TunedLlama::KeysAndValues, 2> TunedLlama::KeysOf(const Layer& layer,
                                                            const torch::Tensor& n, int64_t prefix,
                                                            int64_t rows) const {
  const int64_t kv = shape_.kv_heads, head = shape_.head_width;
  const torch::Tensor k = Apply(layer.k, n).view({-1, kv, head});
  const torch::Tensor v = Apply(layer.v, n).view({-1, kv, head});
  const auto own = [&](const torch::Tensor& of) {
    return of.narrow(0, prefix, of.size(0) - prefix).view({rows, -1, kv, head});
  };
  const torch::Tensor own_k = own(k);
  return {KeysAndValues{Rotate(k.narrow(0, 0, prefix), From(0, prefix)), v.narrow(0, 0, prefix)},
          KeysAndValues{Rotate(own_k, From(prefix, own_k.size(1))), own(v)}};
}

// One layer.
TunedLlama::Tokens TunedLlama::Run(const Layer& layer, const Tokens& in) const {
  const int64_t prefix = in.prefix.size(0), rows = in.suffixes.size(0);
  const int64_t longest = in.suffixes.size(1), width = shape_.width;
  const torch::Tensor x = torch::cat({in.prefix, in.suffixes.reshape({-1, width})});
  const torch::Tensor n = Norm(x, layer.attention_norm);
  const auto [of_prefix, own] = KeysOf(layer, n, prefix, rows);
  const torch::Tensor q = Apply(layer.q, n).view({-1, shape_.heads, shape_.head_width});
  const torch::Tensor own_q =
      q.narrow(0, prefix, rows * longest).view({rows, longest, shape_.heads, shape_.head_width});
  const torch::Tensor attended = torch::cat(
      {AttendPrefix(Rotate(q.narrow(0, 0, prefix), From(0, prefix)), of_prefix),
       AttendSuffixes(Rotate(own_q, From(prefix, longest)), of_prefix, own, CausalMask(longest))});
  const torch::Tensor y = Feed(layer, x + Apply(layer.o, attended));
  return {.prefix = y.narrow(0, 0, prefix),
          .suffixes = y.narrow(0, prefix, rows * longest).view({rows, longest, width})};
}

// The topmost layer, of which no more is needed than what follows the last token of each suffix:
// [S, width].
torch::Tensor TunedLlama::RunTopmost(const Layer& layer, const Tokens& in,
                                     const torch::Tensor& last) const {
  const int64_t prefix = in.prefix.size(0), rows = in.suffixes.size(0);
  const int64_t longest = in.suffixes.size(1);
  const torch::Tensor x = torch::cat({in.prefix, in.suffixes.reshape({-1, shape_.width})});
  const torch::Tensor n = Norm(x, layer.attention_norm);
  const auto [of_prefix, own] = KeysOf(layer, n, prefix, rows);
  const torch::Tensor places = torch::arange(rows) * longest + last + prefix;
  const torch::Tensor q =
      Apply(layer.q, n.index_select(0, places)).view({rows, 1, shape_.heads, shape_.head_width});
  const torch::Tensor mask =
      CausalMask(longest).index_select(0, last).view({rows, 1, 1, 1, longest});
  const torch::Tensor attended =
      AttendSuffixes(Rotate(q, OneEach(last + prefix)), of_prefix, own, mask);
  return Feed(layer, x.index_select(0, places) + Apply(layer.o, attended));
}

PackStates TunedLlama::RunFrozen(const std::vector<int32_t>& prefix,
                                 const std::vector<std::vector<int32_t>>& suffixes) const {
  const torch::NoGradGuard no_gradient;
  size_t longest = 0;
  for (const std::vector<int32_t>& suffix : suffixes) longest = std::max(longest, suffix.size());
  LERL_CHECK(longest > 0 && std::ssize(prefix) + static_cast<int64_t>(longest) <= kPositions);
  std::vector<int32_t> tokens = prefix;
  std::vector<int64_t> last;
  for (const std::vector<int32_t>& suffix : suffixes) {
    LERL_CHECK(!suffix.empty());
    last.push_back(std::ssize(suffix) - 1);
    tokens.insert(tokens.end(), suffix.begin(), suffix.end());
    tokens.resize(tokens.size() + longest - suffix.size(), suffix.back());
  }
  const torch::Tensor x = FromSpan(file_.ReadRows("token_embd.weight", tokens, shape_.width),
                                   {std::ssize(tokens), shape_.width});
  const auto rows = std::ssize(suffixes);
  Tokens states{.prefix = x.narrow(0, 0, std::ssize(prefix)),
                .suffixes = x.narrow(0, std::ssize(prefix), x.size(0) - std::ssize(prefix))
                                .view({rows, -1, shape_.width})};
  for (int64_t layer = 0; layer < first_tuned_; ++layer) states = Run(layers_[At(layer)], states);
  return {.prefix = states.prefix,
          .suffixes = states.suffixes,
          .last = torch::tensor(last, torch::kInt64)};
}

torch::Tensor TunedLlama::LabelRows(const std::vector<int32_t>& tokens) const {
  return FromSpan(file_.ReadRows(output_, tokens, shape_.width),
                  {std::ssize(tokens), shape_.width});
}

torch::Tensor TunedLlama::LogP(const PackStates& pack, const torch::Tensor& label_rows) const {
  Tokens states{.prefix = pack.prefix, .suffixes = pack.suffixes};
  for (int64_t layer = first_tuned_; layer + 1 < shape_.layers; ++layer)
    states = Run(layers_[At(layer)], states);
  const torch::Tensor last = Norm(RunTopmost(layers_.back(), states, pack.last), output_norm_);
  return torch::log_softmax(torch::linear(last, label_rows), -1);
}

std::vector<const TunedLlama::Matrix*> TunedLlama::TunedMatrices() const {
  std::vector<const Matrix*> tuned;
  for (const Layer& layer : layers_)
    for (const Matrix* matrix :
         {&layer.q, &layer.k, &layer.v, &layer.o, &layer.gate, &layer.up, &layer.down})
      if (matrix->a.defined()) tuned.push_back(matrix);
  return tuned;
}

std::vector<torch::Tensor> TunedLlama::parameters() const {
  std::vector<torch::Tensor> all;
  for (const Matrix* matrix : TunedMatrices()) {
    all.push_back(matrix->a);
    all.push_back(matrix->b);
  }
  return all;
}

std::vector<LoraTensor> TunedLlama::Adapter() const {
  std::vector<LoraTensor> tensors;
  for (const Matrix* matrix : TunedMatrices()) {
    for (const auto& [tensor, name] :
         {std::pair{matrix->a, ".lora_a"}, std::pair{matrix->b, ".lora_b"}}) {
      LoraTensor& made = tensors.emplace_back(LoraTensor{.name = matrix->name + name,
                                                         .rows = tensor.size(0),
                                                         .columns = tensor.size(1),
                                                         .values = {}});
      made.values.resize(At(tensor.numel()));
      CopyTo(tensor, made.values);
    }
  }
  return tensors;
}

double TunedLlama::BytesOfWeights(const LlamaShape& shape) {
  return sizeof(float) * static_cast<double>(shape.layers * shape.layer_parameters());
}

// By its operations a layer keeps some 14 states of `width` and 6 of `hidden` for each token.
double TunedLlama::BytesOfPack(const LlamaShape& shape, const LoraShape& lora, int64_t tokens) {
  const int64_t floats = lora.layers * (14 * shape.width + 6 * shape.hidden);
  return sizeof(float) * static_cast<double>(tokens * floats);
}

}  // namespace lerl
