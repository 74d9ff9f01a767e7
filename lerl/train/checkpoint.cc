#include "lerl/train/checkpoint.h"

#include <nlohmann/json.hpp>
#include <string>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/json_text.h"
#include "lerl/base/random_id.h"
#include "lerl/base/tensor_file.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr char kCheckpointFile[] = "checkpoint.safetensors", kBestFile[] = "best.safetensors";

[[noreturn]] void Refuse(const fs::path& path, const std::string& what) {
  throw Error(ErrorKind::kCheckpoint, path.string() + ": " + what);
}

RunProgress ProgressOf(const Json& about) {
  RunProgress progress{.iterations = about.at("iteration"), .user_steps = about.at("user_steps")};
  LERL_CHECK(progress.iterations >= 0 && progress.user_steps >= 0);
  if (about.contains("validation")) {
    const Json& record = about["validation"];
    progress.validation = {.best_iteration = record.at("best_iteration"),
                           .best = record.at("best"),
                           .since_best = record.at("since_best")};
  }
  return progress;
}

}  // namespace

bool HasCheckpoint(const fs::path& folder) { return fs::exists(folder / kCheckpointFile); }

void WriteCheckpoint(const RunOwner& owner, const RunProgress& progress, const Actors& actors,
                     const fs::path& folder) {
  TensorFile file;
  file.kind = "checkpoint";
  Json about = {{"train_hash", TrainHash(owner.config)},
                {"dataset", owner.world.fingerprint},
                {"seed", owner.seed},
                {"iteration", progress.iterations},
                {"user_steps", progress.user_steps}};
  if (const auto& record = progress.validation)
    about["validation"] = {{"best_iteration", record->best_iteration},
                           {"best", record->best},
                           {"since_best", record->since_best}};
  file.description = about.dump();
  actors.agent->Save(file);
  actors.plans->Save(file);
  WriteTensorFile(folder / kCheckpointFile, file);
}

RunProgress LoadCheckpoint(const RunOwner& owner, const fs::path& folder, Actors& actors) {
  const fs::path path = folder / kCheckpointFile;
  const TensorFile file = ReadTensorFile(path, "checkpoint");
  const Json about = TryParseJson(file.description);
  RequireOwner(about, owner, path);
  // A file with the right checksum may still hold anything.
  try {
    actors.agent->Load(file);
    actors.plans->Load(file);
    return ProgressOf(about);
  } catch (const std::exception& error) {
    Refuse(path, std::string("cannot be loaded (") + error.what() + "); train again");
  }
}

RunProgress LoadCheckpointOfFirst(Ranks& ranks, const RunOwner& owner, const fs::path& folder,
                                  Actors& actors) {
  if (ranks.first()) {
    const RunProgress progress = LoadCheckpoint(owner, folder, actors);
    if (!ranks.alone()) ranks.FromFirst(ReadFile(folder / kCheckpointFile));
    return progress;
  }
  const fs::path own = fs::temp_directory_path() / ("lerl-rank-" + RandomId());
  const std::string bytes = ranks.FromFirst("");
  struct Removed {
    const fs::path& path;
    ~Removed() {
      std::error_code ignored;
      fs::remove_all(path, ignored);
    }
  } const removed{own};
  WriteFileWhole(own / kCheckpointFile, bytes);
  return LoadCheckpoint(owner, own, actors);
}

void KeepAsBest(const fs::path& folder) {
  WriteFileWhole(folder / kBestFile, ReadFile(folder / kCheckpointFile));
}

void RestoreBest(const fs::path& folder) {
  WriteFileWhole(folder / kCheckpointFile, ReadFile(folder / kBestFile));
}

void RemoveBest(const fs::path& folder) { fs::remove(folder / kBestFile); }

void RequireOwner(const Json& about, const RunOwner& owner, const fs::path& path) {
  if (!about.is_object()) Refuse(path, "damaged description; train again");
  if (TextOf(about, "dataset") != owner.world.fingerprint)
    Refuse(path, "made on another data set (or another version of " + owner.world.dataset.name +
                     "); train again, or restore the data");
  if (TextOf(about, "train_hash") != TrainHash(owner.config) ||
      MemberOf(about, "seed") != Json(owner.seed))
    Refuse(path, "made with another configuration or seed; choose another folder with --out");
}

void RequireCheckpoint(const fs::path& folder) {
  try {
    ReadTensorFile(folder / kCheckpointFile, "checkpoint");
  } catch (const Error& error) {
    Refuse(folder, std::string("a finished run without its checkpoint (") + error.what() +
                       "); delete the folder and train again");
  }
}

}  // namespace lerl
