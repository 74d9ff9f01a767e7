#include "lerl/llm/endpoint/spending.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace lerl {
namespace {

struct Registry {
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<Spending>> spending;
};

Registry& OfProcess() {
  static Registry registry;
  return registry;
}

// The settings that say whose money is spent, on what, and how much may be spent.
std::string Account(const EndpointConfig& config) {
  const nlohmann::json account = {config.urls,         config.model,        config.api_key_env,
                                  config.price_input,  config.price_output, config.budget,
                                  config.budget_tokens};
  return account.dump();
}

std::shared_ptr<Spending> Shared(const std::string& account, const Spending::Limits& limits) {
  Registry& registry = OfProcess();
  const std::lock_guard lock(registry.mutex);
  std::shared_ptr<Spending>& spending = registry.spending[account];
  if (!spending) spending = std::make_shared<Spending>(limits);
  return spending;
}

}  // namespace

std::shared_ptr<Spending> SpendingOf(const EndpointConfig& config) {
  return Shared(Account(config), {.prices = {config.price_input, config.price_output},
                                  .budget = config.budget,
                                  .budget_tokens = config.budget_tokens});
}

std::shared_ptr<Spending> SpendingOfServer(const EndpointConfig& config,
                                           const Spending::Limits& limits) {
  const nlohmann::json account = {"server",           limits.url,           config.model,
                                  config.api_key_env, limits.prices.input,  limits.prices.output,
                                  limits.budget,      limits.budget_tokens, limits.budget_requests};
  return Shared(account.dump(), limits);
}

void ForgetSpending() {
  Registry& registry = OfProcess();
  const std::lock_guard lock(registry.mutex);
  registry.spending.clear();
}

double Spending::cost() const {
  const std::lock_guard lock(mutex_);
  return Cost();
}

TokenCount Spending::used() const {
  const std::lock_guard lock(mutex_);
  return Used();
}

int64_t Spending::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::string Spending::exhausted() const {
  const std::lock_guard lock(mutex_);
  return exhausted_;
}

double Spending::Cost() const {
  double cost = 0;
  for (const auto& [prices, count] : used_)
    cost += (static_cast<double>(count.input) * prices.input +
             static_cast<double>(count.output) * prices.output) /
            1e6;
  return cost;
}

TokenCount Spending::Used() const {
  TokenCount sum;
  for (const auto& [prices, count] : used_)
    sum = {sum.input + count.input, sum.output + count.output};
  return sum;
}

std::string Spending::UsedUp(const std::string& amount, const char* of_all,
                             const char* of_server) const {
  return "the budget of " + amount + (limits_.url.empty() ? "" : " of " + limits_.url) +
         " is used up; raise planner.llm.endpoint." + (limits_.url.empty() ? of_all : of_server) +
         " to go on";
}

bool Spending::Reserve(TokenCount estimate, std::optional<Prices> prices) {
  const std::lock_guard lock(mutex_);
  if (!exhausted_.empty()) return false;
  TokenCount& used = used_[prices.value_or(limits_.prices)];
  const TokenCount before = used;
  used = {used.input + estimate.input, used.output + estimate.output};
  const TokenCount then = Used();
  if (limits_.budget > 0 && Cost() > limits_.budget) {
    exhausted_ = UsedUp(DescribeNumber(limits_.budget), "budget", "url_budgets");
  } else if (limits_.budget_tokens > 0 && then.input + then.output > limits_.budget_tokens) {
    exhausted_ =
        UsedUp(std::to_string(limits_.budget_tokens) + " tokens", "budget_tokens", "url_tokens");
  } else if (limits_.budget_requests > 0 && requests_ >= limits_.budget_requests) {
    exhausted_ = UsedUp(std::to_string(limits_.budget_requests) + " requests", "url_requests",
                        "url_requests");
  }
  if (exhausted_.empty()) {
    ++requests_;
  } else {
    used = before;
  }
  return exhausted_.empty();
}

void Spending::Settle(TokenCount estimate, TokenCount used, std::optional<Prices> prices) {
  const std::lock_guard lock(mutex_);
  TokenCount& count = used_[prices.value_or(limits_.prices)];
  count.input += used.input - estimate.input;
  count.output += used.output - estimate.output;
}

}  // namespace lerl
