// The service under load: `lerl serve` with a policy that is trained for it, ml-100k, its store in
// SQLite, each slate and each answer on the disk before it is acknowledged. The load is wrk's,
// which takes part of the same cores. Every answer must be 2xx, and in the end each event that was
// acknowledged must be in the store, once.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>

#include "lerl/base/check.h"
#include "lerl/base/child_process.h"
#include "lerl/base/file.h"
#include "lerl/base/json_text.h"
#include "lerl/bench/bench.h"
#include "lerl/bench/generated_data.h"
#include "lerl/bench/loopback.h"
#include "lerl/bench/service_load.h"
#include "lerl/bench/service_process.h"
#include "lerl/events/make_event_store.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;

constexpr double kRequestsBar = 2000;   // a second
constexpr double kPacedRate = 1000;     // requests a second at which times are measured, at least
constexpr double kOverPaced = 1.03;     // what is asked for over it, since some come late
constexpr double kPacedBar = 20;        // ms, the 99th percentile
constexpr double kStartBar = 1;         // s
constexpr double kGrowthBar = 8;        // MB a million requests, beside what the noise may be
constexpr int64_t kIdle = 10'000;       // connections
constexpr double kManyItemsBar = 50;    // ms, the 99th percentile
constexpr double kManyTrainBar = 2000;  // user-steps/s
constexpr double kLoadSeconds = 5;
constexpr int64_t kFewestSamples = 10;  // of memory

// The program, with a cache of its own where one is given.
std::vector<std::string> ProgramWords(const fs::path& cache) {
  std::vector<std::string> words;
  if (!cache.empty()) words = {"env", "LERL_CACHE_DIR=" + cache.string()};
  words.push_back(ProgramBeside("lerl").string());
  return words;
}

// Trains a run; its entry of what `lerl train` prints.
nlohmann::json TrainRun(const fs::path& folder, const std::string& settings,
                        const fs::path& cache = {}) {
  WriteFileWhole(folder / "run.toml", settings);
  std::vector<std::string> words = ProgramWords(cache);
  for (const std::string& word :
       {std::string("train"), std::string("--config"), (folder / "run.toml").string(),
        std::string("--out"), (folder / "runs").string()})
    words.push_back(word);
  const std::vector<std::string> arguments(words.begin() + 1, words.end());
  return ParseJson(OutputOf(words[0], arguments)).at(0);
}

// A service with a store of its own, and what it has acknowledged.
class LoadedService {
 public:
  LoadedService(const fs::path& folder, const std::string& run,
                const std::vector<std::string>& sets = {}, const fs::path& cache = {})
      : store_(folder / "events.sqlite") {
    fs::create_directories(folder);
    std::vector<std::string> words = ProgramWords(cache);
    for (const std::string& word : {std::string("serve"), run, std::string("--port"),
                                    std::string("0"), std::string("--store"), store_.string()})
      words.push_back(word);
    for (const std::string& set : sets) {
      words.emplace_back("--set");
      words.push_back(set);
    }
    process_ = std::make_unique<ServiceProcess>(words, folder / "log");
  }

  const ServiceProcess& process() const { return *process_; }

  LoadResult Load(ServiceLoad load) {
    load.url = process_->url();
    load.word = "load" + std::to_string(loads_.size());
    LoadResult result = RunLoad(load);
    loads_[load.word] = result.acknowledged;
    return result;
  }

  // Ends the service, and checks its store.
  void StopAndCheck() {
    process_->Stop();
    CheckStored(*MakeEventStore({.url = store_.string()}), loads_);
  }

 private:
  const fs::path store_;
  std::unique_ptr<ServiceProcess> process_;
  std::map<std::string, std::vector<int64_t>> loads_;
};

BenchRow LowerIsBetter(BenchRow row, const std::string& note) {
  row.lower_is_better = true;
  row.note = note;
  return row;
}

std::string Rounded(double value, const char* form) {
  char text[64];
  std::snprintf(text, sizeof text, form, value);
  return text;
}

BenchRow StartRow(const BenchOptions& options, const fs::path& folder, const std::string& run,
                  const std::string& name) {
  const BenchRow row = Measure(name, "s", kStartBar, options.repeats, [&] {
    LoadedService service(folder / "start", run);
    const double seconds = service.process().seconds_to_ready();
    service.StopAndCheck();
    return seconds;
  });
  return LowerIsBetter(row, "from exec to the first 200 of /readyz");
}

BenchRow RateRow(const BenchOptions& options, LoadedService& service) {
  BenchRow row = Measure("serve/requests", "requests/s", kRequestsBar, options.repeats,
                         [&] { return service.Load({.seconds = kLoadSeconds}).rate(); });
  row.note = "slates and feedback in turn, 64 connections";
  return row;
}

// How long requests take at a rate, and the rate that was reached, below which times say little.
std::vector<BenchRow> PacedRows(const BenchOptions& options, LoadedService& service,
                                const std::string& name, const std::string& beside) {
  std::vector<double> rates;
  const BenchRow times = Measure(name, "ms", kPacedBar, options.repeats, [&] {
    const LoadResult result =
        service.Load({.rate = kOverPaced * kPacedRate, .seconds = kLoadSeconds});
    rates.push_back(result.rate());
    return result.Milliseconds(0.99);
  });
  auto next = rates.begin();
  BenchRow rate =
      Measure(name + "/rate", "requests/s", kPacedRate, options.repeats, [&] { return *next++; });
  rate.note = "reached while those times were measured";
  return {LowerIsBetter(times, "99th percentile" + beside), rate};
}

std::vector<BenchRow> IdleRows(const BenchOptions& options, LoadedService& service) {
  const double before = service.process().ResidentBytes();
  const IdleConnections idle(service.process().port(), kIdle);
  const double each = (service.process().ResidentBytes() - before) / static_cast<double>(kIdle);
  std::vector<BenchRow> rows =
      PacedRows(options, service, "serve/p99/idle-10000",
                " beside 10,000 idle connections of " + Rounded(each, "%.0f") + " bytes");
  LERL_CHECK_EQ(idle.open(), kIdle);
  return rows;
}

// The slope of the line through points (x, y), by least squares, and its standard error.
std::pair<double, double> SlopeOf(std::span<const std::pair<double, double>> points) {
  double x_mean = 0, y_mean = 0, xy = 0, xx = 0, yy = 0;
  for (const auto& [x, y] : points) {
    x_mean += x / static_cast<double>(points.size());
    y_mean += y / static_cast<double>(points.size());
  }
  for (const auto& [x, y] : points) {
    xy += (x - x_mean) * (y - y_mean);
    xx += (x - x_mean) * (x - x_mean);
    yy += (y - y_mean) * (y - y_mean);
  }
  const double slope = xy / xx, rest = std::max(0.0, yy - slope * xy);
  return {slope, std::sqrt(rest / static_cast<double>(points.size() - 2) / xx)};
}

// Memory over a number of requests. What the service keeps in memory is bounded, and full after the
// first half; the slope is that of the second.
BenchRow MemoryRow(const BenchOptions& options, const fs::path& folder, const std::string& run) {
  LoadedService service(folder / "memory", run, {"recommend.open_sessions=500"});
  std::vector<std::pair<double, double>> samples;
  int64_t answered = 0;
  while (answered < options.requests || std::ssize(samples) < kFewestSamples) {
    const double share = static_cast<double>(options.requests) / 20 / kRequestsBar;
    answered += service.Load({.seconds = std::max(1.0, share), .slates = 5}).answered;
    samples.emplace_back(answered, service.process().ResidentBytes());
  }
  service.StopAndCheck();
  const auto late = std::ranges::find_if(
      samples, [&](const auto& s) { return s.first >= static_cast<double>(answered) / 2; });
  // Bytes a request are as many MB a million requests.
  const auto [slope, error] = SlopeOf({late, samples.end()});
  BenchRow row{.name = "serve/memory",
               .value = slope,
               .unit = "MB/million requests",
               .low = slope - 2 * error,
               .high = slope + 2 * error,
               .bar = kGrowthBar + 2 * error};
  return LowerIsBetter(
      row, "growth in the second half of " + std::to_string(answered) + " requests, in the end " +
               Rounded(samples.back().second / 1e6, "%.0f MB; asked: at most ") +
               Rounded(kGrowthBar, "%.0f, and two standard errors of ") + Rounded(error, "%.1f"));
}

// The same with a generated catalogue of many items, of which a slate is drawn with exact scores of
// all. Categories and likes follow from ids, so that there is something to learn.
void WriteCatalogue(const fs::path& folder, int64_t items, int64_t users) {
  std::string rows = "user,item,time,rating,categories\n";
  rows.reserve(static_cast<size_t>(items) * 32);
  for (int64_t item = 0; item < items; ++item) {
    const int64_t user = item % users, category = item / users % 20;
    const bool like = (user + category) % 3 == 0 || item % 5 == 0;
    rows += std::to_string(user + 1) + ',' + std::to_string(item + 1) + ',' +
            std::to_string(1'600'000'000 + item) + (like ? ",5,g" : ",2,g") +
            std::to_string(category) + '\n';
  }
  WriteFileWhole(folder / "catalogue.csv", rows);
  WriteFileWhole(folder / "catalogue.toml",
                 "file = \"catalogue.csv\"\nuser = \"user\"\nitem = \"item\"\ntime = \"time\"\n"
                 "categories = \"categories\"\nsplit = \"user_order\"\n[[behaviour]]\n"
                 "name = \"like\"\ncolumn = \"rating\"\nat_least = 4\n");
}

std::vector<BenchRow> CatalogueRows(const BenchOptions& options, const fs::path& folder) {
  fs::create_directories(folder);
  const int64_t users = std::max<int64_t>(50, options.items / 200);
  WriteCatalogue(folder, options.items, users);
  const nlohmann::json run = TrainRun(
      folder,
      "[data]\nname = \"catalogue.toml\"\n[response_model]\nmodel = \"mf\"\nmf.epochs = 1\n"
      "[planner]\nname = \"none\"\n[agent]\nfactors.epochs = 1\nwarm_start.steps = 1\n[train]\n"
      "seeds = [1]\niterations = 24\nsessions = 64\nvalid_users = 1\nthreads = 2\n",
      folder / "cache");
  const std::string size = std::to_string(options.items);
  BenchRow train{.name = "train/items/" + size, .unit = "user-steps/s", .bar = kManyTrainBar};
  const fs::path trained = run.at("folder").get<std::string>();
  train.value = train.low = train.high =
      ParseJson(ReadFile(trained / "run.json")).at("cost").at("steps_per_second").get<double>();
  train.note = "ppo on two threads, exact slates";
  LoadedService service(folder, run.at("folder"), {}, folder / "cache");
  const BenchRow row =
      Measure("serve/p99/items-" + size, "ms", kManyItemsBar, options.repeats, [&] {
        return service.Load({.connections = 1, .seconds = kLoadSeconds, .users = users})
            .Milliseconds(0.99);
      });
  const std::string note = "99th percentile, exact scores, one request at a time; ready in " +
                           Rounded(service.process().seconds_to_ready(), "%.1f s, ") +
                           Rounded(service.process().ResidentBytes() / 1e6, "%.0f MB");
  service.StopAndCheck();
  return {LowerIsBetter(row, note), train};
}

}  // namespace

std::vector<BenchRow> BenchServe(const BenchOptions& options) {
  const TemporaryFolder folder;
  const auto train = [&](const std::string& planner) {
    return TrainRun(folder.path(),
                    "[planner]\nname = \"" + planner +
                        "\"\ncadence = 20\nllm.reflect = false\n[agent]\nwarm_start.steps = 1\n" +
                        "[train]\nseeds = [1]\niterations = 1\nsessions = 4\nslots = 4\n" +
                        "valid_users = 1\n")
        .at("folder")
        .get<std::string>();
  };
  const std::string run = train("none");
  std::vector<BenchRow> rows = {StartRow(options, folder.path(), run, "serve/start"),
                                StartRow(options, folder.path(), train("llm"), "serve/start/llm")};
  const auto add = [&rows](std::vector<BenchRow> more) {
    std::ranges::move(more, std::back_inserter(rows));
  };
  LoadedService service(folder.path() / "load", run, {"http.idle_timeout=3600"});
  rows.push_back(RateRow(options, service));
  add(PacedRows(options, service, "serve/p99", ""));
  add(IdleRows(options, service));
  service.StopAndCheck();
  rows.push_back(MemoryRow(options, folder.path(), run));
  add(CatalogueRows(options, folder.path() / "catalogue"));
  return rows;
}

}  // namespace lerl
