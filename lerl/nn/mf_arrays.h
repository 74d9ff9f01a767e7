#pragma once
// A factorisation (nn/matrix_factorisation.h) as arrays of a file and back: `prefix` +
// "user_factors", "item_factors", "user_bias", "item_bias", "mean".

#include <string>

#include "lerl/base/tensor_file.h"
#include "lerl/nn/matrix_factorisation.h"

namespace lerl {

void SaveMf(const MfModel& model, const std::string& prefix, Arrays& arrays);
// Throws CheckFailure naming an array that is absent.
MfModel LoadMf(const TensorFile& file, const std::string& prefix);

}  // namespace lerl
