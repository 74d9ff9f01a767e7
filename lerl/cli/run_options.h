#pragma once
// The options that commands on a run share. Of --config, --with and --set later ones are laid over
// earlier ones, in this order.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/train/run_config.h"

namespace lerl {

struct RunOptions {
  std::string config;
  std::vector<std::string> with, sets;

  // Returns --config, which is required.
  CLI::Option* AddTo(CLI::App& command) {
    CLI::Option* option =
        command.add_option("--config", config, "TOML configuration (configs/ has examples)")
            ->required();
    command.add_option("--with", with, "TOML settings laid over it, like those of `lerl tune`")
        ->allow_extra_args(false);
    command.add_option("--set", sets,
                       "override settings: --set planner.plan_size=1 train.seeds=[1,2]");
    return option;
  }
  ConfigSource Source() const {
    ConfigSource source = RunSource(config);
    for (const std::string& file : with) source = source.With(ConfigSource::FromFile(file));
    return source.With(sets);
  }
  RunConfig Read() const { return ReadRunConfig(Source()); }
  // As they were typed.
  std::string Text() const {
    std::string text = " --config " + config;
    for (const std::string& file : with) text += " --with " + file;
    for (const std::string& set : sets) text += " --set '" + set + "'";
    return text;
  }
};

// Returns the user of that name, whom a command shows something about. Throws Error(kUsage) where
// the data have no such user, and where the user is sealed; `what` begins the line.
inline int32_t FindShownUser(const Dataset& dataset, const Split& split, const std::string& what,
                             const std::string& name) {
  const int32_t user = FindUser(dataset, name);
  if (!std::ranges::binary_search(split.sealed_users, user)) return user;
  throw Error(ErrorKind::kUsage,
              what +
                  ": this user is sealed (split.sealed_users), so that nothing is chosen by what "
                  "is shown here; name another");
}

// The options that say which held-out users are judged: --held-out and --sealed.
struct HeldOutOptions {
  std::string which;
  bool sealed = false;

  // `usual` is who is judged where neither is given.
  void AddTo(CLI::App& command, HeldOut usual) {
    which = kHeldOutNames[At(usual)];
    CLI::Option* named = command.add_option("--held-out", which, "which held-out users are played")
                             ->check(CLI::IsMember({kHeldOutNames[0], kHeldOutNames[1]}))
                             ->capture_default_str();
    command
        .add_flag("--sealed", sealed,
                  "play the sealed users in their place: for the last word on a policy, because "
                  "each look is counted")
        ->excludes(named);
  }
  HeldOut Which() const {
    if (sealed) return HeldOut::kSealed;
    return which == kHeldOutNames[0] ? HeldOut::kValidation : HeldOut::kTest;
  }
  std::string Text() const { return sealed ? " --sealed" : " --held-out " + which; }
};

// The options that say how much an audit plays: --seeds and --first-seed, and --users, which the
// audit itself keeps.
struct SeedOptions {
  int64_t seeds = 5, first_seed = 1;

  // `how_many` is the help of --seeds.
  void AddTo(CLI::App& command, int64_t& users, const std::string& how_many) {
    command.add_option("--users", users, "held-out users at most")
        ->check(CLI::Range(2, 1000000))
        ->capture_default_str();
    command.add_option("--seeds", seeds, how_many)
        ->check(CLI::Range(2, 1000))
        ->capture_default_str();
    command.add_option("--first-seed", first_seed, "the first of them")
        ->check(CLI::Range(1, 1000000))
        ->capture_default_str();
  }
  std::vector<int64_t> List() const {
    std::vector<int64_t> list(At(seeds));
    std::iota(list.begin(), list.end(), first_seed);
    return list;
  }
};

}  // namespace lerl
