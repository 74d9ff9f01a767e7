// lerl audit wishes: how well readers understand what users say they feel like.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "lerl/base/file.h"
#include "lerl/base/hash.h"
#include "lerl/cli/commands.h"
#include "lerl/cli/run_options.h"
#include "lerl/eval/audit/wishes_table.h"
#include "lerl/eval/comparison_cells.h"
#include "lerl/eval/ledger.h"

namespace lerl {
namespace {

struct WishesFlags {
  std::string config;
  std::vector<std::string> sets;
  HeldOutOptions held_out;
  WishesOptions audit;
  SeedOptions seeds;
  bool json = false;
  std::string out = "runs/wishes-audit";
};

void ExecuteWishes(WishesFlags flags) {
  flags.audit.seeds = flags.seeds.List();
  const ComparisonConfig config = ReadComparison(flags.config, flags.sets);
  RequireWritable(flags.out);
  const auto world = LoadWorld(config.rows.front().config, flags.held_out.Which());
  RequireHeldOut(world->split, world->judged);
  std::string command = "lerl audit wishes --config " + flags.config + flags.held_out.Text();
  for (const std::string& set : flags.sets) command += " --set '" + set + "'";
  const auto looks =
      RecordLook(flags.out, LookAt(*world, flags.audit.users, flags.audit.seeds, command,
                                   HashText("wishes " + ComparisonHash(config))));
  const WishesOutcome outcome = AuditWishes(*world, config, flags.audit);
  std::printf("%s\n", flags.json ? WishesJson(outcome, looks).dump(2).c_str()
                                 : WishesText(outcome, looks).c_str());
}

}  // namespace

void AddAuditWishesCommand(CLI::App& audit) {
  auto flags = std::make_shared<WishesFlags>();
  CLI::App* command =
      audit.add_subcommand("wishes", "how well readers of wishes understand what users say");
  command
      ->add_option("--config", flags->config,
                   "TOML file with [[rows]]; those are judged whose planner reads wishes")
      ->required();
  command->add_option("--set", flags->sets, "override settings in every row: --set a=1 b=2");
  flags->held_out.AddTo(*command, HeldOut::kValidation);
  flags->seeds.AddTo(*command, flags->audit.users, "sentences of each user");
  command->add_option("--out", flags->out, "folder of looks.jsonl")->capture_default_str();
  command->add_flag("--json", flags->json, "as JSON");
  command->footer(
      "Example:\n"
      "  lerl audit wishes --config configs/wishes_ml100k.toml --seeds 20\n"
      "Nobody plays: the sentences are those with which held-out users would begin their "
      "sessions,\n"
      "and what they name is known. Validation users speak in the phrasings to learn from, by\n"
      "which readers are chosen; test users in held-out ones, and each look at them is written to\n"
      "looks.jsonl and counted.");
  command->callback([flags] { ExecuteWishes(*flags); });
}

}  // namespace lerl
