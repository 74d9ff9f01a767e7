#pragma once
// What requests cost, and the budget that they must stay within.
//
// A request is reserved at its estimate before it is sent, so that requests in flight cannot
// overrun the budget together, and settled at what the server counted. One that was sent and never
// answered stays at its estimate: the server may have charged for it.
//
// A budget is that of a process: whoever asks the same servers for the same model, with the same
// key, prices and budget, shares one Spending (SpendingOf), be it a seed, a row of a comparison or
// an evaluation. All of it may be called from any thread.

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "lerl/llm/endpoint/endpoint_config.h"

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

  double cost() const;
  TokenCount used() const;  // reserved ones included
  // What was used up and what to do; empty while requests are let through.
  std::string exhausted() const;

 private:
  double Price(TokenCount count) const;

  const Limits limits_;
  mutable std::mutex mutex_;  // of what follows
  TokenCount used_;
  std::string exhausted_;
};

// The one of this process.
std::shared_ptr<Spending> SpendingOf(const EndpointConfig& config);
// For tests: whoever calls SpendingOf from now on begins at nothing.
void ForgetSpending();

}  // namespace lerl
