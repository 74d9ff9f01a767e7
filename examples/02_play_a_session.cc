// Plays one whole session: a planner says which categories, an agent picks the items, the learned
// user responds until it leaves.

#include <cstdio>

#include "lerl/train/player.h"
#include "lerl/train/run_config.h"
#include "lerl/train/world.h"

int main() {
  // Settings come from a file; each can be overridden, as with --set on the command line.
  const lerl::RunConfig config = lerl::ReadRunConfig(lerl::ConfigSource::FromFile(
      "tests/data/shop/run.toml", {"agent.name=popularity", "planner.name=round_robin",
                                   "env.budget=4", "env.exclude_history=false"}));

  // Data, split and the learned user are shared by all runs; environment, agent and planner are
  // one run's own. Test users play only where a world is loaded to judge by them.
  const auto world = lerl::LoadWorld(config, lerl::HeldOut::kTest);
  const lerl::Actors actors = lerl::MakeActors(*world, config, /*seed=*/1);

  const lerl::SessionSpec session = {.user = world->split.test_users[0], .seed = 7};
  const lerl::SessionLog log = lerl::PlaySessions(world->dataset, *actors.env, *actors.agent,
                                                  *actors.plans, {&session, 1}, {});

  const lerl::Dataset& shop = world->dataset;
  std::printf("user %s\n", shop.user_ids[static_cast<size_t>(session.user)].c_str());
  for (int64_t step = 0; step < log.length[0]; ++step) {
    const size_t cell = log.Cell(0, step);
    std::printf("step %ld  plan:", step);
    for (size_t c = 0; c < shop.categories.size(); ++c)
      if (log.plan[cell * shop.categories.size() + c] != 0)
        std::printf(" %s", shop.categories[c].c_str());
    std::printf("  shown:");
    for (int64_t k = 0; k < log.slate; ++k) {
      const auto at = cell * static_cast<size_t>(log.slate) + static_cast<size_t>(k);
      std::printf(" %s%s", shop.item_ids[static_cast<size_t>(log.items[at])].c_str(),
                  log.responses[at] != 0 ? "*" : "");
    }
    std::printf("\n");
  }
  std::printf("%s after %d steps (* liked)\n",
              log.terminated[0] != 0 ? "the user left" : "the session was cut", log.length[0]);
}
