#include "lerl/sim/response/transformer_response.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/base/json_text.h"
#include "lerl/base/rng.h"
#include "lerl/nn/incremental_transformer.h"
#include "lerl/nn/row_matmul.h"
#include "lerl/nn/simd.h"

namespace lerl {
namespace {

// The rows [rows, width] of an array, each padded with 0 to whole lanes.
struct Rows {
  int64_t stride = 0;
  std::vector<float> values;

  Rows() = default;
  // `rows` -1: as many as the array has.
  Rows(const TensorFile& file, const std::string& name, int64_t rows, int64_t width)
      : stride(RoundToLanes(width)) {
    const std::vector<int64_t>& shape = file.at(name).shape;
    const auto read = ReadValues<float>(
        file.arrays, name, shape.size() == 1 ? std::vector{width} : std::vector{rows, width});
    const auto count = std::ssize(read) / width;
    values.resize(At(count * stride));
    for (int64_t r = 0; r < count; ++r)
      std::copy_n(read.begin() + r * width, width, &values[At(r * stride)]);
  }
  const float* operator[](int64_t row) const { return &values[At(row * stride)]; }
};

// A user's encoded history. It is kept, since every pass over the users starts them with the same
// history again.
struct EncodedStart {
  std::vector<Interaction> history;
  IncrementalTransformer::Cache::Kept kept;
  std::vector<float> queries;  // [F, stride]
};

constexpr size_t kKeptStarts = 1024;  // users; they take 100 MB at width 64 and 100 interactions

struct TransformerState : ResponseState {
  TransformerState(const TransformerConfig& config, int slots, int64_t query_size)
      : cache(config, slots), user(At(slots)), queries(At(slots * query_size)) {}
  IncrementalTransformer::Cache cache;
  std::vector<int32_t> user;   // [B]
  std::vector<float> queries;  // [B, F, stride]
  std::unordered_map<int32_t, EncodedStart> starts;
};

// More than any network that can be configured, so that no product of forged numbers overflows.
constexpr int64_t kMostOfNetwork = 1 << 16;

TransformerConfig NetworkOf(const TensorFile& file) {
  const nlohmann::json json = ParseJson(file.description).at("network");
  TransformerConfig config;
  config.width = json.at("width");
  config.layers = json.at("layers");
  config.heads = json.at("heads");
  config.feed_forward = json.at("feed_forward");
  config.band = json.at("band");
  for (const int64_t value :
       {config.width, config.layers, config.heads, config.feed_forward, config.band})
    LERL_CHECK(value >= 1 && value <= kMostOfNetwork);
  LERL_CHECK_EQ(config.width % config.heads, 0);
  return config;
}

class TransformerResponse : public ResponseModel {
 public:
  explicit TransformerResponse(const TensorFile& file)
      : file_(file),
        config_(NetworkOf(file)),
        network_(config_, file.arrays, "net."),
        width_(config_.width),
        behaviours_(static_cast<int>(file.at("behaviour_bias").size())),
        num_items_(static_cast<int>(file.at("items").shape.at(0))),
        items_(file, "items", num_items_, width_),
        users_(file, "users", -1, width_),
        start_(file, "start", 1, width_),
        gates_(file, "gates", 2 * behaviours_, width_),
        answers_(file, "answers", 2 * behaviours_, width_),
        bias_(ReadValues<float>(file.arrays, "item_bias", {num_items_, behaviours_})) {
    const auto readout = ReadValues<float>(file.arrays, "readout", {behaviours_ * width_, width_});
    const std::span<const float> all(readout);
    for (int64_t f = 0; f < behaviours_; ++f)
      readouts_.emplace_back(width_, width_,
                             all.subspan(At(f * width_ * width_), At(width_ * width_)),
                             std::span<const float>());
    const auto common = ReadValues<float>(file.arrays, "behaviour_bias", {behaviours_});
    for (size_t i = 0; i < bias_.size(); ++i) bias_[i] += common[i % At(behaviours_)];
  }

  std::string name() const override { return "transformer"; }
  int num_items() const override { return num_items_; }
  int64_t num_users() const override { return std::ssize(users_.values) / users_.stride; }
  int num_behaviours() const override { return behaviours_; }
  int history() const override { return static_cast<int>(config_.band); }
  TensorFile ToFile() const override { return file_; }

  std::unique_ptr<ResponseState> NewState(int slots) const override {
    return std::make_unique<TransformerState>(config_, slots, QuerySize());
  }

  void Start(ResponseState& state, int slot, int32_t user,
             std::span<const Interaction> history) const override {
    auto& s = static_cast<TransformerState&>(state);
    s.user[At(slot)] = user;
    s.cache.Clear(slot);
    const auto kept = At(config_.band);
    if (history.size() > kept) history = history.last(kept);
    const std::span<const int> slots(&slot, 1);
    // 1. Without a history the state is the start vector.
    if (history.empty()) {
      SetQueries(s, slots, {start_.values.data(), At(width_)});
      return;
    }
    // 2. A history that was encoded before is copied.
    float* queries = &s.queries[At(slot * QuerySize())];
    const auto found = s.starts.find(user);
    if (found != s.starts.end() && std::ranges::equal(found->second.history, history)) {
      s.cache.Restore(slot, found->second.kept);
      std::ranges::copy(found->second.queries, queries);
      return;
    }
    // 3. Any other is encoded, and kept while there is room.
    Encode(s, slots, history);
    if (found == s.starts.end() && s.starts.size() >= kKeptStarts) return;
    s.starts[user] = {
        {history.begin(), history.end()}, s.cache.Copy(slot), {queries, queries + QuerySize()}};
  }

  void Append(ResponseState& state, std::span<const int> slots,
              std::span<const Interaction> shown) const override {
    Encode(static_cast<TransformerState&>(state), slots, shown);
  }

  void Score(const ResponseState& state, std::span<const int> slots, std::span<const int32_t> items,
             std::span<float> logits) const override {
    LERL_CHECK_EQ(logits.size(), items.size() * At(behaviours_));
    const auto& s = static_cast<const TransformerState&>(state);
    const size_t slate = items.size() / slots.size();
    for (size_t n = 0; n < slots.size(); ++n)
      ScoreItems(&s.queries[At(slots[n] * QuerySize())], items.subspan(n * slate, slate),
                 &logits[n * slate * At(behaviours_)]);
  }

  void ScoreAll(const ResponseState& state, int slot, std::span<float> logits) const override {
    LERL_CHECK_EQ(std::ssize(logits), int64_t{num_items_} * behaviours_);
    const auto& s = static_cast<const TransformerState&>(state);
    for (int32_t item = 0; item < num_items_; ++item)
      ScoreItems(&s.queries[At(slot * QuerySize())], {&item, 1},
                 &logits[At(int64_t{item} * behaviours_)]);
  }

 private:
  int64_t QuerySize() const { return behaviours_ * items_.stride; }

  // logit_if = q_f . E_i + bias.
  void ScoreItems(const float* queries, std::span<const int32_t> items, float* logits) const {
    for (const int32_t item : items) {
      const float* encoding = items_[item];
      for (int64_t f = 0; f < behaviours_; ++f) {
        Lanes sum = {};
        for (int64_t d = 0; d < items_.stride; d += kLanes)
          sum += LoadLanes(queries + f * items_.stride + d) * LoadLanes(encoding + d);
        *logits++ = SumLanes(sum) + bias_[At(int64_t{item} * behaviours_ + f)];
      }
    }
  }

  // x = E_i * gate + answer.
  void Token(const Interaction& shown, float* token) const {
    const float* encoding = items_[shown.item];
    for (int64_t d = 0; d < items_.stride; d += kLanes) {
      Lanes gate = Broadcast(1.0f), answer = {};
      for (int64_t f = 0; f < behaviours_; ++f) {
        const int64_t row = 2 * f + ((shown.responses >> f) & 1);
        gate += LoadLanes(gates_[row] + d);
        answer += LoadLanes(answers_[row] + d);
      }
      const Lanes lanes = LoadLanes(encoding + d) * gate + answer;
      if (d + kLanes <= width_) {
        StoreLanes(token + d, lanes);
      } else {
        for (int64_t i = d; i < width_; ++i) token[i] = lanes[i - d];
      }
    }
  }

  // Appends the tokens of `shown` [n, tokens] to the slots' histories and sets the new queries.
  void Encode(TransformerState& s, std::span<const int> slots,
              std::span<const Interaction> shown) const {
    const size_t tokens = shown.size() / slots.size();
    std::vector<float> x(shown.size() * At(width_)), y(slots.size() * At(width_));
    for (size_t n = 0; n < shown.size(); ++n) Token(shown[n], &x[n * At(width_)]);
    network_.AppendForLast(s.cache, slots, static_cast<int>(tokens), x, y);
    SetQueries(s, slots, y);
  }

  // q_f = W_f (s + U_u) for the given slots, with states s [n, D].
  void SetQueries(TransformerState& s, std::span<const int> slots,
                  std::span<const float> states) const {
    std::vector<float> input(slots.size() * At(width_));
    for (size_t n = 0; n < slots.size(); ++n) {
      const float* user = users_[s.user[At(slots[n])]];
      for (int64_t d = 0; d < width_; ++d)
        input[n * At(width_) + At(d)] = states[n * At(width_) + At(d)] + user[d];
    }
    const auto rows = std::ssize(slots);
    std::vector<float> query(slots.size() * At(items_.stride));
    for (int64_t f = 0; f < behaviours_; ++f) {
      readouts_[At(f)].Apply(rows, input.data(), width_, query.data(), items_.stride);
      for (int64_t n = 0; n < rows; ++n)
        std::copy_n(&query[At(n * items_.stride)], items_.stride,
                    &s.queries[At(slots[At(n)] * QuerySize() + f * items_.stride)]);
    }
  }

  const TensorFile file_;
  const TransformerConfig config_;
  const IncrementalTransformer network_;
  const int64_t width_;
  const int behaviours_, num_items_;
  const Rows items_, users_, start_, gates_, answers_;
  std::vector<float> bias_;  // [I, F] b_f + c_if
  std::vector<RowMatmul> readouts_;
};

}  // namespace

std::shared_ptr<ResponseModel> TransformerResponseFromFile(const TensorFile& file) {
  return std::make_shared<TransformerResponse>(file);
}

std::shared_ptr<ResponseModel> RandomTransformerResponse(const TransformerConfig& config, int users,
                                                         int items, int behaviours, uint64_t seed) {
  TensorFile file{.kind = "response-model", .description = "", .arrays = {}};
  file.description = nlohmann::json{
      {"model", "transformer"},
      {"network",
       {{"width", config.width},
        {"layers", config.layers},
        {"heads", config.heads},
        {"feed_forward", config.feed_forward},
        {"band",
         config.band}}}}.dump();
  Rng rng(seed, "random-response");
  const auto add = [&](const std::string& name, std::vector<int64_t> shape, double scale,
                       double mean = 0) {
    int64_t count = 1;
    for (const int64_t extent : shape) count *= extent;
    std::vector<float> values(At(count));
    for (float& value : values) value = static_cast<float>(mean + scale * rng.Normal());
    file.arrays[name] = Array::Of<float>(std::move(shape), values.data());
  };
  const int64_t d = config.width, ff = config.feed_forward;
  const double scale = 1 / std::sqrt(static_cast<double>(d));
  for (int64_t l = 0; l < config.layers; ++l) {
    const std::string block = "net.block" + std::to_string(l) + ".";
    for (const char* norm : {"norm1", "norm2"}) {
      add(block + norm + ".weight", {d}, 0, 1);
      add(block + norm + ".bias", {d}, 0);
    }
    add(block + "qkv.weight", {3 * d, d}, scale);
    add(block + "qkv.bias", {3 * d}, 0.1);
    add(block + "out.weight", {d, d}, scale);
    add(block + "out.bias", {d}, 0.1);
    add(block + "up.weight", {ff, d}, scale);
    add(block + "up.bias", {ff}, 0.1);
    add(block + "down.weight", {d, ff}, 1 / std::sqrt(static_cast<double>(ff)));
    add(block + "down.bias", {d}, 0.1);
    add(block + "relative", {config.heads, config.band}, 0.1);
  }
  add("net.norm.weight", {d}, 0, 1);
  add("net.norm.bias", {d}, 0);
  add("items", {items, d}, 1);
  add("users", {users, d}, 1);
  add("start", {d}, 1);
  add("gates", {2 * behaviours, d}, 0.1);
  add("answers", {2 * behaviours, d}, 0.5);
  add("readout", {behaviours * d, d}, scale * scale);
  add("behaviour_bias", {behaviours}, 0.5);
  add("item_bias", {items, behaviours}, 0.5);
  return TransformerResponseFromFile(file);
}

}  // namespace lerl
