#pragma once
// Whether a failed HTTP attempt is tried again, and how long to wait before that.
//
//   delay = max(Retry-After, min(30, backoff * 2^attempt) * (1/2 + u / 2))
//
//   Retry-After   seconds that the server asked for, of any length; 0 if it asked for none. The
//                 caller refuses what is too long (llm/endpoint/endpoint_client.h).
//   30            kLongestBackoff
//   u             uniform in [0, 1)
//
// This is "equal jitter" (AWS Architecture Blog, Exponential backoff and jitter, 2015): clients
// that failed together don't come back together, and none comes back at once.

#include <optional>
#include <string>

#include "lerl/base/rng.h"

namespace lerl {

inline constexpr double kLongestBackoff = 30;  // seconds; Retry-After may be longer

// Returns whether a failure may pass, so that another attempt makes sense: an attempt without an
// answer (status 0: refused, cut off, timed out), or 408, 425, 429, 500, 502, 503 or 504.
bool MayPass(int status);

// Returns the delay in seconds after `attempt` has failed; the first attempt is 0.
double RetryDelay(int attempt, double backoff, std::optional<double> retry_after, Rng& rng);

// Returns the seconds that a Retry-After header asks for. The value is a number, or a date as HTTP
// writes it, which counts from `now` (seconds since 1970) and gives 0 if it is past. Returns
// nothing for any other value.
std::optional<double> ParseRetryAfter(const std::string& value, double now);

}  // namespace lerl
