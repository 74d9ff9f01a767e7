#include "lerl/train/divergence.h"

#include <cmath>
#include <string>

#include "lerl/base/error.h"

namespace lerl {

UpdateStats InIteration(int64_t iteration, const Agent& agent,
                        const std::function<UpdateStats()>& work) {
  const std::string where =
      "iteration " + std::to_string(iteration) + (iteration == 0 ? " (warm start): " : ": ");
  UpdateStats stats;
  try {
    stats = work();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kUnusable) throw;
    throw Error(ErrorKind::kUnusable, where + error.what());
  }
  for (const auto& [name, value] : stats)
    if (!std::isfinite(value))
      throw Error(ErrorKind::kUnusable, where + "agent '" + agent.name() + "' diverged: its " +
                                            name + " is not finite; lower its learning rates");
  return stats;
}

}  // namespace lerl
