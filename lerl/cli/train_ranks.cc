#include "lerl/cli/train_ranks.h"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "lerl/base/child_process.h"
#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/log.h"
#include "lerl/base/progress.h"
#include "lerl/base/stop.h"
#include "lerl/cli/commands.h"
#include "lerl/train/launch_ranks.h"
#include "lerl/train/process_group.h"
#include "lerl/train/rank_play.h"

namespace lerl {
namespace {

// The words of this process's command line, the program by its path.
std::vector<std::string> OwnCommand() {
  std::vector<std::string> words;
  std::istringstream text(ReadFile("/proc/self/cmdline"));
  for (std::string word; std::getline(text, word, '\0');) words.push_back(word);
  words.at(0) = std::filesystem::read_symlink("/proc/self/exe").string();
  return words;
}

// The kind of errors that end with this exit code; kIo where none does.
ErrorKind KindOf(int exit_code) {
  for (const ErrorKind kind :
       {ErrorKind::kUsage, ErrorKind::kConfig, ErrorKind::kData, ErrorKind::kModel,
        ErrorKind::kCheckpoint, ErrorKind::kNoRun, ErrorKind::kBusy, ErrorKind::kUnusable})
    if (ExitCode(kind) == exit_code) return kind;
  return ErrorKind::kIo;
}

}  // namespace

std::optional<RankPlace> PlaceAmongRanks(const RankOptions& options) {
  std::optional<RankPlace> place = RankPlaceOfEnvironment();
  if (place && options.ranks > 0 && place->size != options.ranks)
    throw Error(ErrorKind::kUsage,
                "--ranks " + std::to_string(options.ranks) +
                    ": the environment says WORLD_SIZE=" + std::to_string(place->size) +
                    "; leave --ranks to torchrun, or unset RANK and WORLD_SIZE");
  return place;
}

void StartRanks(const RankOptions& options, const RunConfig& config) {
  RequireOverRanks(config, options.ranks);  // once for all
  const RanksEnd end = LaunchRanks(options.ranks, OwnCommand(), StopRequested);
  if (end.rank < 0) return;
  if (StopRequested()) throw Interrupted();
  throw Error(KindOf(end.status), DescribeEnd(end, options.ranks) +
                                      "; see above for why; with --resume the same command goes on "
                                      "from the last checkpoint");
}

std::unique_ptr<Ranks> JoinOthers(const RankPlace& place, const RankOptions& options) {
  EndWithParent();
  if (place.rank > 0) {
    Progress::SetQuiet(true);
    SetLogQuiet(true);
  }
  const std::chrono::seconds timeout(options.timeout_s);
  return JoinRanks(place, {.join = timeout, .answer = timeout});
}

}  // namespace lerl
