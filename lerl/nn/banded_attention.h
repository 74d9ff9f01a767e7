#pragma once
// One head of the Transformer's banded attention over one whole sequence, and its gradient.
//
// Forward, for queries i and positions j with 0 <= i - j < band:
//   s_ij = q_i . k_j / sqrt(d) + rel[i - j]
//   a_ij = softmax_j s_ij
//   o_i  = sum_j a_ij v_j
//
// Backward, where dx is the gradient of the loss by x:
//   da_ij       = do_i . v_j
//   ds_ij       = a_ij (da_ij - sum_l a_il da_il)
//   drel[i - j] += ds_ij
//   dq_i        = sum_j ds_ij k_j / sqrt(d)
//   dk_j        = sum_i ds_ij q_i / sqrt(d)
//   dv_j        = sum_i a_ij do_i
//
// The queries are taken in strips, so that little outside the band is computed.
//
// Axes: S steps, Q steps in whole lanes, d width of the head. Rows of q, k, v and their gradients
// lie `stride` floats apart, and rows of o `out_stride`. `relative` holds rel[band - 1] first and
// rel[0] last, and then a lane of zeros.

#include <cstdint>
#include <vector>

namespace lerl {

class BandedAttention {
 public:
  BandedAttention(int64_t steps, int64_t width, int64_t band, int64_t stride, int64_t out_stride);

  // The number of floats in `attention` of one head: [S, Q], and a lane.
  static int64_t Size(int64_t steps);

  void Forward(const float* q, const float* k, const float* v, const float* relative,
               float* attention, float* out);
  // Writes dq, dk and dv, and adds to drelative. What the last lane of drelative gets is arbitrary.
  void Backward(const float* q, const float* k, const float* v, const float* attention,
                const float* dout, float* dq, float* dk, float* dv, float* drelative);

 private:
  const int64_t steps_, width_, band_, stride_, out_stride_, lanes_;  // lanes_: d in whole lanes
  const float scale_;                                                 // 1 / sqrt(d)
  std::vector<float> q_, k_, v_, out_, dq_, dk_, dv_;                 // this head's columns alone
  std::vector<float> slopes_;                                         // ds of a strip
};

}  // namespace lerl
