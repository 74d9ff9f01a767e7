#include "lerl/planner/state_text.h"

#include "lerl/base/index.h"

namespace lerl {

void SaveText(TensorFile& file, const std::string& name, const std::string& text) {
  file.arrays[name] =
      Array::Of<uint8_t>({std::ssize(text)}, reinterpret_cast<const uint8_t*>(text.data()));
}

std::string LoadText(const TensorFile& file, const std::string& name) {
  const Array& array = file.at(name);
  return {reinterpret_cast<const char*>(array.Data<uint8_t>()), At(array.size())};
}

}  // namespace lerl
