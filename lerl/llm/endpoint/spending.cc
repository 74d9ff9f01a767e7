#include "lerl/llm/endpoint/spending.h"

#include <map>
#include <nlohmann/json.hpp>

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

}  // namespace

std::shared_ptr<Spending> SpendingOf(const EndpointConfig& config) {
  Registry& registry = OfProcess();
  const std::lock_guard lock(registry.mutex);
  std::shared_ptr<Spending>& spending = registry.spending[Account(config)];
  if (!spending) {
    spending = std::make_shared<Spending>(Spending::Limits{.price_input = config.price_input,
                                                           .price_output = config.price_output,
                                                           .budget = config.budget,
                                                           .budget_tokens = config.budget_tokens});
  }
  return spending;
}

void ForgetSpending() {
  Registry& registry = OfProcess();
  const std::lock_guard lock(registry.mutex);
  registry.spending.clear();
}

double Spending::cost() const {
  const std::lock_guard lock(mutex_);
  return Price(used_);
}

TokenCount Spending::used() const {
  const std::lock_guard lock(mutex_);
  return used_;
}

std::string Spending::exhausted() const {
  const std::lock_guard lock(mutex_);
  return exhausted_;
}

double Spending::Price(TokenCount count) const {
  return (static_cast<double>(count.input) * limits_.price_input +
          static_cast<double>(count.output) * limits_.price_output) /
         1e6;
}

bool Spending::Reserve(TokenCount estimate) {
  const std::lock_guard lock(mutex_);
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
  const std::lock_guard lock(mutex_);
  used_.input += used.input - estimate.input;
  used_.output += used.output - estimate.output;
}

}  // namespace lerl
