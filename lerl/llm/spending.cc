#include "lerl/llm/spending.h"

#include "lerl/base/field_visitor.h"

namespace lerl {

double Spending::Price(TokenCount count) const {
  return (static_cast<double>(count.input) * limits_.price_input +
          static_cast<double>(count.output) * limits_.price_output) /
         1e6;
}

bool Spending::Reserve(TokenCount estimate) {
  if (!exhausted_.empty()) return false;
  const TokenCount then = {used_.input + estimate.input, used_.output + estimate.output};
  if (limits_.budget > 0 && Price(then) > limits_.budget) {
    exhausted_ = "the budget of " + DescribeNumber(limits_.budget) +
                 " is used up; raise planner.llm.endpoint.budget to go on";
  } else if (limits_.budget_tokens > 0 && then.input + then.output > limits_.budget_tokens) {
    exhausted_ = "the budget of " + std::to_string(limits_.budget_tokens) +
                 " tokens is used up; raise planner.llm.endpoint.budget_tokens to go on";
  } else {
    used_ = then;
  }
  return exhausted_.empty();
}

void Spending::Settle(TokenCount estimate, TokenCount used) {
  used_.input += used.input - estimate.input;
  used_.output += used.output - estimate.output;
}

}  // namespace lerl
