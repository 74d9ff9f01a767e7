#pragma once
// UserMeans: figures of sessions, averaged by user, since sessions of one user are not independent.
//
//   R_i   of user i: the mean of what was added of its sessions
//
// Memory grows by some 60 bytes with each user.

#include <cstdint>
#include <string>
#include <unordered_map>

#include "lerl/eval/confidence_sequence.h"

namespace lerl {

class UserMeans {
 public:
  // What a session of a user came to.
  void Add(const std::string& user, double value);

  const ValueSums& sums() const { return sums_; }  // of R, over users
  int64_t users() const { return sums_.count; }

 private:
  struct User {
    double sum = 0;  // over sessions
    int64_t sessions = 0;
  };
  ValueSums sums_;
  std::unordered_map<uint64_t, User> users_;  // by a hash of the name
};

}  // namespace lerl
