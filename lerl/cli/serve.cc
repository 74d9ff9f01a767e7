// lerl serve: trained policies behind an HTTP API.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "lerl/base/clock.h"
#include "lerl/base/config_text.h"
#include "lerl/base/error.h"
#include "lerl/base/log.h"
#include "lerl/base/log_writer.h"
#include "lerl/base/periodic.h"
#include "lerl/base/stop.h"
#include "lerl/cli/commands.h"
#include "lerl/cli/event_options.h"
#include "lerl/cli/run_options.h"
#include "lerl/events/store_url.h"
#include "lerl/http/access_log.h"
#include "lerl/http/server.h"
#include "lerl/serve/api/api.h"
#include "lerl/serve/memory_ceiling.h"
#include "lerl/serve/page/pages.h"
#include "lerl/serve/served_run.h"
#include "lerl/serve/service_config.h"
#include "lerl/train/run_search.h"

namespace lerl {
namespace {

struct ServeFlags {
  std::vector<std::string> runs_to_serve;
  std::string config, runs = "runs", service, host;
  StoreOption store;
  std::vector<std::string> sets;
  std::optional<int64_t> port;
  bool alone = false, show = false;
};

ServiceConfig ReadService(const ServeFlags& flags) {
  ConfigSource source = flags.service.empty() ? ConfigSource::FromText("", "lerl serve")
                                              : ConfigSource::FromFile(flags.service);
  ServiceConfig config;
  source.With(flags.sets).Read(config);
  if (!flags.host.empty()) config.http.host = flags.host;
  if (flags.port) config.http.port = *flags.port;
  config.store = flags.store.Over(config.store);
  config.http.max_held_bytes =
      MemoryCeiling::HeldBytes(config.memory_ceiling_mb, config.http.max_held_bytes);
  return config;
}

// The newest run of the configuration; where there is none, the one that is most like it, with a
// word on what differs.
std::filesystem::path FindRunOf(const ServeFlags& flags) {
  const RunConfig config = ReadRunConfig(RunSource(flags.config));
  try {
    return FindFinishedGroup(flags.runs, config);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kNoRun) throw;
    const std::optional<NearestRun> nearest = FindNearestRun(flags.runs, config, /*finished=*/true);
    if (!nearest) throw;
    LogWarning("there is no finished run of " + flags.config + "; serving the nearest, " +
               NearestRunText(*nearest));
    return nearest->group;
  }
}

// The finished run like this one that has no planner, for people to compare with. Nothing where the
// run has none itself.
std::optional<std::filesystem::path> WithoutPlanner(const ServeFlags& flags,
                                                    const std::filesystem::path& run) {
  RunConfig config = ReadServedRun(run).config;
  if (std::exchange(config.planner.name, "none") == "none") return std::nullopt;
  try {
    return FindFinishedGroup(flags.runs, config);
  } catch (const Error&) {
    return std::nullopt;
  }
}

// "name=FOLDER", or a folder, whose own name it then gets.
NamedRun NamedRunOf(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals != std::string::npos && text.find('/') > equals)
    return {text.substr(0, equals), text.substr(equals + 1)};
  std::filesystem::path folder = text;
  if (!folder.has_filename()) folder = folder.parent_path();
  const std::string last = folder.filename().string();
  return {last.starts_with("seed-") ? folder.parent_path().filename().string() : last, folder};
}

std::vector<NamedRun> RunsOf(const ServeFlags& flags) {
  std::vector<NamedRun> runs;
  runs.reserve(flags.runs_to_serve.size() + 1);
  for (const std::string& text : flags.runs_to_serve) runs.push_back(NamedRunOf(text));
  if (!flags.config.empty()) {
    const std::filesystem::path found = FindRunOf(flags);
    runs.push_back(NamedRunOf(found.string()));
    const auto plain = flags.alone ? std::nullopt : WithoutPlanner(flags, found);
    if (plain) runs.push_back(NamedRunOf(plain->string()));
  }
  if (runs.empty())
    throw Error(ErrorKind::kUsage,
                "lerl serve: name a run, such as runs/ppo+none-1234abcd, or a --config of one");
  return runs;
}

// Counts, as often as it is worth it, what an experiment or an apprentice has not counted yet.
template <typename Evaluated>
std::unique_ptr<Periodic> Evaluating(const std::string& name, Evaluated& evaluated) {
  return std::make_unique<Periodic>(name + " is not evaluated",
                                    std::chrono::milliseconds(evaluated.EveryUs() / 1000), [&] {
                                      while (!StopRequested() && !evaluated.Evaluate()) continue;
                                    });
}

void WriteLogLine(const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); }

void ExecuteServe(const ServeFlags& flags) {
  ServiceConfig config = ReadService(flags);
  if (flags.show) {
    config.store.url = WithoutPassword(config.store.url);
    std::printf("%s", DescribeConfig(config).c_str());
    return;
  }
  SetLogWriter([](std::string_view level, const std::string& message) {
    WriteLogLine(MessageLine(level, message, UtcNow()));
  });
  // 1. What is served, and what keeps it.
  const Access access(config.access);
  RequireTokens(config.http.host, access);
  const std::unique_ptr<EventStore> store = MakeEventStore(config.store);
  Recommender recommender(*store, RunsOf(flags), config.recommend);
  std::unique_ptr<Periodic> experiment, apprentice;
  if (recommender.experiment().Status())
    experiment = Evaluating("the experiment", recommender.experiment());
  if (recommender.apprentice() != nullptr)
    apprentice = Evaluating("the apprentice", *recommender.apprentice());
  // 2. The server.
  Metrics metrics;
  MemoryCeiling memory(
      config.memory_ceiling_mb, [&] { recommender.DropCachedSessions(); }, metrics);
  LiveFeed feed;
  Router router;
  HttpServer* running = nullptr;
  AddApiRoutes(router, {recommender, metrics, feed,
                        [&] { return running != nullptr && running->draining(); },
                        [&] { return memory.full(); }});
  AddPages(router);
  memory.RequireRoom();
  router.SetGuard([&](const Request& request, Scope scope) { access.Check(request, scope); });
  HttpServer server(config.http,
                    {.handler = [&](Request& request) { return router.Handle(request); },
                     .at_once = [](const Request& request) { return request.path == "/healthz"; },
                     .access = &access,
                     .metrics = &metrics,
                     .log_line = WriteLogLine});
  running = &server;
  // 3. Until it is told to stop.
  for (const PolicyInfo& policy : recommender.Policies())
    LogInfo("serving " + policy.name + " " + policy.version + " (" + policy.folder + ")");
  std::printf("listening on %s\n", server.url().c_str());
  std::fflush(stdout);
  while (!StopRequested()) {
    memory.Check();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  feed.Close();
  LogInfo("stopping: requests under way are answered first");
  if (!server.Drain(config.drain_seconds))
    LogWarning("some requests were cut after " + std::to_string(config.drain_seconds) + " s");
  throw Stopped();
}

}  // namespace

void AddServeCommand(CLI::App& app) {
  auto flags = std::make_shared<ServeFlags>();
  CLI::App* command = app.add_subcommand("serve", "trained policies behind an HTTP API");
  command->add_option("runs", flags->runs_to_serve,
                      "folders of finished runs, each as FOLDER or NAME=FOLDER; the first serves "
                      "where a session names none");
  command->add_option("--config", flags->config,
                      "serve the newest finished run of this configuration and, where there is "
                      "one, the same agent's without a planner beside it, which nobody gets who "
                      "does not name it");
  command->add_flag("--alone", flags->alone, "not the one without a planner");
  command->add_option("--runs", flags->runs, "folder that is searched for it")
      ->capture_default_str();
  command->add_option("--service", flags->service, "TOML settings of the service (see --show)");
  command->add_option("--set", flags->sets, "override them: --set http.worker_threads=8");
  command->add_option("--host", flags->host,
                      "address to listen on; other than the loopback only "
                      "with tokens (access.tokens_file)");
  command->add_option("--port", flags->port, "port; 0: any that is free")
      ->check(CLI::Range(0, 65535));
  flags->store.AddTo(*command);
  command->add_flag("--show", flags->show, "print every setting of the service with its meaning");
  command->footer(
      "Examples:\n"
      "  lerl serve --config configs/ml100k_lerl.toml\n"
      "  lerl serve champion=runs/a/seed-1 challenger=runs/b/seed-1 --port 9000\n"
      "Pages: / shows what happens and how the policies do, /try lets you play a user.\n"
      "The API is described at /openapi.json. A session:\n"
      "  curl -s localhost:8080/v1/sessions -H 'Content-Type: application/json' "
      "-d '{\"user\": \"42\"}'\n"
      "  curl -s -X POST localhost:8080/v1/sessions/ID/recommendations\n"
      "Ctrl-C or SIGTERM ends it once the requests under way are answered.");
  command->callback([flags] { ExecuteServe(*flags); });
}

}  // namespace lerl
