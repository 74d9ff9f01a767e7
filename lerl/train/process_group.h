#pragma once
// Ranks as processes that speak over TCP, by libtorch's c10d with Gloo.
//
//   meeting    a key-value store (c10d's TCPStore) at MASTER_ADDR:MASTER_PORT, which rank 0 holds
//              or torchrun itself; each rank leaves there where it can be reached
//   sums       Gloo's ring, between neighbours: each entry is added up in one place and handed on,
//              so that all ranks have the same bits
//   address    a rank listens on the address from which MASTER_ADDR is reached, or on the interface
//              that GLOO_SOCKET_IFNAME names
//
// A rank that is gone: its connections break, or it does not answer within the limit, and every
// call of the others fails. They call the roll in the store, so as to say who is missing and, where
// that one could still tell, why. Who does not answer the roll within kRollCall is gone. Whether a
// message is from one of the ranks is not checked, nor is it hidden: the network between them must
// be trusted.

#include <chrono>
#include <memory>

#include "lerl/base/ranks.h"

namespace lerl {

struct RankLimits {
  std::chrono::milliseconds join = std::chrono::minutes(10);    // until all have come
  std::chrono::milliseconds answer = std::chrono::minutes(10);  // of a call, for the others
  std::chrono::milliseconds roll_call = std::chrono::seconds(5);
};

// Joins the others, and waits until all have come. Throws Error(kIo) where they don't come in time
// or can't be reached, and Error(kUnusable) where the program was built without Gloo.
std::unique_ptr<Ranks> JoinRanks(const RankPlace& place, const RankLimits& limits = {});

}  // namespace lerl
