#pragma once
// TransformerResponse: the learned user, in play. Training is in sim/response/transformer_training.h.
//
//   E_i      item encoding: projected id embedding + sum of its categories' and features'
//   embeddings token    x = E_i * (1 + sum_f g_f,y) + sum_f e_f,y      y = 0 or 1, the response of
//   behaviour f state    s = last output of the banded causal Transformer over the tokens
//            (nn/incremental_transformer.h); a learned start vector where there is no history
//   query    q_f = W_f (s + U_u)                            U_u: user encoding, made like E_i
//   logit_if = q_f . E_i + b_f + c_if
//
// A slate's K tokens enter in slate order and see each other's past like any others. Encodings are
// computed once, when the parameters are exported; in play only the newest tokens are encoded.
// Differences from KuaiSim's response model (arXiv 2309.12645): keys and values are kept; attention
// is banded with relative positions; responses gate the item; one sigmoid, no dropout in play.

#include <memory>

#include "lerl/sim/response/response_model.h"

namespace lerl {

// Arrays of a transformer's file, beside those of the network (prefix "net."), axes I items, U
// users, F behaviours, D width:
//   items [I, D]   users [U, D]   start [D]   gates [2F, D]   answers [2F, D] (row 2f + y)
//   readout [F * D, D]            behaviour_bias [F]          item_bias [I, F]
// and the description {"model":"transformer","network":{...}}.
std::shared_ptr<ResponseModel> TransformerResponseFromFile(const TensorFile& file);

// One of random parameters and no training, of the settings' size: for benchmarks and tests.
struct TransformerConfig;
std::shared_ptr<ResponseModel> RandomTransformerResponse(const TransformerConfig& config, int users,
                                                         int items, int behaviours, uint64_t seed);

}  // namespace lerl
