#pragma once
// Orthogonal initialisation (Saxe et al. 2014, arXiv 1312.6120) of the heads of actor-critic
// agents, as policy-gradient codes use it (Andrychowicz et al. 2021, arXiv 2006.05990; OpenAI
// Baselines). Include from .cc files only.
//
//   W W^T = gain^2 I     of a weight [out, in] with out <= in,     else  W^T W = gain^2 I       (1)
//
// The gain is sqrt(2) before a ReLU and that of the head for its last layer: .01 for an actor, so
// that the first policy is much the same in all states, and 1 for a critic. Biases are 0.
//
// Difference: the first layer's columns on the context of a state (plan, dominant categories,
// budget) are 0, as in the default initialisation; (1) holds for its columns on the encoding.

#include "lerl/base/rng.h"
#include "lerl/nn/mlp.h"
#include "lerl/nn/torch.h"

namespace lerl {

constexpr double kActorGain = 0.01, kCriticGain = 1;  // of the last layers

// A weight float [out, in] that is (1): Gaussian draws, made orthonormal by Gram and Schmidt's
// method.
torch::Tensor OrthogonalWeight(int64_t out, int64_t in, double gain, Rng& rng);

// Draws the parameters of a head anew. Its first layer sees the first `encoded_width` inputs alone.
void InitialiseOrthogonal(Mlp& head, int64_t encoded_width, double last_gain, Rng& rng);

}  // namespace lerl
