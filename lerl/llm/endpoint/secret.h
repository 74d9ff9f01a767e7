#pragma once
// Keeps a key out of what a server says.

#include <string>

namespace lerl {

// Returns `text` with *** wherever it spells `secret`, as it is or escaped as in JSON: by a
// backslash before a character, or as \u0073 for an s, up to four times over. Other escapes, such
// as those of URLs and HTML, are not recognised. An empty secret is found nowhere.
std::string WithoutSecret(const std::string& text, const std::string& secret);

}  // namespace lerl
