#include "lerl/planner/llm/plan_parser.h"

#include <algorithm>

namespace lerl {

std::string PlanGrammar(std::span<const std::string> labels, int longest) {
  std::string choices;
  for (const std::string& label : labels) {
    choices += (choices.empty() ? "\"" : " | \"") + label + "\"";
  }
  return "root ::= label (\", \" label){0," + std::to_string(longest - 1) +
         "}\nlabel ::= " + choices + "\n";
}

ParsedPlan ParsePlan(const std::string& text, std::span<const std::string> labels) {
  ParsedPlan plan;
  constexpr char kSeparators[] = ", \t\r\n";
  size_t begin = text.find_first_not_of(kSeparators);
  while (begin != std::string::npos) {
    const size_t end = std::min(text.find_first_of(kSeparators, begin), text.size());
    const std::string word = text.substr(begin, end - begin);
    const auto found = std::find(labels.begin(), labels.end(), word);
    if (found == labels.end()) {
      plan.error = "invalid answer: not a label";
      return plan;
    }
    const auto label = static_cast<int>(found - labels.begin());
    if (std::find(plan.labels.begin(), plan.labels.end(), label) == plan.labels.end()) {
      plan.labels.push_back(label);
    } else {
      ++plan.repeated;
    }
    begin = text.find_first_not_of(kSeparators, end);
  }
  if (plan.labels.empty()) plan.error = "invalid answer: empty";
  return plan;
}

}  // namespace lerl
