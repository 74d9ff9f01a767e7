#include "lerl/llm/endpoint/endpoint_pool.h"

#include <algorithm>

#include "lerl/base/check.h"

namespace lerl {

EndpointPool::EndpointPool(int endpoints, EndpointLimits limits)
    : limits_(limits), endpoints_(static_cast<size_t>(endpoints)) {
  LERL_CHECK(endpoints >= 1 && limits.concurrency >= 1);
  for (Endpoint& endpoint : endpoints_) endpoint.tokens = std::max(1.0, limits.requests_per_second);
}

double EndpointPool::Tokens(const Endpoint& endpoint, double now) const {
  const double rate = limits_.requests_per_second;
  return std::min(std::max(1.0, rate), endpoint.tokens + rate * (now - endpoint.filled));
}

// A server that is down has one place, so that it is tried by one request at a time.
bool EndpointPool::HasPlace(const Endpoint& endpoint) const {
  return endpoint.in_flight < (IsDown(endpoint) ? 1 : limits_.concurrency);
}

std::optional<int> EndpointPool::Take(double now) {
  int best = -1;
  for (int i = 0; i < static_cast<int>(endpoints_.size()); ++i) {
    const Endpoint& endpoint = At(i);
    if (!HasPlace(endpoint) || now < endpoint.not_before) continue;
    if (limits_.requests_per_second > 0 && Tokens(endpoint, now) < 1) continue;
    if (best < 0 || endpoint.in_flight < At(best).in_flight) best = i;
  }
  if (best < 0) return std::nullopt;
  Endpoint& endpoint = At(best);
  if (limits_.requests_per_second > 0) {
    endpoint.tokens = Tokens(endpoint, now) - 1;
    endpoint.filled = now;
  }
  ++endpoint.in_flight;
  return best;
}

std::optional<double> EndpointPool::Wait(double now) const {
  std::optional<double> shortest;
  for (const Endpoint& endpoint : endpoints_) {
    if (!HasPlace(endpoint)) continue;
    double wait = std::max(0.0, endpoint.not_before - now);
    if (limits_.requests_per_second > 0) {
      const double missing = 1 - Tokens(endpoint, now);
      if (missing > 0) wait = std::max(wait, missing / limits_.requests_per_second);
    }
    shortest = std::min(shortest.value_or(wait), wait);
  }
  return shortest;
}

void EndpointPool::Answered(int endpoint, double now) {
  Endpoint& answering = At(endpoint);
  --answering.in_flight;
  answering.failures = 0;
  if (now >= answering.not_before) answering.shut = false;
}

void EndpointPool::Failed(int endpoint, double sent, double now) {
  Endpoint& failing = At(endpoint);
  --failing.in_flight;
  if (failing.failures > 0 && sent < failing.failed) return;
  ++failing.failures;
  failing.failed = now;
  if (IsDown(failing)) failing.not_before = std::max(failing.not_before, now + limits_.cool_down);
}

void EndpointPool::Pause(int endpoint, double now, double seconds) {
  Answered(endpoint, now);
  Endpoint& pausing = At(endpoint);
  const bool too_long = seconds > limits_.patience;
  pausing.shut |= too_long;
  const double pause = too_long ? std::min(seconds, kLongestPause) : seconds;
  pausing.not_before = std::max(pausing.not_before, now + pause);
}

bool EndpointPool::AllDown(double now) const {
  return std::all_of(endpoints_.begin(), endpoints_.end(), [now](const Endpoint& endpoint) {
    return IsDown(endpoint) && now < endpoint.not_before;
  });
}

}  // namespace lerl
