// The time from the start of a process to its first training step, with data and response model
// prepared. What is timed is a whole `lerl train` of one small iteration (one step of the warm
// start, 8 sessions, one update, one validation user, checkpoint) from exec to exit, so the figure
// is an upper bound.

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/bench/bench.h"
#include "lerl/bench/child.h"
#include "lerl/bench/generated_data.h"

namespace lerl {

std::vector<BenchRow> BenchStart(const BenchOptions& options) {
  const TemporaryFolder folder;
  const std::filesystem::path config = folder.path() / "start.toml";
  WriteFileWhole(config,
                 "[planner]\nname = \"none\"\n[agent]\nwarm_start.steps = 1\n[train]\nseeds = [1]\n"
                 "iterations = 1\nsessions = 8\nslots = 8\nvalid_users = 1\n");
  int run = 0;
  BenchRow row = MeasureSeconds("start/first-training-step", 1, options.repeats, [&] {
    RunChild({"train", "--config", config.string(), "--out",
              (folder.path() / std::to_string(run++)).string()});
  });
  row.note = "ml-100k; exec to exit of `lerl train` with one iteration";
  row.peer = "EasyRL4Rec, KuaiSim: from";
  row.peer_value = 8;
  return {row};
}

}  // namespace lerl
