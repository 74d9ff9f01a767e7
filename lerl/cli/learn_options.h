#pragma once
// The options of `lerl train` by which a policy learns from what a service stored, and how it does.

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "lerl/cli/event_options.h"

namespace lerl {

struct LearnOptions {
  StoreOption store;
  TimeOptions time;
  std::string run, logged_by;
  bool anyway = false;

  // Returns --from-events, which says that these options are meant.
  CLI::Option* AddTo(CLI::App& command);
  bool given() const { return !store.url.empty(); }
};

// Learns, and prints what came of it. `sets` are settings of learn/learn_config.h. Throws
// Error(kUnusable) where no new version is written.
void TrainFromEvents(const LearnOptions& options, const std::vector<std::string>& sets,
                     const std::string& out);
// Prints these settings; with `changed` those alone that are not the defaults.
void ShowLearnSettings(const std::vector<std::string>& sets, bool changed);

}  // namespace lerl
