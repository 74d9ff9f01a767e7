// lerl train --from-events: a new version of a policy, from what its service stored.

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "lerl/base/error.h"
#include "lerl/base/log.h"
#include "lerl/base/progress.h"
#include "lerl/base/stop.h"
#include "lerl/cli/commands.h"
#include "lerl/cli/learn_options.h"
#include "lerl/events/store_url.h"
#include "lerl/learn/learned_run.h"

namespace lerl {
namespace {

LearnConfig ReadLearnConfig(const std::vector<std::string>& sets) {
  LearnConfig config;
  ConfigSource::FromText("", "lerl train --from-events", sets).Read(config);
  return config;
}

// A store is made where there is none, but nothing can be learned from it.
std::unique_ptr<EventStore> OpenFilledStore(const StoreOption& option) {
  const StoreUrl url = FindStore(option.Over({}));
  if (!url.postgres && !std::filesystem::exists(url.place))
    throw Error(ErrorKind::kData, url.place + ": there is no store; name that of the service");
  return option.Open();
}

void SayEpoch(const LearnedEpoch& epoch) {
  if (StopRequested()) {
    LogWarning("stopped after epoch " + std::to_string(epoch.epoch) +
               "; nothing was written, and the same command begins anew");
    throw Interrupted();
  }
  if (!epoch.taken_back.empty())
    return LogInfo("epoch " + std::to_string(epoch.epoch) + " is taken back: " + epoch.taken_back);
  char text[200];
  const Interval& gain = epoch.gain.gain;
  if (epoch.agreement) {
    std::snprintf(text, sizeof text,
                  "epoch %lld: agreement with the product before held-out users %.3f, gain of the "
                  "log probability of an item %.4f [%.4f, %.4f]",
                  static_cast<long long>(epoch.epoch), *epoch.agreement, gain.mean, gain.low,
                  gain.high);
    return LogInfo(text);
  }
  std::snprintf(text, sizeof text,
                "epoch %lld: gain of held-out users per slate %.4f [%.4f, %.4f], %.0f effective "
                "slates, KL %.3f",
                static_cast<long long>(epoch.epoch), gain.mean, gain.low, gain.high,
                epoch.held_out.effective_slates, epoch.kl);
  const std::string& why = epoch.held_out.no_ips;
  LogInfo(text + (why.empty() ? "" : "; it does not count, since " + why));
}

}  // namespace

CLI::Option* LearnOptions::AddTo(CLI::App& command) {
  CLI::Option* from_events = command.add_option(
      "--from-events", store.url,
      "fine-tune --run on what its service stored in this file, or at postgresql://...");
  CLI::Option* of_run = command.add_option("--run", run, "folder of the run that learns");
  from_events->needs(of_run);
  of_run->needs(from_events);
  time.AddTo(command);
  for (const char* name : {"--from", "--to"}) command.get_option(name)->needs(from_events);
  command.add_option("--logged-by", logged_by, "only sessions that this policy served")
      ->needs(from_events);
  command
      .add_flag("--anyway", anyway,
                "write the best epoch also where it is not shown to be better than the run")
      ->needs(from_events);
  return from_events;
}

void ShowLearnSettings(const std::vector<std::string>& sets, bool changed) {
  const LearnConfig config = ReadLearnConfig(sets);
  std::fputs((changed ? DescribeChanges(config) : DescribeConfig(config)).c_str(), stdout);
}

void TrainFromEvents(const LearnOptions& options, const std::vector<std::string>& sets,
                     const std::string& out) {
  const LearnRequest request = {.run = options.run,
                                .which = {.from_us = options.time.FromUs(),
                                          .to_us = options.time.ToUs(),
                                          .policy = options.logged_by},
                                .config = ReadLearnConfig(sets),
                                .out = out,
                                .anyway = options.anyway};
  const std::unique_ptr<EventStore> store = OpenFilledStore(options.store);
  std::optional<Progress> reading(std::in_place, "read", store->Size().sessions, "sessions");
  const auto judged = [&reading](const LearnedEpoch& epoch) {
    reading.reset();  // its line is complete
    SayEpoch(epoch);
  };
  const LearnedRun run = LearnFromEvents(
      *store, request,
      {.read = [&reading](int64_t done) { reading->Advance(done); }, .epoch = judged});
  std::printf("%s\n", ToJson(run).dump(2).c_str());
  if (run.was_there) LogWarning(run.folder.string() + ": this was learned before; nothing to do");
  if (run.folder.empty())
    throw Error(ErrorKind::kUnusable,
                "held-out users show no epoch to be better than " + options.run +
                    ", so that no new version is written; let the service store more, or take the "
                    "best epoch by --anyway");
}

}  // namespace lerl
