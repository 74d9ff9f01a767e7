#pragma once
// printf into a string, for the lines of tables as text. A line has fewer than 256 characters.

#include <cstdio>
#include <string>

namespace lerl {

std::string Format(const char* format, auto... values) {
  char text[256];
  std::snprintf(text, sizeof(text), format, values...);
  return text;
}

}  // namespace lerl
