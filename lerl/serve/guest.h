#pragma once
// The guest: a user of whom the log knows nothing, for the people of a product who are not in it.
// The guest's past is empty, so policies start as they would with anybody: agents by what they
// learned of all, factorisations by the items' biases. What the guest does in the sessions that are
// served follows as with any other user.

#include <cstdint>

#include "lerl/train/world.h"

namespace lerl {

// Adds the guest to a world as its last user, and returns the guest's index. Nobody trains, tunes
// or judges with the guest, who is in no list of the split; the world's fingerprint stays that of
// the data, so that checkpoints still fit. To be called before actors are made of the world.
int32_t AddGuest(World& world);

}  // namespace lerl
