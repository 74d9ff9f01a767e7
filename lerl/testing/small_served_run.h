#pragma once
// For tests: a finished run on the small data set of small_world.h, trained once for a program, and
// its world with a guest, ready to be served.

#include <filesystem>
#include <memory>
#include <string>

#include "lerl/serve/guest.h"
#include "lerl/testing/small_world.h"
#include "lerl/train/trainer.h"

namespace lerl {

class SmallServedRun {
 public:
  static const SmallServedRun& Get() {
    static const SmallServedRun run;
    return run;
  }
  const std::filesystem::path& folder() const { return run_folder_; }
  const std::shared_ptr<const World>& world() const { return world_; }
  int32_t guest() const { return guest_; }
  // A copy of the run's folder, for tests that change it.
  std::filesystem::path CopyTo(const std::filesystem::path& folder) const {
    std::filesystem::create_directories(folder.parent_path());
    std::filesystem::copy(run_folder_, folder, std::filesystem::copy_options::recursive);
    return folder;
  }

 private:
  SmallServedRun() {
    WriteTinyCsv(folder_);
    const RunConfig config = ReadRunConfig(
        RunSource(folder_.Write("run.toml", kTinyConfig)).With({"planner.name=random"}));
    std::unique_ptr<World> world = LoadWorld(config);
    run_folder_ = folder_.path() / "seed-1";
    const auto quietly = [](int64_t, const std::string&) {};
    Train(*world, config, 1, run_folder_, Resume::kNever, quietly);
    guest_ = AddGuest(*world);
    world_ = std::move(world);
  }

  TestFolder folder_;
  std::filesystem::path run_folder_;
  std::shared_ptr<const World> world_;
  int32_t guest_ = 0;
};

}  // namespace lerl
