#include "lerl/llm/endpoint/endpoint_accounts.h"

#include <algorithm>

#include "lerl/base/error.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

template <typename Value>
void CheckLength(const EndpointConfig& config, const char* name, const std::vector<Value>& list) {
  if (list.empty() || list.size() == config.urls.size()) return;
  throw Error(ErrorKind::kConfig,
              "planner.llm.endpoint." + std::string(name) + ": it has " +
                  std::to_string(list.size()) + " entries for " +
                  std::to_string(config.urls.size()) +
                  " urls; give one for each, in their order, or leave it empty");
}

template <typename Value>
Value EntryOr(const std::vector<Value>& list, size_t place, Value otherwise) {
  return list.empty() ? otherwise : list[place];
}

}  // namespace

EndpointAccounts::EndpointAccounts(const EndpointConfig& config)
    : budget_(SpendingOf(config)), own_({.prices = {config.price_input, config.price_output}}) {
  CheckLength(config, "url_requests", config.url_requests);
  CheckLength(config, "url_tokens", config.url_tokens);
  CheckLength(config, "url_budgets", config.url_budgets);
  CheckLength(config, "url_prices_input", config.url_prices_input);
  CheckLength(config, "url_prices_output", config.url_prices_output);
  for (size_t i = 0; i < config.urls.size(); ++i) {
    const Prices prices = {EntryOr(config.url_prices_input, i, config.price_input),
                           EntryOr(config.url_prices_output, i, config.price_output)};
    const Spending::Limits limits = {.prices = prices,
                                     .budget = EntryOr(config.url_budgets, i, 0.0),
                                     .budget_tokens = EntryOr(config.url_tokens, i, int64_t{0}),
                                     .budget_requests = EntryOr(config.url_requests, i, int64_t{0}),
                                     .url = config.urls[i]};
    servers_.push_back({prices, SpendingOfServer(config, limits),
                        std::make_unique<Spending>(Spending::Limits{.prices = prices})});
  }
}

EndpointAccounts::Result EndpointAccounts::Reserve(int endpoint, TokenCount estimate) {
  Server& server = servers_[At(endpoint)];
  if (!server.budget->Reserve(estimate, server.prices)) return Result::kServerUsedUp;
  if (!budget_->Reserve(estimate, server.prices)) {
    server.budget->Settle(estimate, {}, server.prices);
    return Result::kUsedUp;
  }
  own_.Reserve(estimate, server.prices);
  server.own->Reserve(estimate, server.prices);
  return Result::kReserved;
}

void EndpointAccounts::Settle(int endpoint, TokenCount estimate, TokenCount used) {
  Server& server = servers_[At(endpoint)];
  const bool answered = used.input > 0;
  const TokenCount charged = {answered ? std::max(used.input, estimate.input) : 0,
                              answered ? std::max(used.output, estimate.output) : 0};
  for (Spending* budget : {budget_.get(), server.budget.get()})
    budget->Settle(estimate, charged, server.prices);
  for (Spending* own : {&own_, server.own.get()}) own->Settle(estimate, used, server.prices);
}

std::string EndpointAccounts::exhausted() const {
  std::string all = budget_->exhausted();
  if (!all.empty()) return all;
  std::string latest;
  for (const Server& server : servers_) {
    latest = server.budget->exhausted();
    if (latest.empty()) return "";
  }
  return latest;
}

std::string EndpointAccounts::exhausted(int endpoint) const {
  return servers_[At(endpoint)].budget->exhausted();
}

const Spending& EndpointAccounts::own(int endpoint) const { return *servers_[At(endpoint)].own; }

}  // namespace lerl
