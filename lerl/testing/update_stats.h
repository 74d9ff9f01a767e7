#pragma once
// For tests: reads what a learning agent reports.

#include <string_view>

#include "lerl/agents/agent.h"
#include "lerl/base/check.h"

namespace lerl {

// The statistic of this name. It must be there.
inline double StatOf(const UpdateStats& stats, std::string_view name) {
  for (const auto& [known, value] : stats)
    if (known == name) return value;
  LERL_CHECK(false);
  return 0;
}

}  // namespace lerl
