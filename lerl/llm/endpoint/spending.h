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
// (SpendingOf). The same holds of the budget of one server (SpendingOfServer). Where servers have
// prices of their own, each request counts by those of its server. All functions may be called from
// any thread.

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "lerl/llm/endpoint/endpoint_config.h"

namespace lerl {

struct TokenCount {
  int64_t input = 0;
  int64_t output = 0;
};

// Of a million tokens.
struct Prices {
  double input = 0, output = 0;
  auto operator<=>(const Prices&) const = default;
};

class Spending {
 public:
  struct Limits {
    Prices prices = {};           // where a request names none
    double budget = 0;            // 0: no limit
    int64_t budget_tokens = 0;    // 0: no limit
    int64_t budget_requests = 0;  // 0: no limit
    std::string url = {};         // of the one server that they are of; "": of all together
  };
  explicit Spending(Limits limits) : limits_(std::move(limits)) {}

  // Reserves the estimate of a request. Returns false if it does not fit; the budget is then
  // exhausted for good.
  bool Reserve(TokenCount estimate, std::optional<Prices> prices = std::nullopt);
  // Replaces a reserved estimate by what was used, at the same prices. The request stays counted.
  void Settle(TokenCount estimate, TokenCount used, std::optional<Prices> prices = std::nullopt);

  double cost() const;       // of used()
  TokenCount used() const;   // with what is reserved
  int64_t requests() const;  // reserved so far
  // Which budget is used up and what to do; "" while requests are let through.
  std::string exhausted() const;

 private:
  double Cost() const;
  TokenCount Used() const;
  std::string UsedUp(const std::string& amount, const char* of_all, const char* of_server) const;

  const Limits limits_;
  mutable std::mutex mutex_;  // guards what follows
  std::map<Prices, TokenCount> used_;
  int64_t requests_ = 0;
  std::string exhausted_;
};

// Returns the Spending that this process shares for such settings.
std::shared_ptr<Spending> SpendingOf(const EndpointConfig& config);
// The same for the one server that `limits.url` names.
std::shared_ptr<Spending> SpendingOfServer(const EndpointConfig& config,
                                           const Spending::Limits& limits);
// For tests. From now on both begin with nothing spent.
void ForgetSpending();

}  // namespace lerl
