#include "lerl/sim/tasks.h"

#include <array>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/registry.h"
#include "lerl/sim/cross_session_env.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/evolving/evolving_env.h"
#include "lerl/sim/matrix/matrix_env.h"
#include "lerl/sim/session_env.h"

namespace lerl {
namespace {

constexpr std::array<TaskRow, 5> kTaskRows{{
    {"whole_session", "a learned response model answers until a leave rule ends the session",
     "LERL, arXiv 2601.19585; KuaiSim, arXiv 2309.12645",
     [](const EnvConfig& config, const TaskContext& context, int slots) -> std::unique_ptr<Env> {
       return std::make_unique<SessionEnv>(context.dataset, context.split, context.response_model,
                                           context.item_vectors, config, slots, context.threads);
     }},
    // A budget of one interaction: the answer ends the session, and nothing is bootstrapped.
    {"request", "one slate per user, who then has left; leave rules don't matter",
     "request level of KuaiSim, arXiv 2309.12645",
     [](const EnvConfig& config, const TaskContext& context, int slots) -> std::unique_ptr<Env> {
       EnvConfig single = config;
       single.rules = {"lerl"};
       single.budget = 1;
       return std::make_unique<SessionEnv>(context.dataset, context.split, context.response_model,
                                           context.item_vectors, single, slots, context.threads);
     }},
    {"cross_session", "several whole sessions in a row; the better one was, the sooner the next",
     "KuaiSim, arXiv 2309.12645; RLUR, arXiv 2302.01724",
     [](const EnvConfig& config, const TaskContext& context, int slots) -> std::unique_ptr<Env> {
       return std::make_unique<CrossSessionEnv>(context.dataset, context.split,
                                                context.response_model, context.item_vectors,
                                                config, slots, context.threads);
     }},
    {"matrix", "a full user x item matrix gives the rewards, leave rules end the session",
     "CIRS, arXiv 2204.01266; DORL, arXiv 2307.04571; EasyRL4Rec, arXiv 2402.15164",
     [](const EnvConfig& config, const TaskContext& context, int slots) -> std::unique_ptr<Env> {
       LERL_CHECK(context.matrix != nullptr);
       return std::make_unique<MatrixEnv>(context.dataset, context.split, *context.matrix, config,
                                          slots);
     },
     /*needs_matrix=*/true},
    {"evolving", "known interests that change with what is shown; users leave in a bad mood",
     "ours",
     [](const EnvConfig& config, const TaskContext& context, int slots) -> std::unique_ptr<Env> {
       LERL_CHECK(context.evolving != nullptr);
       return std::make_unique<EvolvingEnv>(context.dataset, context.split, *context.evolving,
                                            config, slots, context.threads);
     },
     /*needs_matrix=*/false,
     /*needs_evolving=*/true},
}};

}  // namespace

Names TaskNames() { return RowNames(TaskRows()); }

std::span<const TaskRow> TaskRows() { return kTaskRows; }

const TaskRow& FindTaskRow(std::string_view name) {
  return FindRow(TaskRows(), name, "env.task", "task");
}

void RequirePrices(const EnvConfig& config, const Dataset& dataset) {
  const TaskRow& row = FindTaskRow(config.task);
  if (config.value_weight > 0 && (row.needs_matrix || row.needs_evolving))
    throw Error(ErrorKind::kConfig, "env.value_weight: the rewards of the task " + config.task +
                                        " know no prices; set env.value_weight = 0, or env.task = "
                                        "\"whole_session\"");
  PriceFactors(config, dataset);
}

std::unique_ptr<Env> MakeEnv(const EnvConfig& config, const TaskContext& context, int slots) {
  RequirePrices(config, context.dataset);
  return FindTaskRow(config.task).make(config, context, slots);
}

}  // namespace lerl
