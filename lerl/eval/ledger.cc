#include "lerl/eval/ledger.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "lerl/base/clock.h"
#include "lerl/base/file.h"
#include "lerl/base/hash.h"
#include "lerl/base/index.h"
#include "lerl/base/json_text.h"
#include "lerl/base/version.h"
#include "lerl/train/held_out.h"

namespace lerl {
namespace {

using Json = nlohmann::json;

constexpr char kLedger[] = "looks.jsonl";

// What two looks must share to show the same: all but when and by which words they were asked for.
std::string Identity(const Json& line) {
  Json same = line;
  same.erase("time");
  same.erase("command");
  return same.dump();
}

}  // namespace

std::string PeopleOf(const std::string& data_fingerprint, const Split& split, HeldOut held_out) {
  const std::vector<int32_t>& users = HeldOutUsers(split, held_out);
  return HashText(data_fingerprint + HexText(Hash(std::as_bytes(std::span(users)))));
}

Look LookAt(const World& world, int64_t users, std::vector<int64_t> seeds, std::string command,
            std::string config_hash) {
  return {.command = std::move(command),
          .config_hash = std::move(config_hash),
          .held_out = world.judged,
          .people = PeopleOf(world.fingerprint, world.split, world.judged),
          .users = std::ssize(HeldOutSessions(world.split, world.judged, users, 0)),
          .seeds = std::move(seeds)};
}

std::optional<int64_t> RecordLook(const std::filesystem::path& folder, const Look& look) {
  if (look.held_out == HeldOut::kValidation) return std::nullopt;
  const Json own = {{"time", UtcNow()},
                    {"command", look.command},
                    {"config_hash", look.config_hash},
                    {"commit", Commit()},
                    {"held_out", kHeldOutNames[At(look.held_out)]},
                    {"people", look.people},
                    {"users", look.users},
                    {"seeds", look.seeds}};
  AppendLine(folder / kLedger, own.dump(-1, ' ', false, Json::error_handler_t::replace));
  std::set<std::string> different;
  int64_t unreadable = 0;
  std::ifstream in(folder / kLedger);
  for (std::string text; std::getline(in, text);) {
    if (text.empty()) continue;
    const Json line = TryParseJson(text);
    if (!line.is_object())
      ++unreadable;
    else if (line.value("held_out", Json()) == own["held_out"] &&
             line.value("people", Json()) == own["people"])
      different.insert(Identity(line));
  }
  return std::ssize(different) + unreadable;
}

std::string LooksText(const std::optional<int64_t>& looks) {
  if (!looks) return "";
  return "looks: " + std::to_string(*looks) +
         ", the different readings of these users on record (looks.jsonl).\n";
}

}  // namespace lerl
