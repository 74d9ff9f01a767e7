#include "lerl/agents/agent.h"

#include "lerl/base/check.h"

namespace lerl {

UpdateStats Agent::Update(const SessionLog&) {
  FailCheck(__FILE__, __LINE__, name() + " does not learn from sessions");
}

UpdateStats Agent::WarmStart() { return {}; }

}  // namespace lerl
