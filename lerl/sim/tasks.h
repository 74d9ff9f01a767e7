#pragma once
// The table of tasks, one row each: what a session is and where its rewards come from. The command
// line, the tests and the docs iterate over this table.

#include <memory>
#include <span>
#include <string_view>

#include "lerl/sim/env.h"
#include "lerl/sim/evolving/evolving_users.h"
#include "lerl/sim/matrix/matrix_truth.h"
#include "lerl/sim/response/response_model.h"

namespace lerl {

// What an environment is made of. All of it must outlive the environment.
struct TaskContext {
  const Dataset& dataset;
  const Split& split;
  const ResponseModel& response_model;
  std::span<const float> item_vectors;  // [I, D] unit vectors, for the similarity within a slate
  int threads = 1;
  const MatrixTruth* matrix = nullptr;      // where the task's row says needs_matrix
  const EvolvingUsers* evolving = nullptr;  // where it says needs_evolving
};

struct TaskRow {
  std::string_view name;
  std::string_view what;  // the task in one line
  std::string_view source;
  // Throws Error(kConfig) on an impossible setting.
  std::unique_ptr<Env> (*make)(const EnvConfig& config, const TaskContext& context, int slots);
  bool needs_matrix = false, needs_evolving = false;  // parts of the context
};

std::span<const TaskRow> TaskRows();
const TaskRow& FindTaskRow(std::string_view name);  // throws Error(kConfig)
// Throws Error(kConfig) where prices are to count (env.value_weight) in a data set without prices,
// or in a task whose rewards are not made of responses to items.
void RequirePrices(const EnvConfig& config, const Dataset& dataset);
// Makes the environment of config.task. Throws Error(kConfig) on an unknown task, and names the
// nearest known one.
std::unique_ptr<Env> MakeEnv(const EnvConfig& config, const TaskContext& context, int slots);

}  // namespace lerl
