#pragma once
// For tests of learning from a service: a run on the small data set of small_world.h, and people
// whom the data don't know, who are served by it into a store. Everything follows from the seed.

#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "lerl/base/rng.h"
#include "lerl/serve/past_sessions.h"
#include "lerl/serve/recommender.h"
#include "lerl/testing/small_world.h"
#include "lerl/train/trainer.h"

namespace lerl {

// All sessions of a store.
inline const EventsToJudge kAllSessions = {.to_us = std::numeric_limits<int64_t>::max(),
                                           .policy = ""};

// The chance that somebody likes an item of these categories.
using Taste = std::function<double(std::span<const int32_t> categories)>;

class ServedPeople {
 public:
  explicit ServedPeople(const std::vector<std::string>& sets = {}) {
    WriteTinyCsv(folder_);
    std::vector<std::string> all = {"planner.name=none", "agent.factors.factors=8",
                                    "agent.factors.epochs=20"};
    all.insert(all.end(), sets.begin(), sets.end());
    const RunConfig config =
        ReadRunConfig(RunSource(folder_.Write("run.toml", kTinyConfig)).With(all));
    const auto world = LoadWorld(config);
    run_ = folder_.path() / "runs" / "served" / "seed-1";
    Train(*world, config, 1, run_, Resume::kNever, [](int64_t, const std::string&) {});
    dataset_ = world->dataset;
  }
  const std::filesystem::path& run() const { return run_; }
  std::filesystem::path out() const { return folder_.path() / "runs"; }
  std::filesystem::path file(const std::string& name) const { return folder_.path() / name; }
  const Dataset& dataset() const { return dataset_; }

  struct Visit {
    int64_t people = 100, steps = 6;
    uint64_t seed = 1;
    double temperature = 0.7;
    bool late = false;  // the answer to the first item of a slate comes a slate too late
  };
  // Serves a session to each of some new people, and returns the mean share that they liked.
  double Serve(EventStore& store, const std::filesystem::path& run, const Taste& taste,
               const Visit& visit) {
    Recommender service(store, {{"policy", run}}, {.policy = {.temperature = visit.temperature}},
                        [this] { return now_us_ += 1000; });
    double liked = 0;
    for (int64_t person = 0; person < visit.people; ++person) {
      const std::string name = std::to_string(visit.seed) + "-" + std::to_string(person);
      Rng rng(visit.seed, "answers", static_cast<uint64_t>(person));
      const std::string id = "session " + name + " " + run.parent_path().filename().string();
      store.AddSession({.id = id,
                        .user = "person " + name,
                        .policy = "policy",
                        .seed = rng.Next() >> 1,
                        .started_us = now_us_ += 1000,
                        .end = ""});
      std::vector<FeedbackRecord> late;
      for (int64_t step = 0; step < visit.steps; ++step) {
        const SlateRecord slate = service.Recommend(id, {});
        const std::string at = id + " " + std::to_string(step) + " ";
        std::vector<FeedbackRecord> said;
        for (const std::string& item : slate.items) {
          const bool likes = rng.Bernoulli(taste(CategoriesOf(item)));
          liked += likes;
          FeedbackRecord record;
          record.event = at;
          record.event += item;
          record.step = slate.step;
          record.item = item;
          record.behaviours = {{"like", likes ? 1.0 : 0.0}};
          said.push_back(record);
        }
        said.insert(said.end(), late.begin(), late.end());
        late.clear();
        if (visit.late) {
          late.push_back(said[0]);
          said.erase(said.begin());
        }
        service.TakeFeedback(id, said);
      }
      service.End(id);
    }
    return liked / static_cast<double>(visit.people * visit.steps * 3);
  }

 private:
  std::span<const int32_t> CategoriesOf(const std::string& item) const {
    const auto found = std::ranges::find(dataset_.item_ids, item);
    return dataset_.CategoriesOf(found - dataset_.item_ids.begin());
  }

  TestFolder folder_;
  std::filesystem::path run_;
  Dataset dataset_;
  int64_t now_us_ = 1'000'000;
};

}  // namespace lerl
