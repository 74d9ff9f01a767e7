#pragma once
// The ledger of looks at held-out users. Each time that a comparison, an evaluation or an audit
// reads test users or sealed users, it writes a line into looks.jsonl of its output folder:
//
//   {"time", "command", "config_hash", "commit", "held_out", "people", "users", "seeds": []}
//
// Whoever chooses by what such users show judges by them no longer. So results say how often they
// were looked at: the number of different looks on record, this one included. The same command at
// the same commit shows the same figures again, so it counts once. Validation users are there to be
// looked at, and are not counted.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "lerl/data/split.h"
#include "lerl/train/world.h"

namespace lerl {

struct Look {
  std::string command{};      // that reads them, for people
  std::string config_hash{};  // hash of the settings that decide what is seen
  HeldOut held_out = HeldOut::kTest;
  std::string people{};  // hash that tells these users from those of other data or another split
  int64_t users = 0;     // how many of them
  std::vector<int64_t> seeds{};
};

// Hash of the data set and of who its users of this kind are.
std::string PeopleOf(const std::string& data_fingerprint, const Split& split, HeldOut held_out);

// The look at the world's judged users, at most `users` of them (0: all).
Look LookAt(const World& world, int64_t users, std::vector<int64_t> seeds, std::string command,
            std::string config_hash);

// Appends the look to FOLDER/looks.jsonl, whole or not at all, and returns how many different looks
// at these people are on record there. Lines that can't be read count as one each. Does nothing and
// returns nothing for validation users. Throws Error(kIo) when the file can't be written.
std::optional<int64_t> RecordLook(const std::filesystem::path& folder, const Look& look);

// "looks: 3 ..." as a line for people, with what the number means; "" where there is no number.
std::string LooksText(const std::optional<int64_t>& looks);

}  // namespace lerl
