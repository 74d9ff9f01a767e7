#pragma once
// When a failed HTTP attempt is tried again, and how long to wait before.
//
//   delay = max(Retry-After, backoff * 2^attempt * (1/2 + u / 2)),  u uniform in [0, 1)
//
// Retry-After may be of any length; what is too long is for the caller to refuse
// (llm/endpoint/endpoint_client.h).
//
// "Equal jitter" (AWS Architecture Blog, Exponential backoff and jitter, 2015): clients that failed
// together do not come back together, and none comes back at once.

#include <optional>
#include <string>

#include "lerl/base/rng.h"

namespace lerl {

inline constexpr double kLongestBackoff = 30;  // seconds; Retry-After may be longer

// Status 0 stands for an attempt without an answer (refused, cut off, timed out).
bool MayPass(int status);

// `attempt` 0 is the first one, which has just failed. Seconds.
double RetryDelay(int attempt, double backoff, std::optional<double> retry_after, Rng& rng);

// Seconds of a Retry-After header: a number, or a date as HTTP writes it, counted from `now`
// (seconds since 1970). Empty if it is neither; 0 for a date in the past.
std::optional<double> ParseRetryAfter(const std::string& value, double now);

}  // namespace lerl
