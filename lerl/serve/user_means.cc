#include "lerl/serve/user_means.h"

#include <span>

#include "lerl/base/hash.h"

namespace lerl {

void UserMeans::Add(const std::string& name, double value) {
  User& user = users_[Hash(std::as_bytes(std::span(name)))];
  const auto mean = [&user] { return user.sum / static_cast<double>(user.sessions); };
  if (user.sessions > 0) sums_.Remove(mean());
  user.sum += value;
  ++user.sessions;
  sums_.Add(mean());
}

}  // namespace lerl
