#pragma once
// The accounts that a request is charged to (llm/endpoint/spending.h): that of all servers and that
// of its server, both shared by the process, and this client's own, which has no budget and is what
// is reported.
//
// A server whose budget is used up gets no further request, and the others take over. Requests end
// where the budget of all servers is used up, or that of each.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lerl/llm/endpoint/endpoint_config.h"
#include "lerl/llm/endpoint/spending.h"

namespace lerl {

class EndpointAccounts {
 public:
  enum class Result { kReserved, kServerUsedUp, kUsedUp };

  // Throws Error(kConfig) where a list of the settings has not one entry for each URL.
  explicit EndpointAccounts(const EndpointConfig& config);

  Result Reserve(int endpoint, TokenCount estimate);
  // Replaces the estimate by what the server counted. The budgets are charged the larger of both,
  // unless nothing was answered (input 0).
  void Settle(int endpoint, TokenCount estimate, TokenCount used);

  // Why nothing is reserved any more, and what to do; "" while something is.
  std::string exhausted() const;
  // The same of one server.
  std::string exhausted(int endpoint) const;
  const Spending& own() const { return own_; }
  const Spending& own(int endpoint) const;

 private:
  struct Server {
    Prices prices;
    std::shared_ptr<Spending> budget;
    std::unique_ptr<Spending> own;
  };

  const std::shared_ptr<Spending> budget_;
  Spending own_;
  std::vector<Server> servers_;
};

}  // namespace lerl
