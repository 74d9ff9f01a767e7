#pragma once
// One head of the Transformer's banded attention over one whole sequence, and its gradient:
//
//   s_ij = q_i . k_j / sqrt(d) + rel[i - j],  0 <= i - j < band      o_i = sum_j a_ij v_j
//   a_i  = softmax_j s_ij                                            a'_ij = o'_i . v_j
//   s'_ij = a_ij (a'_ij - sum_l a_il a'_il)     rel'[i - j] += s'_ij
//   q'_i = sum_j s'_ij k_j / sqrt(d)   k'_j = sum_i s'_ij q_i / sqrt(d)   v'_j = sum_i a_ij o'_i
// (primes: gradients of the loss). Queries are taken in strips, so that only the band is computed.
//
// Axes: S steps, Q steps in whole lanes, d width of the head. Rows of q, k, v and their gradients
// lie `stride` floats apart, those of o `out_stride`. `relative` holds rel[band - 1] first, then a
// lane of zeros.

#include <cstdint>
#include <vector>

namespace lerl {

class BandedAttention {
 public:
  BandedAttention(int64_t steps, int64_t width, int64_t band, int64_t stride, int64_t out_stride);

  // Floats of `attention` of a head: [S, Q], and a lane.
  static int64_t Size(int64_t steps);

  void Forward(const float* q, const float* k, const float* v, const float* relative,
               float* attention, float* out);
  // Writes dq, dk and dv; adds to drelative, whose last lane gets anything.
  void Backward(const float* q, const float* k, const float* v, const float* attention,
                const float* dout, float* dq, float* dk, float* dv, float* drelative);

 private:
  const int64_t steps_, width_, band_, stride_, out_stride_, lanes_;  // lanes_: d in whole lanes
  const float scale_;                                                 // 1 / sqrt(d)
  std::vector<float> q_, k_, v_, out_, dq_, dk_, dv_;                 // of this head alone
  std::vector<float> slopes_;                                         // of a strip
};

}  // namespace lerl
