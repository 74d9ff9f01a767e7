#pragma once
// For tests and benchmarks: a plain, slow version of the whole-session task (sim/session_env.h)
// with the transformer's answers (sim/response/transformer_response.h). Loops that follow the
// equations encode the whole history anew at every step, in double precision, and the leave rule
// `lerl` counts categories in a map.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "lerl/base/rng.h"
#include "lerl/base/tensor_file.h"
#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/response/response_model.h"

namespace lerl {

using PlainVector = std::vector<double>;

class PlainTransformerResponse {
 public:
  explicit PlainTransformerResponse(const TensorFile& file) : file_(file) {
    const nlohmann::json json = nlohmann::json::parse(file.description).at("network");
    layers_ = json.at("layers"), heads_ = json.at("heads"), band_ = json.at("band");
    width_ = json.at("width"), behaviours_ = file.at("behaviour_bias").size();
  }
  int64_t band() const { return band_; }
  int64_t behaviours() const { return behaviours_; }

  // The probability of each response to `item` in this state, [F], leaving out the similarity
  // within the slate.
  std::vector<double> Probabilities(int32_t user, const PlainVector& state, int32_t item) const {
    const PlainVector encoding = Row("items", item), person = Row("users", user);
    const float* readout = file_.at("readout").Data<float>();
    std::vector<double> out;
    for (int64_t f = 0; f < behaviours_; ++f) {
      double logit = At("behaviour_bias", f) + At("item_bias", item * behaviours_ + f);
      for (int64_t n = 0; n < width_; ++n) {
        double query = 0;
        for (int64_t k = 0; k < width_; ++k)
          query += static_cast<double>(readout[(f * width_ + n) * width_ + k]) *
                   (state[Size(k)] + person[Size(k)]);
        logit += query * encoding[Size(n)];
      }
      out.push_back(1 / (1 + std::exp(-logit)));
    }
    return out;
  }

  // The state after the interactions `seen`, [D].
  PlainVector State(std::span<const Interaction> seen) const {
    if (seen.empty()) return Row("start", 0);
    std::vector<PlainVector> x;
    for (const Interaction& shown : seen) {
      PlainVector token = Row("items", shown.item), gate(Size(width_), 1.0), answer(Size(width_));
      for (int64_t f = 0; f < behaviours_; ++f) {
        const int64_t row = 2 * f + ((shown.responses >> f) & 1);
        Add(Row("gates", row), gate);
        Add(Row("answers", row), answer);
      }
      for (size_t d = 0; d < token.size(); ++d) token[d] = token[d] * gate[d] + answer[d];
      x.push_back(std::move(token));
    }
    for (int64_t l = 0; l < layers_; ++l) Block("net.block" + std::to_string(l) + ".", x);
    return Norm("net.norm", x.back());
  }

 private:
  static size_t Size(int64_t n) { return static_cast<size_t>(n); }
  double At(const std::string& name, int64_t i) const {
    return static_cast<double>(file_.at(name).Data<float>()[i]);
  }
  PlainVector Row(const std::string& name, int64_t row) const {
    const float* data = file_.at(name).Data<float>() + row * width_;
    return {data, data + width_};
  }
  PlainVector Norm(const std::string& name, const PlainVector& x) const {
    double mean = 0, variance = 0;
    for (const double v : x) mean += v / static_cast<double>(width_);
    for (const double v : x) variance += (v - mean) * (v - mean) / static_cast<double>(width_);
    PlainVector y = x;
    for (size_t d = 0; d < x.size(); ++d)
      y[d] = (x[d] - mean) / std::sqrt(variance + 1e-5) *
                 At(name + ".weight", static_cast<int64_t>(d)) +
             At(name + ".bias", static_cast<int64_t>(d));
    return y;
  }
  PlainVector Linear(const std::string& name, const PlainVector& x) const {
    const float* weight = file_.at(name + ".weight").Data<float>();
    const float* bias = file_.at(name + ".bias").Data<float>();
    PlainVector y(Size(file_.at(name + ".bias").size()));
    for (size_t n = 0; n < y.size(); ++n) {
      y[n] = static_cast<double>(bias[n]);
      for (size_t k = 0; k < x.size(); ++k)
        y[n] += static_cast<double>(weight[n * x.size() + k]) * x[k];
    }
    return y;
  }
  void Block(const std::string& name, std::vector<PlainVector>& x) const {
    std::vector<PlainVector> qkv;
    for (const PlainVector& row : x) qkv.push_back(Linear(name + "qkv", Norm(name + "norm1", row)));
    const int64_t d = width_ / heads_, count = static_cast<int64_t>(x.size());
    const float* relative = file_.at(name + "relative").Data<float>();
    for (int64_t i = 0; i < count; ++i) {
      PlainVector mixed(Size(width_));
      for (int64_t h = 0; h < heads_; ++h) {
        double total = 0;
        PlainVector sum(Size(d));
        for (int64_t j = std::max<int64_t>(0, i - band_ + 1); j <= i; ++j) {
          double score = 0;
          for (int64_t c = h * d; c < (h + 1) * d; ++c)
            score += qkv[Size(i)][Size(c)] * qkv[Size(j)][Size(width_ + c)];
          const double weight = std::exp(score / std::sqrt(static_cast<double>(d)) +
                                         static_cast<double>(relative[h * band_ + i - j]));
          total += weight;
          for (int64_t c = 0; c < d; ++c)
            sum[Size(c)] += weight * qkv[Size(j)][Size(2 * width_ + h * d + c)];
        }
        for (int64_t c = 0; c < d; ++c) mixed[Size(h * d + c)] = sum[Size(c)] / total;
      }
      PlainVector& row = x[Size(i)];
      Add(Linear(name + "out", mixed), row);
      PlainVector hidden = Linear(name + "up", Norm(name + "norm2", row));
      for (double& v : hidden) v = std::max(v, 0.0);
      Add(Linear(name + "down", hidden), row);
    }
  }
  static void Add(const PlainVector& from, PlainVector& to) {
    for (size_t d = 0; d < to.size(); ++d) to[d] += from[d];
  }

  const TensorFile file_;
  int64_t layers_, heads_, band_, width_, behaviours_;
};

struct PlainSession {
  std::vector<double> rewards, expected;  // one per step
  bool ended = false;                     // the rule `lerl` ended the session at its last step
};

// The categories that most items of the slate carry; -1 stands for the category `none`.
inline std::set<int32_t> PlainDominant(const Dataset& dataset, std::span<const int32_t> slate) {
  std::map<int32_t, int> count;
  for (const int32_t item : slate) {
    const auto categories = dataset.CategoriesOf(item);
    if (categories.empty()) ++count[-1];
    for (const int32_t c : categories) ++count[c];
  }
  int most = 0;
  for (const auto& [category, n] : count) most = std::max(most, n);
  std::set<int32_t> dominant;
  for (const auto& [category, n] : count)
    if (n == most) dominant.insert(category);
  return dominant;
}

// Plays `slates` [steps][K] of one session; the reward counts the first behaviour. `responses`
// [steps][K] are those under test. Where the draw lies within 1e-4 of the probability, rounding
// decides, and the response is taken from there.
inline PlainSession PlayPlainSession(const Dataset& dataset, const Split& split,
                                     const PlainTransformerResponse& model,
                                     std::span<const float> vectors, const EnvConfig& config,
                                     int32_t user, uint64_t seed,
                                     const std::vector<std::vector<int32_t>>& slates,
                                     const std::vector<std::vector<uint32_t>>& responses) {
  const auto at = [](int64_t i) { return static_cast<size_t>(i); };
  const int64_t end = split.train_end[at(user)],
                width = static_cast<int64_t>(vectors.size()) / dataset.num_items();
  // 1. The history before the session.
  std::vector<Interaction> seen;
  for (int64_t row =
           std::max(dataset.RowsBegin(user), end - std::min(config.history, model.band()));
       row < end; ++row) {
    seen.push_back({dataset.items[at(row)], 0});
    for (int64_t f = 0; f < dataset.num_behaviours(); ++f)
      seen.back().responses |= uint32_t{dataset.responses[at(f)][at(row)]} << f;
  }
  PlainSession session;
  Rng rng(seed, "responses", static_cast<uint64_t>(user));
  std::set<int32_t> before;
  int64_t budget = config.budget;
  for (size_t t = 0; t < slates.size() && !session.ended; ++t) {
    // 2. The user answers each item of the slate.
    const PlainVector state = model.State(seen);
    const auto size = static_cast<double>(slates[t].size());
    double reward = 0, expected = 0;
    for (size_t k = 0; k < slates[t].size(); ++k) {
      double similarity = 0;
      for (size_t j = 0; j < slates[t].size(); ++j)
        for (int64_t d = 0; d < width && j != k; ++d)
          similarity += static_cast<double>(vectors[at(slates[t][k] * width + d)]) *
                        static_cast<double>(vectors[at(slates[t][j] * width + d)]) / (size - 1);
      Interaction shown{slates[t][k], 0};
      const std::vector<double> p = model.Probabilities(user, state, shown.item);
      for (int64_t f = 0; f < model.behaviours(); ++f) {
        const double likely = std::clamp(p[at(f)] - config.rho * similarity, 0.0, 1.0);
        const double draw = rng.Uniform();
        const bool close = std::abs(draw - likely) < 1e-4;
        const bool yes = close ? (responses[t][k] >> f & 1U) != 0 : draw < likely;
        shown.responses |= uint32_t{yes} << f;
        if (f == 0) reward += yes ? 1 / size : 0, expected += likely / size;
      }
      seen.push_back(shown);
    }
    session.rewards.push_back(reward);
    session.expected.push_back(expected);
    // 3. The leave rule `lerl`.
    const std::set<int32_t> now = PlainDominant(dataset, slates[t]);
    const bool repeats =
        std::ranges::any_of(now, [&](int32_t category) { return before.contains(category); });
    before = now;
    budget -= repeats ? 2 : 1;
    session.ended = budget <= 0;
  }
  return session;
}

}  // namespace lerl
