#include "lerl/base/registry.h"

namespace lerl {

Error UnknownName(ErrorKind error, std::string_view where, std::string_view kind,
                  std::string_view name, const std::vector<std::string>& names) {
  std::string text;
  text.append(where).append(": there is no ").append(kind).append(" '").append(name).append("'; ");
  const std::string nearest = NearestName(name, names);
  if (!nearest.empty()) return {error, text + "did you mean '" + nearest + "'?"};
  text += "there are ";
  for (size_t i = 0; i < names.size(); ++i) text += (i == 0 ? "" : ", ") + names[i];
  return {error, text};
}

}  // namespace lerl
