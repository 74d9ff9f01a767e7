#pragma once
// The checkpoint of a run, checkpoint.safetensors in its folder: agent and plan policy with
// everything that decides what they do next, and to which run they belong. It is written between
// iterations, whole or not at all.
//
// A run with train.keep = "best" has the best checkpoint so far beside it, best.safetensors. At the
// best point of the learning curve the checkpoint is written first and then copied, so that
// whenever the run is killed, either the copy is the best that the checkpoint names or the
// checkpoint is the best itself. When the run ends, the copy takes the checkpoint's place.

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "lerl/base/ranks.h"
#include "lerl/train/validation_record.h"
#include "lerl/train/world.h"

namespace lerl {

// What a run has done up to its checkpoint.
struct RunProgress {
  int64_t iterations = 0;
  int64_t user_steps = 0;
  std::optional<ValidationRecord> validation{};  // of a run that TrainConfig::judges() decides on
};

// A run: one configuration, one seed, one world. All must outlive it.
struct RunOwner {
  const World& world;
  const RunConfig& config;
  int64_t seed;
};

bool HasCheckpoint(const std::filesystem::path& folder);

void WriteCheckpoint(const RunOwner& owner, const RunProgress& progress, const Actors& actors,
                     const std::filesystem::path& folder);

// Loads agent and plan policy. Throws Error(kCheckpoint) when the checkpoint is damaged or belongs
// to another run.
RunProgress LoadCheckpoint(const RunOwner& owner, const std::filesystem::path& folder,
                           Actors& actors);

// The same on all ranks, of the checkpoint that rank 0 has in its folder: the others need none.
RunProgress LoadCheckpointOfFirst(Ranks& ranks, const RunOwner& owner,
                                  const std::filesystem::path& folder, Actors& actors);

// Copies the checkpoint to best.safetensors, or this back; removes it. Throw Error(kIo).
void KeepAsBest(const std::filesystem::path& folder);
void RestoreBest(const std::filesystem::path& folder);
void RemoveBest(const std::filesystem::path& folder);

// Throws Error(kCheckpoint) where the description of a run in the file `path` is no description or
// that of another run.
void RequireOwner(const nlohmann::json& about, const RunOwner& owner,
                  const std::filesystem::path& path);

// Throws Error(kCheckpoint) where a finished run lacks its checkpoint, which is its result.
void RequireCheckpoint(const std::filesystem::path& folder);

}  // namespace lerl
