#include "lerl/llm/endpoint/endpoint_pool.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/check.h"

namespace lerl {

EndpointPool::EndpointPool(int endpoints, EndpointLimits limits)
    : limits_(limits), endpoints_(static_cast<size_t>(endpoints)) {
  LERL_CHECK(endpoints >= 1 && limits.concurrency >= 1);
  for (Endpoint& endpoint : endpoints_) {
    endpoint.tokens = std::max(1.0, limits.requests_per_second);
    endpoint.ready = endpoint.told = !limits.probes;
  }
}

double EndpointPool::Tokens(const Endpoint& endpoint, double now) const {
  const double rate = limits_.requests_per_second;
  return std::min(std::max(1.0, rate), endpoint.tokens + rate * (now - endpoint.filled));
}

// A server that is down has one place, so that it is tried by one request at a time.
bool EndpointPool::HasPlace(const Endpoint& endpoint) const {
  return endpoint.in_flight < (IsDown(endpoint) ? 1 : limits_.concurrency);
}

// Whether the first probe of every open server has ended.
bool EndpointPool::Ready() const {
  return std::ranges::all_of(
      endpoints_, [](const Endpoint& endpoint) { return endpoint.ready || endpoint.closed; });
}

bool EndpointPool::MayTake(const Endpoint& endpoint, double now) const {
  return HasPlace(endpoint) && now >= endpoint.not_before &&
         (!IsDown(endpoint) || !limits_.probes || endpoint.alive) &&
         (limits_.requests_per_second <= 0 || Tokens(endpoint, now) >= 1);
}

// The open servers whose context holds the request, or else those with the longest one.
std::vector<int> EndpointPool::Fitting(const RouteOf& route) const {
  constexpr int64_t kUnknown = std::numeric_limits<int64_t>::max();
  const auto context = [this](int i) {
    const int64_t known = At(i).facts.context;
    return known == 0 ? kUnknown : known;
  };
  std::vector<int> fitting;
  int64_t longest = 0;
  for (int i = 0; i < count(); ++i) {
    if (At(i).closed || std::ranges::find(route.too_small, i) != route.too_small.end()) continue;
    fitting.push_back(i);
    longest = std::max(longest, context(i));
  }
  const int64_t needed = std::min(route.tokens, longest);
  std::erase_if(fitting, [&](int i) { return context(i) < needed; });
  return fitting;
}

std::optional<int> EndpointPool::Take(double now, const RouteOf& route) {
  if (!Ready()) return std::nullopt;
  std::vector<int> candidates = Fitting(route);
  std::erase_if(candidates, [&](int i) { return !MayTake(At(i), now); });
  if (candidates.size() > 1) std::erase(candidates, route.failed_at);
  if (candidates.empty()) return std::nullopt;
  const int chosen = Choose(candidates, route.blocks);
  Endpoint& endpoint = At(chosen);
  if (limits_.requests_per_second > 0) {
    endpoint.tokens = Tokens(endpoint, now) - 1;
    endpoint.filled = now;
  }
  ++endpoint.in_flight;
  ++endpoint.figures.requests;
  endpoint.figures.blocks += std::ssize(route.blocks);
  endpoint.figures.blocks_known += endpoint.cache.Known(route.blocks);
  endpoint.cache.Add(route.blocks);
  return chosen;
}

int EndpointPool::Choose(std::span<const int> candidates, std::span<const uint64_t> blocks) const {
  int best = candidates[0], shortest = candidates[0];
  int64_t most_known = 0;
  for (const int i : candidates) {
    const int64_t known = At(i).cache.Known(blocks);
    const bool shorter = At(i).in_flight < At(best).in_flight;
    if (known > most_known || (known == most_known && shorter)) best = i;
    most_known = std::max(most_known, known);
    if (At(i).in_flight < At(shortest).in_flight) shortest = i;
  }
  const double hit =
      blocks.empty() ? 0 : static_cast<double>(most_known) / static_cast<double>(blocks.size());
  const int queue = At(best).in_flight, least = At(shortest).in_flight;
  const bool much_longer = queue > least + limits_.imbalance && queue > kMuchLonger * least;
  return hit > kLeastHit && !much_longer ? best : shortest;
}

std::optional<double> EndpointPool::Wait(double now, const RouteOf& route) const {
  if (!Ready()) return std::nullopt;
  std::optional<double> shortest;
  for (const int i : Fitting(route)) {
    const Endpoint& endpoint = At(i);
    if (!HasPlace(endpoint) || (IsDown(endpoint) && endpoint.probing)) continue;
    double wait = std::max(0.0, endpoint.not_before - now);
    if (limits_.requests_per_second > 0) {
      const double missing = 1 - Tokens(endpoint, now);
      if (missing > 0) wait = std::max(wait, missing / limits_.requests_per_second);
    }
    shortest = std::min(shortest.value_or(wait), wait);
  }
  return shortest;
}

void EndpointPool::CoolDown(Endpoint& endpoint, double now) const {
  const double longest = std::max(limits_.cool_down, kLongestCoolDown);
  const double wait = std::min(longest, limits_.cool_down * std::exp2(endpoint.cool_downs));
  endpoint.cool_downs = std::min(endpoint.cool_downs + 1, 60);
  endpoint.not_before = std::max(endpoint.not_before, now + wait);
  endpoint.alive = false;
}

void EndpointPool::Answered(int endpoint, double now) {
  Endpoint& answering = At(endpoint);
  const bool was_down = IsDown(answering);
  --answering.in_flight;
  ++answering.figures.answers;
  answering.failures = 0;
  if (now >= answering.not_before) answering.shut = false;
  if (!was_down || IsDown(answering)) return;
  answering.cool_downs = 0;
  answering.alive = false;
  ++answering.figures.returns;
}

void EndpointPool::Failed(int endpoint, double sent, double now) {
  Endpoint& failing = At(endpoint);
  --failing.in_flight;
  ++failing.figures.failures;
  if (failing.failures > 0 && sent < failing.failed) return;
  const bool was_down = IsDown(failing);
  ++failing.failures;
  failing.failed = now;
  if (!IsDown(failing)) return;
  // What was sent before a long pause says nothing of the server after it.
  if (was_down && sent < failing.not_before) return;
  if (!was_down) {
    ++failing.figures.ejections;
    failing.cool_downs = 0;
    failing.cache.Clear();  // a server that starts anew has nothing in its cache
  }
  CoolDown(failing, now);
}

void EndpointPool::Pause(int endpoint, double now, double seconds) {
  Answered(endpoint, now);
  Endpoint& pausing = At(endpoint);
  const bool too_long = seconds > limits_.patience;
  if (too_long && !IsDown(pausing)) ++pausing.figures.ejections;
  pausing.shut |= too_long;
  pausing.alive = false;
  const double pause = too_long ? std::min(seconds, kLongestPause) : seconds;
  pausing.not_before = std::max(pausing.not_before, now + pause);
}

void EndpointPool::GiveBack(int endpoint) {
  --At(endpoint).in_flight;
  --At(endpoint).figures.requests;
}

bool EndpointPool::ProbeDue(int endpoint, double now) const {
  const Endpoint& probed = At(endpoint);
  if (!limits_.probes || probed.probing || probed.closed) return false;
  if (!probed.ready) return true;
  if (IsDown(probed)) return !probed.alive && probed.in_flight == 0 && now >= probed.not_before;
  return !probed.told && now >= probed.next_probe;
}

void EndpointPool::ProbeBegan(int endpoint) { At(endpoint).probing = true; }

void EndpointPool::ProbeAnswered(int endpoint, const ServerFacts& facts) {
  Endpoint& probed = At(endpoint);
  probed.probing = false;
  probed.ready = probed.told = true;
  probed.alive = IsDown(probed);
  probed.facts = facts;
  if (facts.context > 0)
    probed.cache.Resize(std::max<int64_t>(
        1, facts.context * std::max<int64_t>(1, facts.slots) / kPrefixBlockTokens));
}

void EndpointPool::ProbeFailed(int endpoint, double now) {
  Endpoint& probed = At(endpoint);
  probed.probing = false;
  probed.ready = true;
  probed.next_probe = now + std::max(1.0, limits_.cool_down);
  if (IsDown(probed)) CoolDown(probed, now);
}

void EndpointPool::ProbeCancelled(int endpoint) { At(endpoint).probing = false; }

void EndpointPool::LearnContext(int endpoint, int64_t context) {
  if (context > 0) At(endpoint).facts.context = context;
}

bool EndpointPool::FitsNowhere(const RouteOf& route) const { return Fitting(route).empty(); }

int64_t EndpointPool::LongestContext() const {
  int64_t longest = 0;
  for (const Endpoint& endpoint : endpoints_) {
    if (endpoint.closed) continue;
    if (endpoint.facts.context == 0) return 0;
    longest = std::max(longest, endpoint.facts.context);
  }
  return longest;
}

bool EndpointPool::AllDown(double now, const RouteOf& route) const {
  const std::vector<int> fitting = Fitting(route);
  return !fitting.empty() && std::ranges::all_of(fitting, [&](int i) {
    return IsDown(At(i)) && now < At(i).not_before;
  });
}

bool EndpointPool::AllClosed() const { return std::ranges::all_of(endpoints_, &Endpoint::closed); }

}  // namespace lerl
