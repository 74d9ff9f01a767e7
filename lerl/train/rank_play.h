#pragma once
// Training over ranks (base/ranks.h): what of a run each of them does, so that they come to what
// one process with the same settings comes to.
//
//   play    All ranks draw the same sessions, users and seeds. Of N sessions in a row rank r of W
//           plays its part, on 1/W of the slots; what a session draws depends on its own seed, not
//           on its slot. Then every rank gets the log of all sessions, in their order, and the
//           counts of all plans. So what is learned, counted, reflected on or recorded from a log
//           is the same on all ranks.
//   learn   The agent shares its minibatches (agents/learning/actor_critic_agent.h).
//   keep    Rank 0 alone writes the run's folder; what is read there it hands to the others.
//
// Why not all agents and planners: one that learns from what it alone has drawn or asked would come
// apart from that of the other ranks.

#include <span>
#include <string>

#include "lerl/base/ranks.h"
#include "lerl/train/player.h"
#include "lerl/train/world.h"

namespace lerl {

// Throws Error(kConfig) where ranks can't train a configuration together: its agent or its planner
// can't, or its sessions or slots can't be dealt out evenly.
void RequireOverRanks(const RunConfig& config, int ranks);

// Throws Error(kUnusable) on all ranks, naming a setting, where one of them was started with other
// settings, another program or other flags than rank 0. `flags` is shown.
void RequireSameRun(Ranks& ranks, const RunConfig& config, const std::string& flags);
// The same of the world: the data, and what was fitted to them.
void RequireSameWorld(Ranks& ranks, const World& world);

// The same configuration with a rank's share of the slots.
RunConfig ConfigOfRank(RunConfig config, const Ranks& ranks);

// PlaySessions by all ranks: each plays its part. All get the same log, and the same counts of
// plans in `actors.plans`.
SessionLog PlayOverRanks(Ranks& ranks, const Dataset& dataset, const Actors& actors,
                         std::span<const SessionSpec> sessions, const PlayOptions& options);

// Throws Error(kUnusable) where the agents of two ranks are not the same to the bit.
void RequireSameAgent(Ranks& ranks, const Agent& agent);

}  // namespace lerl
