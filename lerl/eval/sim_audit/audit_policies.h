#pragma once
// The policies that the audit plays, none of which learns in the simulator, so that the audit takes
// minutes and judges the simulator and not a training:
//
//   random          uniform items
//   popularity      items by their likes in the training rows
//   logging_like    items drawn in proportion to how often the log showed them to users who are
//                   about as active
//   factors         best items by the policy side's factorisation (mmr with lambda = 1)
//   mmr             the same with diversity (agents/mmr.h)
//   round_robin     mmr inside plans of categories in turn
//   random_plan     mmr inside random plans
//   own_history     mmr inside plans of the user's favourite categories
//   greedy          ORACLE: best items by the simulator itself, for the spread alone
//
// The draw of logging_like is that of the log's own policy as far as the log tells: for item i and
// a user of the third g of the users by training rows
//
//   P(i | g) = n_gi / sum_j n_gj,   n_gi: training rows of item i by users of g
//
// drawn without replacement within a slate (Gumbel top-K: Kool et al., ICML 2019). Items without a
// row of g are shown last.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lerl/agents/agent.h"
#include "lerl/eval/statistics.h"
#include "lerl/nn/matrix_factorisation.h"
#include "lerl/train/world.h"

namespace lerl {

struct AuditPolicy {
  std::string name, agent, planner;
  std::vector<std::string> sets = {};  // further settings
  bool oracle = false;
};

// All of them, in the order of the list above.
std::vector<AuditPolicy> AuditPolicies();
// The names of those that are no oracles.
std::vector<std::string> RankedPolicies();

struct AuditPlay {
  int64_t users = 100;  // validation users at most
  std::vector<int64_t> seeds = {1, 2, 3};
};

// The sessions [seeds] of a policy in `truth`, the simulator; `world` is what policies know.
std::vector<SessionLog> PlayAuditPolicy(const World& world, const World& truth, RunConfig config,
                                        const AuditPolicy& policy, const AuditPlay& play);

// The same for an agent of the caller's, without plans.
std::vector<SessionLog> PlayAgent(const World& world, const World& truth, RunConfig config,
                                  std::unique_ptr<Agent> agent, const AuditPlay& play);

// One policy's R_cum and mean expected reward per step, per session.
struct PolicyFigures {
  std::string name;
  CrossedTable reward;    // R_cum
  CrossedTable per_step;  // R_cum / T_int of the same session
};
PolicyFigures FiguresOf(const std::string& name, const std::vector<SessionLog>& logs);

// All ranked policies, or with `with_oracle` all of them.
std::vector<PolicyFigures> PlayAll(const World& world, const World& truth, const RunConfig& config,
                                   const AuditPlay& play, bool with_oracle = false);

std::unique_ptr<Agent> MakeLoggingLike(const Dataset& dataset, const Split& split);
// Shows the items of the highest sign * logit; for the counterfactual check.
std::unique_ptr<Agent> MakeModelAgent(std::shared_ptr<const MfModel> model, float sign);
// Shows the items of the highest of these scores [I] to everybody.
std::unique_ptr<Agent> MakeScoreAgent(std::vector<float> scores);

// [U] the third of the users by training rows, 0 (fewest) to 2.
std::vector<int> ActivityThirds(const Dataset& dataset, const Split& split);

}  // namespace lerl
