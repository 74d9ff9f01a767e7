#pragma once
// TransformerResponse: the learned user, in play (training: sim/response/transformer_training.h).
// Every interaction of the user is a token; a Transformer over the tokens gives the state against
// which items are scored. For user u, item i, behaviour f:
//
//   E_i      = P id_i + sum_c V_c + sum_v V_v              item encoding
//   x        = E_i * (1 + sum_f g_f,y_f) + sum_f e_f,y_f   token of an interaction, * by element
//   s        = Transformer(x_1 .. x_t), its last output    state; s_0 where there is no history
//   q_f      = W_f (s + U_u)                               query
//   logit_if = q_f . E_i + b_f + c_if
//
//   id_i, P            embedding of the item's id, and its projection to width D
//   V_c, V_v           embeddings of the categories and feature values of the item
//   y_f                response to the item by behaviour f, 0 or 1
//   g_f,y, e_f,y       gate and answer vectors of the response y
//   Transformer        banded and causal, with relative positions (nn/incremental_transformer.h)
//   s_0                a learned start vector
//   U_u                user encoding, made like E_i but without categories
//
// The K tokens of a slate enter in slate order, each seeing those before it. The encodings E and U
// are computed once, when the parameters are exported; in play only the newest tokens are encoded.
//
// Reference: KuaiSim (arXiv 2309.12645; docs/papers.md#kuaisim). Differences: keys and values are
// kept; attention is banded with relative positions; responses gate the item; there is one sigmoid,
// and no dropout in play.

#include <memory>

#include "lerl/sim/response/response_model.h"

namespace lerl {

// Makes the model from a file with the description {"model":"transformer","network":{...}}, the
// network's arrays (prefix "net."), and these, with axes I items, U users, F behaviours, D width:
//
//   items            [I, D]       E
//   users            [U, D]       U
//   start            [D]          s_0
//   gates            [2F, D]      g, row 2f + y
//   answers          [2F, D]      e, row 2f + y
//   readout          [F * D, D]   W, rows f D to (f + 1) D - 1 for behaviour f
//   behaviour_bias   [F]          b
//   item_bias        [I, F]       c
std::shared_ptr<ResponseModel> TransformerResponseFromFile(const TensorFile& file);

// Makes a model of the settings' size with random parameters. For benchmarks and tests.
struct TransformerConfig;
std::shared_ptr<ResponseModel> RandomTransformerResponse(const TransformerConfig& config, int users,
                                                         int items, int behaviours, uint64_t seed);

}  // namespace lerl
