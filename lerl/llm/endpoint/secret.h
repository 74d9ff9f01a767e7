#pragma once
// Keeps a key out of what a server says about it.

#include <string>

namespace lerl {

// `text` with *** wherever it spells `secret`: as it is, or escaped as in JSON (a backslash before
// a character, \u0073 for an s), up to four times over. An empty secret is nowhere. Other spellings
// (percent signs, HTML) are not known.
std::string WithoutSecret(const std::string& text, const std::string& secret);

}  // namespace lerl
