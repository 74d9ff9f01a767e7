#pragma once
// Text (JSON) as a named array of bytes of a tensor file: how planners keep their state.

#include <string>

#include "lerl/base/tensor_file.h"

namespace lerl {

void SaveText(TensorFile& file, const std::string& name, const std::string& text);
// Throws CheckFailure when the array is absent.
std::string LoadText(const TensorFile& file, const std::string& name);

}  // namespace lerl
