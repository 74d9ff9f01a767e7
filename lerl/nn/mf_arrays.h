#pragma once
// Writes a factorisation (nn/matrix_factorisation.h) as arrays of a file, and reads it back. The
// arrays are `prefix` + "user_factors", "item_factors", "user_bias", "item_bias" and "mean".

#include <string>

#include "lerl/base/tensor_file.h"
#include "lerl/nn/matrix_factorisation.h"

namespace lerl {

void SaveMf(const MfModel& model, const std::string& prefix, Arrays& arrays);
// Throws CheckFailure naming an array that is missing.
MfModel LoadMf(const TensorFile& file, const std::string& prefix);

}  // namespace lerl
