#include "lerl/nn/banded_attention.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/index.h"
#include "lerl/nn/simd.h"
#include "lerl/nn/tile_matmul.h"

namespace lerl {
namespace {

constexpr int64_t kStrip = 24;      // queries whose scores are computed together
constexpr float kOutside = -1e30f;  // score of a position that a query doesn't see

// The queries [begin, end) of a strip, and the positions that they see: the columns [first, first +
// width), in whole lanes.
struct Strip {
  int64_t begin, end, first, width;
  Strip(int64_t from, int64_t steps, int64_t band)
      : begin(from),
        end(std::min(from + kStrip, steps)),
        first(std::max<int64_t>(from - band + 1, 0) / kLanes * kLanes),
        width(RoundToLanes(end - first)) {}
  int64_t rows() const { return end - begin; }
  int64_t seen() const { return end - first; }
};

// to [rows, padded] = scale * the columns [0, width) of from [rows, stride], then 0.
void Gather(int64_t rows, int64_t width, const float* from, int64_t stride, float scale, float* to,
            int64_t padded) {
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < padded; ++c)
      to[r * padded + c] = c < width ? from[r * stride + c] * scale : 0.0f;
}

// to [width, padded rows] = the columns [0, width) of from [rows, stride], transposed, then 0.
void GatherTransposed(int64_t rows, int64_t width, const float* from, int64_t stride, float* to) {
  const int64_t padded = RoundToLanes(rows);
  for (int64_t c = 0; c < width; ++c)
    for (int64_t r = 0; r < padded; ++r)
      to[c * padded + r] = r < rows ? from[r * stride + c] : 0.0f;
}

// The columns [0, width) of to [rows, stride] = scale * from [rows, padded].
void Scatter(int64_t rows, int64_t width, const float* from, int64_t padded, float scale, float* to,
             int64_t stride) {
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < width; ++c) to[r * stride + c] = from[r * padded + c] * scale;
}

// Turns the scores of query i, still without the relative bias, into attention, which is 0 outside
// the positions [low, i]. The last lanes may reach beyond the row, where the bias is 0.
void Attention(const Strip& strip, int64_t i, int64_t low, const float* relative, float* row) {
  // 1. The relative bias, inside the band alone.
  for (int64_t j = low; j <= i; j += kLanes)
    StoreLanes(row + j, LoadLanes(row + j) + LoadLanes(relative + j));
  std::fill(row + strip.first, row + low, kOutside);
  std::fill(row + i + 1, row + strip.first + strip.width, kOutside);
  // 2. The softmax, from the largest score so that no exponential overflows.
  float *begin = row + strip.first, *end = begin + strip.width;
  Lanes largest = LoadLanes(begin), sum = {};
  for (float* a = begin; a != end; a += kLanes) {
    const Lanes lanes = LoadLanes(a);
    largest = lanes > largest ? lanes : largest;
  }
  const float top = MaxLanes(largest);
  for (float* a = begin; a != end; a += kLanes) {
    const Lanes weight = ExpLanes(LoadLanes(a) - top);
    StoreLanes(a, weight);
    sum += weight;
  }
  const float scale = 1.0f / SumLanes(sum);
  for (float* a = begin; a != end; a += kLanes) StoreLanes(a, LoadLanes(a) * scale);
}

// Turns `slope` [width] from da of one query into its ds.
void AttentionBack(int64_t width, const float* attention, float* slope) {
  Lanes sum = {};
  for (int64_t j = 0; j < width; j += kLanes)
    sum += LoadLanes(attention + j) * LoadLanes(slope + j);
  const float mean = SumLanes(sum);
  for (int64_t j = 0; j < width; j += kLanes)
    StoreLanes(slope + j, LoadLanes(attention + j) * (LoadLanes(slope + j) - mean));
}

}  // namespace

BandedAttention::BandedAttention(int64_t steps, int64_t width, int64_t band, int64_t stride,
                                 int64_t out_stride)
    : steps_(steps),
      width_(width),
      band_(band),
      stride_(stride),
      out_stride_(out_stride),
      lanes_(RoundToLanes(width)),
      scale_(1.0f / std::sqrt(static_cast<float>(width))),
      q_(At(RoundToLanes(steps) * lanes_)),
      k_(q_.size()),
      v_(q_.size()),
      out_(q_.size()),
      dq_(q_.size()),
      dk_(q_.size()),
      dv_(q_.size()),
      slopes_(At(kStrip * RoundToLanes(steps))) {}

int64_t BandedAttention::Size(int64_t steps) { return steps * RoundToLanes(steps) + kLanes; }

void BandedAttention::Forward(const float* q, const float* k, const float* v, const float* relative,
                              float* attention, float* out) {
  const int64_t padded = RoundToLanes(steps_);
  Gather(steps_, width_, q, stride_, scale_, q_.data(), lanes_);
  GatherTransposed(steps_, width_, k, stride_, k_.data());
  Gather(steps_, width_, v, stride_, 1, v_.data(), lanes_);
  for (int64_t at = 0; at < steps_; at += kStrip) {
    const Strip strip(at, steps_, band_);
    // 1. The scores q . k / sqrt(d) of the strip.
    float* scores = attention + at * padded;
    TileMatmul(strip.rows(), width_, strip.width, {&q_[At(at * lanes_)], lanes_},
               &k_[At(strip.first)], padded, nullptr, scores + strip.first, padded);
    // 2. Attention, query by query.
    for (int64_t i = at; i < strip.end; ++i)
      Attention(strip, i, std::max<int64_t>(i - band_ + 1, 0), relative + band_ - 1 - i,
                attention + i * padded);
    // 3. The mixed values.
    TileMatmul(strip.rows(), strip.seen(), lanes_, {scores + strip.first, padded},
               &v_[At(strip.first * lanes_)], lanes_, nullptr, &out_[At(at * lanes_)], lanes_);
  }
  Scatter(steps_, width_, out_.data(), lanes_, 1, out, out_stride_);
}

void BandedAttention::Backward(const float* q, const float* k, const float* v,
                               const float* attention, const float* dout, float* dq, float* dk,
                               float* dv, float* drelative) {
  const int64_t padded = RoundToLanes(steps_);
  Gather(steps_, width_, q, stride_, scale_, q_.data(), lanes_);
  Gather(steps_, width_, k, stride_, 1, k_.data(), lanes_);
  GatherTransposed(steps_, width_, v, stride_, v_.data());
  Gather(steps_, width_, dout, out_stride_, 1, out_.data(), lanes_);
  std::ranges::fill(dk_, 0.0f);
  std::ranges::fill(dv_, 0.0f);
  for (int64_t at = 0; at < steps_; at += kStrip) {
    const Strip strip(at, steps_, band_);
    const float* seen = attention + at * padded + strip.first;
    const int64_t from = at * lanes_, first = strip.first * lanes_;
    float* slopes = slopes_.data();
    // 1. da = do . v.
    TileMatmul(strip.rows(), width_, strip.width, {&out_[At(from)], lanes_}, &v_[At(strip.first)],
               padded, nullptr, slopes, strip.width);
    // 2. ds, query by query, and its part in drel.
    for (int64_t i = at; i < strip.end; ++i) {
      float* row = slopes + (i - at) * strip.width;
      AttentionBack(strip.width, seen + (i - at) * padded, row);
      float* to = drelative + band_ - 1 - i;
      for (int64_t j = std::max<int64_t>(i - band_ + 1, 0); j <= i; ++j)
        to[j] += row[j - strip.first];
    }
    // 3. dq of the strip; its parts in dk and dv.
    TileMatmul(strip.rows(), strip.seen(), lanes_, {slopes, strip.width}, &k_[At(first)], lanes_,
               nullptr, &dq_[At(from)], lanes_);
    TileMatmul(strip.seen(), strip.rows(), lanes_, {slopes, 1, strip.width}, &q_[At(from)], lanes_,
               nullptr, &dk_[At(first)], lanes_, true);
    TileMatmul(strip.seen(), strip.rows(), lanes_, {seen, 1, padded}, &out_[At(from)], lanes_,
               nullptr, &dv_[At(first)], lanes_, true);
  }
  Scatter(steps_, width_, dq_.data(), lanes_, scale_, dq, stride_);
  Scatter(steps_, width_, dk_.data(), lanes_, 1, dk, stride_);
  Scatter(steps_, width_, dv_.data(), lanes_, 1, dv, stride_);
}

}  // namespace lerl
