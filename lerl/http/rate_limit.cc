#include "lerl/http/rate_limit.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace lerl {

double RateLimit::Take(const std::string& address, double now) {
  if (rate_ <= 0) return 0;
  const std::scoped_lock lock(mutex_);
  Forget(now);
  std::string client = ClientOf(address);
  if (clients_full() && !buckets_.contains(client)) client.clear();
  Bucket& bucket = buckets_.try_emplace(client, Bucket{burst_, now}).first->second;
  bucket.left = std::min(burst_, bucket.left + rate_ * std::max(0.0, now - bucket.time));
  bucket.time = now;
  if (bucket.left < 1) return (1 - bucket.left) / rate_;
  bucket.left -= 1;
  return 0;
}

int64_t RateLimit::clients() const {
  const std::scoped_lock lock(mutex_);
  return std::ssize(buckets_);
}

void RateLimit::Forget(double now) {
  const double full = burst_ / rate_;  // seconds after which any bucket is full
  if (now - forgotten_ < full) return;
  forgotten_ = now;
  std::erase_if(buckets_, [&](const auto& entry) { return now - entry.second.time >= full; });
}

std::string ClientOf(const std::string& address) {
  std::array<unsigned char, 16> bytes{};
  if (::inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return address;
  constexpr std::array<unsigned char, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (std::equal(kMapped.begin(), kMapped.end(), bytes.begin()))  // an IPv4 address within IPv6
    return address.substr(address.rfind(':') + 1);
  std::fill(bytes.begin() + 8, bytes.end(), 0);
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
  return text.data();
}

}  // namespace lerl
