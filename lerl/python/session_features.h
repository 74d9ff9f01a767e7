#pragma once
// SessionFeatures: what a product knows of a session, as one vector of numbers that a network of
// another library can start from. The simulator's truth is not in it.
//
//   part                                                    width
//   factors of the user                                     of the policy side's factorisation
//   share of each category in the user's past likes         C
//   how often the user liked each category in the past      C, planner/profiles/user_profiles.h
//   share of each category in what the session showed       C
//   share of each category liked, in what it showed      C, of the items shown
//   dominant categories of the last slate                   C
//   plan                                                    C
//   budget left                                             1
//   share of the last slate that was liked                  1
//
// All but the factors lie in [0, 1]; an item of several categories counts for each of them.

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "lerl/base/index.h"
#include "lerl/planner/profiles/user_profiles.h"
#include "lerl/train/world.h"

namespace lerl {

class SessionFeatures {
 public:
  // The world must outlive it.
  explicit SessionFeatures(const World& world);

  // The parts and their widths, in order.
  std::vector<std::pair<std::string, int64_t>> Names() const;
  int64_t count() const { return count_; }  // D

  // Makes room for `slots` sessions that are played side by side.
  void Prepare(int slots) { slots_.assign(At(slots), {}); }
  void Start(int slot, int32_t user);
  // What the slot's session was shown, [K], and answered: bit f of a response is behaviour f.
  void Observe(int slot, std::span<const int32_t> items, std::span<const uint32_t> responses);
  // Writes the features [D] of a session before its next slate.
  void Write(int slot, std::span<const uint8_t> dominant, std::span<const uint8_t> plan,
             float budget_left, std::span<float> features);

 private:
  struct Slot {
    int32_t user = 0;
    std::vector<float> shown, liked;  // [C] items of the session
    float items = 0, last_likes = 0;  // shown in the session; share of the last slate
  };

  const World& world_;
  const size_t categories_;
  int64_t count_ = 0;
  UserProfiles profiles_;
  std::vector<Slot> slots_;
};

}  // namespace lerl
