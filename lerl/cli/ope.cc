// lerl ope: what a policy would have earned, from the log of the one that was served.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/base/progress.h"
#include "lerl/cli/commands.h"
#include "lerl/cli/event_options.h"
#include "lerl/eval/interval_json.h"
#include "lerl/eval/off_policy/served_slates.h"
#include "lerl/serve/guest.h"
#include "lerl/serve/judged_events.h"

namespace lerl {
namespace {

struct OpeFlags {
  StoreOption store;
  TimeOptions time;
  std::string run, logged_by;
  // What the policy would choose, not what it would try. Nobody waits, so that a language model has
  // the time that it takes.
  ServedPolicyConfig policy = {
      .plan_deadline_ms = 60000, .new_items = 0, .waits_for_planner = true};
  bool json = false;
};

// What stands in for a planner is another policy.
void RequireItsOwnPlans(const PlannerHealth& health) {
  const int64_t others = health.kept + health.fallback;
  if (others > 0)
    throw Error(ErrorKind::kUnusable,
                "lerl ope: the planner gave no plan of its own for " + std::to_string(others) +
                    " of " + std::to_string(others + health.in_time) + " slates" +
                    (health.last_failure.empty() ? "" : ": " + health.last_failure) +
                    "; so nothing is said of the policy");
}

JudgedEvents Judged(const OpeFlags& flags) {
  const ServedRun run = ReadServedRun(flags.run);
  std::unique_ptr<World> data = LoadWorld(run.config);
  AddGuest(*data);
  const std::unique_ptr<EventStore> store = flags.store.Open();
  ServedWorld served = WithStoredItems(std::move(data), store->Items());
  served.items.withdrawn.clear();  // what is withdrawn by now was there when it was shown
  ServedPolicy policy(served.world, run, flags.policy, served.items);
  Progress progress("judge", store->Size().sessions, "sessions");
  JudgedEvents events = JudgeEvents(
      *store, *CatalogOf(served),
      {.from_us = flags.time.FromUs(), .to_us = flags.time.ToUs(), .policy = flags.logged_by},
      policy, [&](int64_t done) { progress.Advance(done); });
  if (policy.deadline_planner() != nullptr) RequireItsOwnPlans(policy.deadline_planner()->Health());
  return events;
}

void PrintOpeJson(const JudgedEvents& events, const OffPolicyEstimate& estimate) {
  const nlohmann::json json = {{"sessions", events.sessions},
                               {"slates", estimate.slates},
                               {"users", estimate.users},
                               {"unknown", events.unknown},
                               {"deterministic", events.deterministic},
                               {"logged", IntervalJson(estimate.logged)},
                               {"mean_weight", IntervalJson(estimate.mean_weight)},
                               {"effective_slates", estimate.effective_slates},
                               {"effective_cascade", estimate.effective_cascade},
                               {"ips", IntervalJson(estimate.ips)},
                               {"snips", IntervalJson(estimate.snips)},
                               {"dr", IntervalJson(estimate.dr)},
                               {"cascade", IntervalJson(estimate.cascade)},
                               {"no_ips", estimate.no_ips},
                               {"no_cascade", estimate.no_cascade}};
  std::printf("%s\n", json.dump(2).c_str());
}

void PrintRow(const char* name, const std::optional<Interval>& interval, const std::string& why) {
  if (interval)
    std::printf("  %-10s %.4f [%.4f, %.4f]\n", name, interval->mean, interval->low, interval->high);
  else
    std::printf("  %-10s none: %s\n", name, why.c_str());
}

void PrintOpe(const JudgedEvents& events, const OffPolicyEstimate& estimate) {
  std::printf(
      "%lld slates of %lld sessions and %lld users; %lld more have items that the run's "
      "data don't know, %lld were not drawn\n",
      static_cast<long long>(estimate.slates), static_cast<long long>(events.sessions),
      static_cast<long long>(estimate.users), static_cast<long long>(events.unknown),
      static_cast<long long>(events.deterministic));
  std::printf("Share of items liked per slate, 95%% intervals over users:\n");
  PrintRow("logged", estimate.logged, "");
  PrintRow("IPS", estimate.ips, estimate.no_ips);
  PrintRow("SNIPS", estimate.snips, estimate.no_ips);
  PrintRow("DR", estimate.dr, estimate.no_ips);
  PrintRow("cascade", estimate.cascade, estimate.no_cascade);
  std::printf(
      "The log says as much as %.1f slates of the policy's own (cascade: %.1f); mean "
      "weight %.3f [%.3f, %.3f]\n",
      estimate.effective_slates, estimate.effective_cascade, estimate.mean_weight.mean,
      estimate.mean_weight.low, estimate.mean_weight.high);
}

void ExecuteOpe(const OpeFlags& flags) {
  const JudgedEvents events = Judged(flags);
  if (events.slates.empty())
    throw Error(ErrorKind::kData,
                "lerl ope: there is no slate to judge by in the store; name the right --store, "
                "and a --logged-by policy and times that have sessions");
  const OffPolicyEstimate estimate = EstimateOffPolicy(events.slates);
  if (flags.json)
    PrintOpeJson(events, estimate);
  else
    PrintOpe(events, estimate);
  if (!estimate.ips && !estimate.cascade)
    throw Error(ErrorKind::kUnusable, "lerl ope: no estimate: " + estimate.no_cascade);
}

}  // namespace

void AddOpeCommand(CLI::App& app) {
  auto flags = std::make_shared<OpeFlags>();
  CLI::App* command = app.add_subcommand(
      "ope", "what a policy would have earned, from the log of the one that was served");
  command->add_option("run", flags->run, "folder of the finished run that is judged");
  flags->store.AddTo(*command);
  flags->time.AddTo(*command);
  command->add_option("--logged-by", flags->logged_by, "only sessions that this policy served");
  command
      ->add_option("--temperature", flags->policy.temperature,
                   "at which the policy would be served")
      ->capture_default_str();
  command
      ->add_option("--show-again", flags->policy.show_again,
                   "when an item that was shown may come again")
      ->check(CLI::IsMember({"never", "next_session", "always"}))
      ->capture_default_str();
  command->add_flag("--json", flags->json, "as JSON");
  command->footer(
      "Example:\n"
      "  lerl ope runs/challenger/seed-1 --store runs/events.sqlite --logged-by champion\n"
      "Slates are judged in the states that the logged policy led to\n"
      "(eval/off_policy/served_slates.h says by which estimators). Where the log can't support an\n"
      "estimate there is none, with the reason, and the exit code is 10. `lerl ope log --help`\n"
      "judges policies by any other log with propensities.");
  AddOpeLogCommand(*command);
  command->callback([flags, command] {
    if (!command->get_subcommands().empty()) return;
    if (flags->run.empty())
      throw Error(ErrorKind::kUsage,
                  "lerl ope: the folder of the run that is judged is missing; of another log than "
                  "a service's, see lerl ope log");
    ExecuteOpe(*flags);
  });
}

}  // namespace lerl
