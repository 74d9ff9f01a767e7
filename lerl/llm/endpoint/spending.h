#pragma once
// What requests cost, and the budget that they must stay within:
//
//   cost = (input tokens * price_input + output tokens * price_output) / 1,000,000
//
// Before a request is sent its estimate, the most that it can cost, is reserved, so that requests
// in flight can't overrun the budget together. Once it is answered, the budget is charged the
// larger of that and what the server counted, whatever a server says; the reported cost is by what
// the server counted. A request that was sent and never answered stays at its estimate, since the
// server may charge for it.
//
// A budget holds for a process. All seeds, rows of a comparison and evaluations that ask the same
// servers for the same model, with the same key, prices and budget, share one Spending
// (SpendingOf). All functions may be called from any thread.

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
    double price_input = 0, price_output = 0;  // per million tokens
    double budget = 0;                         // 0: no limit
    int64_t budget_tokens = 0;                 // 0: no limit
  };
  explicit Spending(Limits limits) : limits_(limits) {}

  // Reserves the estimate. Returns false if it does not fit; the budget is then exhausted for good.
  bool Reserve(TokenCount estimate);
  // Replaces a reserved estimate by what was used.
  void Settle(TokenCount estimate, TokenCount used);

  double cost() const;      // of used()
  TokenCount used() const;  // with what is reserved
  // Which budget is used up and what to do; "" while requests are let through.
  std::string exhausted() const;

 private:
  double Price(TokenCount count) const;

  const Limits limits_;
  mutable std::mutex mutex_;  // guards what follows
  TokenCount used_;
  std::string exhausted_;
};

// Returns the Spending that this process shares for such settings.
std::shared_ptr<Spending> SpendingOf(const EndpointConfig& config);
// For tests. From now on SpendingOf begins with nothing spent.
void ForgetSpending();

}  // namespace lerl
