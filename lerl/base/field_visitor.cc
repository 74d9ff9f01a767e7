#include "lerl/base/field_visitor.h"

#include <sstream>

namespace lerl {

std::string DescribeNumber(double value) {
  std::ostringstream out;
  out.precision(12);
  out << value;
  return out.str();
}

std::string Describe(Range range) {
  const bool low = range.low > std::numeric_limits<double>::lowest();
  const bool high = range.high < 9e15;  // larger whole numbers are not exact, so it is no limit
  if (low && high) return "[" + DescribeNumber(range.low) + ", " + DescribeNumber(range.high) + "]";
  if (low) return "at least " + DescribeNumber(range.low);
  if (high) return "at most " + DescribeNumber(range.high);
  return "";  // every finite number
}

std::string JoinNames(const Names& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace lerl
