#pragma once
// Trains the model of sim/response/transformer_response.h on the log.
//
// The training rows of a user, in order, are cut into windows. The responses at each position of a
// window are predicted from the state after the position before it:
//
//   loss = mean over rows n and behaviours f of  -ln p(y_nf | s_n-1)        minimised by Adam
//
//   p(y | s)   sigmoid(logit) for y = 1, else 1 - sigmoid(logit)
//   s_n-1      state after the rows of the window before row n; the start vector where row n is the
//              first of the user. The first row of a window that begins later is not predicted.
//
// Each epoch draws anew where a user's windows are cut, so the network also learns from histories
// that begin late. After each epoch the validation rows are predicted as in play. The parameters
// with the least log loss there are kept, and training stops after `patience` epochs without a
// better one.

#include <memory>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/sim/response/response_config.h"
#include "lerl/sim/response/response_model.h"

namespace lerl {

// Reports progress on standard error. Throws Error(kNoRun) when a signal stops it.
std::shared_ptr<ResponseModel> TrainTransformerResponse(const Dataset& dataset, const Split& split,
                                                        const TransformerResponseConfig& config,
                                                        uint64_t seed);

}  // namespace lerl
