#pragma once
// Planners keep their state in a tensor file as text (JSON), in a named array of bytes.

#include <string>

#include "lerl/base/tensor_file.h"

namespace lerl {

void SaveText(TensorFile& file, const std::string& name, const std::string& text);
// Throws CheckFailure when the array is absent.
std::string LoadText(const TensorFile& file, const std::string& name);

}  // namespace lerl
