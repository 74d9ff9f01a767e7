// lerl audit listening: up to which share of wrong answers a language model is worth listening to.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "lerl/base/file.h"
#include "lerl/base/hash.h"
#include "lerl/base/log.h"
#include "lerl/cli/commands.h"
#include "lerl/cli/run_options.h"
#include "lerl/eval/audit/listening_table.h"
#include "lerl/eval/ledger.h"

namespace lerl {
namespace {

struct ListeningFlags {
  RunOptions run;
  HeldOutOptions held_out;
  ListeningOptions audit;
  SeedOptions seeds;
  bool smoke = false, json = false;
  std::string out = "runs/listening";
};

Look LookOf(const ListeningFlags& flags, const RunConfig& config, const World& world) {
  const std::string what = "listening " + std::to_string(flags.audit.iterations) + " ";
  return LookAt(world, flags.audit.users, flags.audit.seeds,
                "lerl audit listening" + flags.run.Text() + flags.held_out.Text(),
                HashText(what + RowHash(config)));
}

void ExecuteListening(ListeningFlags flags) {
  flags.audit.out = flags.out;
  flags.audit.seeds = flags.seeds.List();
  const RunConfig config = flags.run.Read();
  RequireWritable(flags.out);
  RunConfig of_world = config;
  SetFields(of_world, {"env.task=evolving"});
  const std::unique_ptr<World> world = LoadWorld(of_world, flags.held_out.Which());
  RequireHeldOut(world->split, world->judged);
  if (flags.smoke) {
    flags.audit.users = std::min<int64_t>(flags.audit.users, 3);
    flags.audit.iterations = std::min<int64_t>(flags.audit.iterations, 1);
    flags.audit.seeds.resize(2);
  }
  RecordLook(flags.out, LookOf(flags, config, *world));
  const std::optional<ListeningOutcome> outcome = AuditListening(*world, config, flags.audit);
  if (!outcome) {
    LogInfo("stopped; the same command goes on from the cells in " + flags.out);
    throw Interrupted();
  }
  std::printf("%s\n", flags.json ? ListeningJson(*outcome).dump(2).c_str()
                                 : ListeningText(*outcome).c_str());
}

}  // namespace

void AddAuditListeningCommand(CLI::App& audit) {
  auto flags = std::make_shared<ListeningFlags>();
  CLI::App* command = audit.add_subcommand(
      "listening", "up to which share of wrong answers a language model is worth listening to");
  flags->run.AddTo(*command);
  flags->held_out.AddTo(*command, HeldOut::kValidation);
  flags->seeds.AddTo(*command, flags->audit.users, "how many");
  command
      ->add_option("--practice", flags->audit.iterations,
                   "iterations of 64 sessions that the planners learn from before they are judged")
      ->check(CLI::Range(0, 100000))
      ->capture_default_str();
  command->add_option("--out", flags->out, "folder of the cells and of looks.jsonl")
      ->capture_default_str();
  command->add_flag("--smoke", flags->smoke, "cut short, to see in seconds that everything runs");
  command->add_flag("--json", flags->json, "as JSON");
  command->footer(
      "Example:\n"
      "  lerl audit listening --config configs/ml100k_lerl.toml\n"
      "A scripted model that knows people answers wrongly in 0 to 60% of its answers, at random "
      "or\n"
      "by mistaking categories for one another. No language model runs. Held-out users are met at\n"
      "a cold start; `always` listens whatever happens, `gated` as planner.grounded learns to.\n"
      "The same command goes on after an interruption.");
  command->callback([flags] { ExecuteListening(*flags); });
}

}  // namespace lerl
