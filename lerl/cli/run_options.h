#pragma once
// The options that commands on a run share: --config, --with and --set. Later ones are laid over
// earlier ones, in this order.

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "lerl/train/run_config.h"

namespace lerl {

struct RunOptions {
  std::string config;
  std::vector<std::string> with, sets;

  void AddTo(CLI::App& command) {
    command.add_option("--config", config, "TOML configuration (configs/ has examples)")
        ->required();
    command.add_option("--with", with, "TOML settings laid over it, like those of `lerl tune`")
        ->allow_extra_args(false);
    command.add_option("--set", sets, "override a setting: --set planner.plan_size=1")
        ->allow_extra_args(false);
  }
  ConfigSource Source() const {
    ConfigSource source = ConfigSource::FromFile(config);
    for (const std::string& file : with) source = source.With(ConfigSource::FromFile(file));
    return source.With(sets);
  }
  RunConfig Read() const { return ReadRunConfig(Source()); }
};

}  // namespace lerl
