#include "lerl/llm/endpoint/retry.h"

#include <curl/curl.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace lerl {

bool MayPass(int status) {
  return status == 0 || status == 408 || status == 425 || status == 429 || status == 500 ||
         status == 502 || status == 503 || status == 504;
}

double RetryDelay(int attempt, double backoff, std::optional<double> retry_after, Rng& rng) {
  const double step = std::min(kLongestBackoff, backoff * std::exp2(std::min(attempt, 30)));
  return std::max(retry_after.value_or(0), step * (0.5 + 0.5 * rng.Uniform()));
}

std::optional<double> ParseRetryAfter(const std::string& value, double now) {
  char* end = nullptr;
  const double seconds = std::strtod(value.c_str(), &end);
  while (end != nullptr && (*end == ' ' || *end == '\r' || *end == '\n')) ++end;
  if (end != value.c_str() && *end == '\0')
    return std::isfinite(seconds) && seconds >= 0 ? std::optional(seconds) : std::nullopt;
  const time_t date = curl_getdate(value.c_str(), nullptr);
  if (date == -1) return std::nullopt;
  return std::max(0.0, static_cast<double>(date) - now);
}

}  // namespace lerl
