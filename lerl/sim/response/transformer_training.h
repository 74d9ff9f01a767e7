#pragma once
// Trains sim/response/transformer_response.h on the logs.
//
// A user's training rows, in order, are cut into windows; the responses at each position are
// predicted from the state after the position before it, cross entropy averaged over rows and
// behaviours, Adam. Where windows of a user are cut is drawn anew each epoch, so the network also
// learns from histories that begin late. After each epoch the validation rows are predicted as in
// play; the parameters of the best log loss are kept.

#include <memory>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/sim/response/response_config.h"
#include "lerl/sim/response/response_model.h"

namespace lerl {

// Progress on standard error. Throws Error(kNoRun) when stopped by a signal.
std::shared_ptr<ResponseModel> TrainTransformerResponse(const Dataset& dataset, const Split& split,
                                                        const TransformerResponseConfig& config,
                                                        uint64_t seed);

}  // namespace lerl
