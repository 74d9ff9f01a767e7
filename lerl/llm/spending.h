#pragma once
// What requests cost, and the budget that they must stay within.
//
// A request is reserved at its estimate before it is sent, so that requests in flight cannot
// overrun the budget together, and settled at what the server counted. One that was sent and never
// answered stays at its estimate: the server may have charged for it.

#include <cstdint>
#include <string>

namespace lerl {

struct TokenCount {
  int64_t input = 0;
  int64_t output = 0;
};

class Spending {
 public:
  struct Limits {
    double price_input = 0, price_output = 0;  // of a million tokens
    double budget = 0;                         // 0: no limit
    int64_t budget_tokens = 0;                 // 0: no limit
  };
  explicit Spending(Limits limits) : limits_(limits) {}

  // False, and from then on exhausted, if the request does not fit.
  bool Reserve(TokenCount estimate);
  void Settle(TokenCount estimate, TokenCount used);

  double cost() const { return Price(used_); }
  TokenCount used() const { return used_; }  // reserved ones included
  // What was used up and what to do; empty while requests are let through.
  const std::string& exhausted() const { return exhausted_; }

 private:
  double Price(TokenCount count) const;

  const Limits limits_;
  TokenCount used_;
  std::string exhausted_;
};

}  // namespace lerl
