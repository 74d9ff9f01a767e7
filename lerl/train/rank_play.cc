#include "lerl/train/rank_play.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/hash.h"
#include "lerl/base/index.h"
#include "lerl/base/json_text.h"
#include "lerl/base/registry.h"
#include "lerl/base/version.h"

namespace lerl {
namespace {

void RequireEven(const std::string& setting, int64_t count, int ranks) {
  if (count % ranks == 0) return;
  throw Error(ErrorKind::kConfig, setting + ": " + std::to_string(count) +
                                      " can't be dealt out evenly to " + std::to_string(ranks) +
                                      " ranks; make it a multiple");
}

void RequireAgent(const AgentRow& row) {
  if (row.over_ranks || !row.learns) return;
  Names able;
  for (const AgentRow& other : AgentRows())
    if (other.over_ranks) able.emplace_back(other.name);
  throw Error(ErrorKind::kConfig, "agent.name: '" + std::string(row.name) +
                                      "' does not learn over ranks; train it in one process. "
                                      "These do: " +
                                      JoinNames(able));
}

void RequirePlanner(const PlannerConfig& config) {
  const PlannerRow& row = FindPlannerRow(config.name);
  if (!row.has_teacher && (!AsksLanguageModel(config) || LooksPlansUp(config))) return;
  throw Error(ErrorKind::kConfig,
              "planner.name: '" + config.name +
                  "' keeps answers of its own, which would differ between ranks; ask the language "
                  "model beforehand (planner 'llm_table'), or train in one process");
}

// Counts and columns of a rank's log, as bytes.
std::string BytesOfLog(const SessionLog& log) {
  std::string bytes;
  VisitColumns(log, [&](const char* /*name*/, const auto& column) {
    const auto raw = std::as_bytes(std::span(column));
    bytes.append(reinterpret_cast<const char*>(raw.data()), raw.size());
  });
  return bytes;
}

// The logs of all ranks as one. `own` has what is the same in all of them.
SessionLog JoinLogs(std::span<const std::string> logs, const SessionLog& own, int64_t sessions) {
  SessionLog all = own;
  all.Resize(sessions, own.max_steps, own.slate, own.categories, own.action_width);
  std::vector<size_t> at(logs.size(), 0);
  VisitColumns(all, [&](const char* /*name*/, auto& column) {
    char* to = reinterpret_cast<char*>(column.data());
    const size_t of_session = column.size() * sizeof(column[0]) / At(sessions);
    for (size_t rank = 0; rank < logs.size(); ++rank) {
      const auto r = static_cast<int64_t>(rank), w = std::ssize(logs);
      const size_t size = At((r + 1) * sessions / w - r * sessions / w) * of_session;
      LERL_CHECK(at[rank] + size <= logs[rank].size());
      std::memcpy(to, logs[rank].data() + at[rank], size);
      at[rank] += size, to += size;
    }
  });
  return all;
}

}  // namespace

void RequireOverRanks(const RunConfig& config, int ranks) {
  if (ranks == 1) return;
  RequireAgent(FindAgentRow(config.agent.name));
  RequirePlanner(config.planner);
  RequireEven("train.sessions", config.train.sessions, ranks);
  RequireEven("train.slots", config.train.slots, ranks);
}

void RequireSameRun(Ranks& ranks, const RunConfig& config, const std::string& flags) {
  if (ranks.alone()) return;
  const std::string advice = "start all ranks with the same command";
  RequireAlike(ranks, "the commit of the program", Commit(), advice);
  RequireAlike(ranks, "the command line", flags, advice);
  nlohmann::json own = ConfigToJson(config);
  own["train"].erase("threads");  // machines may have different numbers of cores
  const std::vector<std::string> all = ranks.Gather(own.dump());
  const nlohmann::json first = ParseJson(all[0]);
  for (size_t rank = 1; rank < all.size(); ++rank) {
    const nlohmann::json difference = nlohmann::json::diff(first, ParseJson(all[rank]));
    if (difference.empty()) continue;
    std::string setting = difference[0]["path"].get<std::string>().substr(1);
    std::ranges::replace(setting, '/', '.');
    throw Error(ErrorKind::kUnusable, "the configuration differs between ranks: " + setting +
                                          " of rank " + std::to_string(rank) +
                                          " is not that of rank 0; " + advice);
  }
}

void RequireSameWorld(Ranks& ranks, const World& world) {
  if (ranks.alone()) return;
  const auto hash = [](const auto& values) {
    return HexText(Hash(std::as_bytes(std::span(values))));
  };
  std::string response;
  for (const auto& [name, array] : world.response_model->ToFile().arrays)
    response += name + hash(array.bytes);
  const std::string advice =
      "give all machines the same data, and what was fitted to them: copy the cache of one";
  RequireAlike(ranks, "the data set", world.fingerprint, advice);
  RequireAlike(ranks, "the response model", HashText(response), advice);
  RequireAlike(ranks, "the item vectors", hash(world.factors.vectors) + hash(world.unit_vectors),
               advice);
}

RunConfig ConfigOfRank(RunConfig config, const Ranks& ranks) {
  config.train.slots = std::max<int64_t>(1, config.train.slots / ranks.size());
  return config;
}

SessionLog PlayOverRanks(Ranks& ranks, const Dataset& dataset, const Actors& actors,
                         std::span<const SessionSpec> sessions, const PlayOptions& options) {
  const auto play = [&](std::span<const SessionSpec> part) {
    return PlaySessions(dataset, *actors.env, *actors.agent, *actors.plans, part, options);
  };
  if (ranks.alone()) return play(sessions);
  // 1. This rank's part, with the plans counted apart.
  PlanCounts counts = actors.plans->counts();
  actors.plans->ResetCounts();
  const auto [begin, end] = PartOf(std::ssize(sessions), ranks);
  const SessionLog own = play(sessions.subspan(At(begin), At(end - begin)));
  // 2. Everybody's counts and logs.
  for (const std::string& text : ranks.Gather(actors.plans->counts().ToText()))
    counts.Add(PlanCounts::FromText(text));
  actors.plans->SetCounts(std::move(counts));
  return JoinLogs(ranks.Gather(BytesOfLog(own)), own, std::ssize(sessions));
}

void RequireSameAgent(Ranks& ranks, const Agent& agent) {
  if (ranks.alone()) return;
  TensorFile file;
  agent.Save(file);
  std::string hashes;
  for (const auto& [name, array] : file.arrays)
    hashes += name + HexText(Hash(std::as_bytes(std::span(array.bytes))));
  RequireAlike(ranks, "what the agent has learned", HashText(hashes),
               "the ranks must run on processors of one kind; go on with --resume from the last "
               "checkpoint");
}

}  // namespace lerl
