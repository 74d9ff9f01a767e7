#pragma once
// The checkpoint of a run, checkpoint.safetensors in its folder: agent and plan policy with
// everything that decides what they do next, and to which run they belong. It is written between
// iterations, whole or not at all.

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>

#include "lerl/train/world.h"

namespace lerl {

// What a run has done up to its checkpoint.
struct RunProgress {
  int64_t iterations = 0;
  int64_t user_steps = 0;
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

// Throws Error(kCheckpoint) where the description of a run in the file `path` is no description or
// that of another run.
void RequireOwner(const nlohmann::json& about, const RunOwner& owner,
                  const std::filesystem::path& path);

// Throws Error(kCheckpoint) where a finished run lacks its checkpoint, which is its result.
void RequireCheckpoint(const std::filesystem::path& folder);

}  // namespace lerl
