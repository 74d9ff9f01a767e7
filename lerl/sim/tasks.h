#pragma once
// The tasks, one row each: what a session is and where its rewards come from. Command line, tests
// and docs iterate over this table.

#include <memory>
#include <span>
#include <string_view>

#include "lerl/sim/env.h"
#include "lerl/sim/evolving/evolving_users.h"
#include "lerl/sim/matrix/matrix_truth.h"
#include "lerl/sim/response/response_model.h"

namespace lerl {

// What an environment is made of; all must outlive it.
struct TaskContext {
  const Dataset& dataset;
  const Split& split;
  const ResponseModel& response_model;
  std::span<const float> item_vectors;  // [I, D] unit vectors (similarity)
  int threads = 1;
  const MatrixTruth* matrix = nullptr;      // of the matrix task
  const EvolvingUsers* evolving = nullptr;  // of the evolving-interest task
};

struct TaskRow {
  std::string_view name;
  std::string_view what;  // in one line
  std::string_view source;
  // Throws Error(kConfig) on an impossible setting.
  std::unique_ptr<Env> (*make)(const EnvConfig& config, const TaskContext& context, int slots);
};

std::span<const TaskRow> TaskRows();
std::unique_ptr<Env> MakeEnv(const EnvConfig& config, const TaskContext& context, int slots);

}  // namespace lerl
