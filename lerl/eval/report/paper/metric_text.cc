#include "lerl/eval/report/paper/metric_text.h"

#include <algorithm>
#include <array>

namespace lerl {
namespace {

struct MetricWords {
  std::string symbol{}, index{};  // without an index: `symbol` is the whole name
};

bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ';
}

MetricWords WordsOf(std::string_view name) {
  std::string plain;
  for (const char c : name)
    if (c == '_' || IsPlain(c)) plain += c == '_' ? ' ' : c;
  const size_t gap = plain.find(' ');
  if (gap == 1 && plain.size() > 2 && plain.find(' ', 2) == std::string::npos)
    return {plain.substr(0, 1), plain.substr(2)};
  return {plain, ""};
}

}  // namespace

std::string GnuplotMetric(std::string_view name) {
  const MetricWords words = WordsOf(name);
  return words.index.empty() ? words.symbol : words.symbol + "_{" + words.index + "}";
}

std::string LatexMetric(std::string_view name) {
  const MetricWords words = WordsOf(name);
  return words.index.empty() ? words.symbol
                             : "$" + words.symbol + "_{\\mathrm{" + words.index + "}}$";
}

int MetricDecimals(std::string_view name) {
  constexpr std::array<std::string_view, 4> kLarge = {"T_int", "R_cum", "R_cum_drawn",
                                                      "category_entropy"};
  return std::ranges::find(kLarge, name) == kLarge.end() ? 3 : 2;
}

}  // namespace lerl
