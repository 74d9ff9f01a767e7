#pragma once
// Keeps a key out of what a server says.

#include <string>

namespace lerl {

// Returns `text` with *** wherever it spells `secret`:
//   as it is, or escaped: by a backslash before a character, as \u0073 or \x73 for an s up to four
//   times over, as %73 in a URL, as &#115; in HTML
//   with up to eight characters between two of it that no reader sees (controls, blanks, what has
//   no width) or that prompts and Markdown take away
//   in base64, also within a longer text, and in hexadecimal digits
// Other forms, such as the key backwards, are not recognised. An empty secret is found nowhere.
std::string WithoutSecret(const std::string& text, const std::string& secret);

}  // namespace lerl
