#pragma once
// Options that commands on a run share: --config, --set.

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "lerl/train/run_config.h"

namespace lerl {

struct RunOptions {
  std::string config;
  std::vector<std::string> sets;

  void AddTo(CLI::App& command) {
    command.add_option("--config", config, "TOML configuration (configs/ has examples)")
        ->required();
    command.add_option("--set", sets, "override a setting: --set planner.plan_size=1")
        ->allow_extra_args(false);
  }
  ConfigSource Source() const { return ConfigSource::FromFile(config, sets); }
  RunConfig Read() const { return ReadRunConfig(Source()); }
};

}  // namespace lerl
