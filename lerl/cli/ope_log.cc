// lerl ope log: what policies would have earned, from any log with propensities.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/cli/commands.h"
#include "lerl/eval/off_policy/candidates.h"
#include "lerl/eval/off_policy/judge_log.h"
#include "lerl/eval/off_policy/log_report.h"
#include "lerl/eval/off_policy/read_log.h"

namespace lerl {
namespace {

struct OpeLogFlags {
  std::string file, format = "table", reward, slates = "product", model = "linear";
  std::string rank_at = "estimate";
  LogColumns columns;
  std::vector<std::string> candidates, truths, where;
  double train_share = 0.5;
  JudgeLogConfig judge;
  std::vector<double> rewards;
  bool json = false;
};

// NAME=VALUE.
std::pair<std::string, std::string> Assignment(const std::string& option, const std::string& text) {
  const size_t sign = text.find('=');
  if (sign == std::string::npos || sign == 0 || sign + 1 == text.size())
    throw Error(ErrorKind::kUsage, option + " " + text + ": write NAME=VALUE");
  return {text.substr(0, sign), text.substr(sign + 1)};
}

double NumberOf(const std::string& option, const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (*end != '\0' || !std::isfinite(value))
    throw Error(ErrorKind::kUsage, option + ": '" + text + "' is no number");
  return value;
}

// The columns of the format, with those that were named in their place.
LogColumns ColumnsOf(const OpeLogFlags& flags, const CLI::App& command) {
  LogColumns columns = flags.columns;
  if (flags.format == "open_bandit") columns = OpenBanditColumns();
  if (flags.format == "kuairand_random") columns = KuaiRandRandomColumns();
  if (flags.format == "service") {
    if (flags.reward.empty())
      throw Error(ErrorKind::kUsage,
                  "lerl ope log: --format service needs the behaviour that counts, such as "
                  "--reward like");
    columns = ServiceColumns(flags.reward);
  } else if (!flags.reward.empty()) {
    columns.reward = flags.reward;
  }
  columns.policies = flags.columns.policies;
  columns.actions = flags.columns.actions;
  columns.pool = flags.columns.pool;
  if (command.count("--context") > 0) columns.context = flags.columns.context;
  for (const std::string& text : flags.where) columns.where.push_back(Assignment("--where", text));
  return columns;
}

bool Learns(const std::string& candidate) {
  return candidate == "popularity" || candidate == "best";
}

// The policies that are asked for, and the rows that they are judged by.
struct PoliciesOnLog {
  ReadLogResult read;
  std::vector<JudgedPolicy> policies;
  int64_t train_rows = 0;
};

JudgedPolicy CandidateOf(const std::string& text, const ReadLogResult& judge,
                         const LoggedTable& train, const LogColumns& columns) {
  if (text == "logged") return LoggedPolicy(judge);
  if (judge.log.kind != LogKind::kDecisions)
    throw Error(ErrorKind::kUsage,
                "lerl ope log: candidate " + text +
                    " is for decisions; of sessions and slates name a column (--policy)");
  if (text == "uniform") return UniformPolicy(judge);
  if (text == "popularity") return PopularityPolicy(judge, train);
  if (text == "best") return BestPolicy(judge, train);
  const auto [name, file] = Assignment("--candidate", text);
  LogColumns others = columns;
  others.policies.clear();
  const ReadLogResult other = ReadLoggedRows(file, others, judge.log.actions);
  if (other.log.actions.size() != judge.log.actions.size())
    throw Error(ErrorKind::kData, file + ": it shows actions that the log never does, such as " +
                                      other.log.actions[judge.log.actions.size()] +
                                      "; a policy of it can't be judged");
  JudgedPolicy policy = PolicyOfLog(judge, other);
  policy.name = name;
  return policy;
}

// --truth NAME=VALUE.
void SetTruth(const std::string& text, std::vector<JudgedPolicy>& policies) {
  const auto [name, value] = Assignment("--truth", text);
  const auto found = std::ranges::find(policies, name, &JudgedPolicy::name);
  if (found == policies.end())
    throw Error(ErrorKind::kUsage, "--truth " + text + ": there is no policy " + name);
  found->truth = NumberOf("--truth " + text, value);
}

PoliciesOnLog PoliciesOf(const OpeLogFlags& flags, const LogColumns& columns) {
  PoliciesOnLog made;
  made.read = ReadLoggedRows(flags.file, columns);
  LoggedTable train;
  if (std::ranges::any_of(flags.candidates, Learns)) {
    TrainAndJudge parts = SplitByTime(made.read, flags.train_share);
    const ReadLogResult whole = std::move(made.read);
    made.read = std::move(parts.judge);
    made.read.left_out = whole.left_out;
    made.read.undrawn = whole.undrawn;
    train = std::move(parts.train.log);
    made.train_rows = train.rows();
  }
  made.policies = made.read.policies;
  for (const std::string& text : flags.candidates)
    made.policies.push_back(CandidateOf(text, made.read, train, columns));
  if (made.policies.empty())
    throw Error(ErrorKind::kUsage,
                "lerl ope log: no policy to judge; name columns of probabilities (--policy NAME) "
                "or candidates (--candidate uniform)");
  for (const std::string& text : flags.truths) SetTruth(text, made.policies);
  return made;
}

JudgeLogConfig ConfigOf(const OpeLogFlags& flags) {
  JudgeLogConfig config = flags.judge;
  config.model.logistic = flags.model == "logistic";
  config.slates = flags.slates == "product"      ? SlateForm::kProduct
                  : flags.slates == "sequential" ? SlateForm::kSequential
                                                 : SlateForm::kDrawn;
  if (flags.format == "service" && config.slates == SlateForm::kProduct)
    config.slates = SlateForm::kSequential;
  config.rank_at = flags.rank_at == "low"              ? RankAt::kLow
                   : flags.rank_at == "lower_quartile" ? RankAt::kLowerQuartile
                   : flags.rank_at == "cvar"           ? RankAt::kCvar
                                                       : RankAt::kEstimate;
  if (!flags.rewards.empty()) {
    if (flags.rewards.size() != 2 || flags.rewards[0] >= flags.rewards[1])
      throw Error(ErrorKind::kUsage, "--reward-range: write LOW HIGH, LOW below HIGH");
    config.rewards = RewardRange{flags.rewards[0], flags.rewards[1]};
  }
  return config;
}

// What must be so for the settings that were chosen.
void RequireSound(const PoliciesOnLog& made, const JudgeLogConfig& config) {
  const LoggedTable& log = made.read.log;
  if (config.rewards) {
    const RewardRange found = RangeOfRewards(log);
    if (found.low < config.rewards->low || found.high > config.rewards->high)
      throw Error(ErrorKind::kData, "--reward-range: the log has rewards from " +
                                        std::to_string(found.low) + " to " +
                                        std::to_string(found.high));
  }
  if (config.model.logistic)
    for (const double reward : log.reward)
      if (reward != 0 && reward != 1)
        throw Error(ErrorKind::kData, "--model logistic: rewards must be 0 or 1, and one is " +
                                          std::to_string(reward) + "; take --model linear");
  if (log.kind != LogKind::kSlates || config.slates != SlateForm::kDrawn) return;
  if (!log.logged.knows_all() ||
      std::ranges::any_of(made.policies, [](const auto& policy) { return !policy.knows_all(); }))
    throw Error(ErrorKind::kData,
                "--slates drawn: propensities and policies must be lists of the probabilities of "
                "all actions at the first position");
}

LogNotes NotesOf(const PoliciesOnLog& made, const OpeLogFlags& flags) {
  LogNotes notes{.file = flags.file,
                 .left_out = made.read.left_out,
                 .undrawn = made.read.undrawn,
                 .pool = made.read.pool,
                 .train_rows = made.train_rows,
                 .cvar = flags.judge.cvar};
  return notes;
}

void ExecuteOpeLog(const OpeLogFlags& flags, const CLI::App& command) {
  const LogColumns columns = ColumnsOf(flags, command);
  const PoliciesOnLog made = PoliciesOf(flags, columns);
  const JudgeLogConfig config = ConfigOf(flags);
  RequireSound(made, config);
  const LogJudgement judgement = JudgeLog(made.read.log, made.policies, config);
  const LogNotes notes = NotesOf(made, flags);
  if (flags.json)
    std::printf("%s\n", JudgementJson(judgement, notes).dump(2).c_str());
  else
    std::printf("%s", JudgementText(judgement, notes).c_str());
  if (judgement.ranked_by.empty())
    throw Error(ErrorKind::kUnusable, "lerl ope log: no estimate of any policy: " +
                                          judgement.policies[0].estimates[0].refusal);
}

void AddColumnOptions(CLI::App& command, OpeLogFlags& flags) {
  LogColumns& columns = flags.columns;
  command.add_option("--action", columns.action, "column of the action that was taken")
      ->capture_default_str();
  command.add_option("--reward", flags.reward,
                     "column of the reward (default: reward, or the format's); of --format "
                     "service the behaviour");
  command
      .add_option("--propensity", columns.propensity,
                  "column of the logged policy's probability of it, or of all actions as a list; "
                  "'' if they were drawn evenly")
      ->capture_default_str();
  command
      .add_option("--pool", columns.pool,
                  "of how many actions they were drawn evenly (default: all in the file)")
      ->check(CLI::PositiveNumber);
  command.add_option("--user", columns.user, "column of users, who are independent of each other");
  command.add_option("--time", columns.time, "column by which rows are ordered");
  command.add_option("--session", columns.session, "column of sessions, with --step");
  command.add_option("--step", columns.step, "column of the steps of sessions, numbers");
  command.add_option("--slate", columns.slate, "columns that name slates, with --position");
  command.add_option("--position", columns.position,
                     "column of positions, numbers; without --slate a context");
  command.add_option("--context", columns.context, "columns that models of the reward read");
  command.add_option("--state", columns.state,
                     "column of states of sessions, of which there are few");
  command.add_option("--policy", columns.policies,
                     "columns of the probabilities of policies to judge");
  command.add_option("--actions", columns.actions,
                     "names of all actions, in the order of lists of probabilities");
  command.add_option("--where", flags.where, "only rows with this value: --where tab=1");
}

void AddJudgeOptions(CLI::App& command, OpeLogFlags& flags) {
  JudgeLogConfig& judge = flags.judge;
  command
      .add_option("--slates", flags.slates,
                  "how slates are drawn: each position for itself, one after the other, or without "
                  "replacement from lists of probabilities")
      ->check(CLI::IsMember({"product", "sequential", "drawn"}))
      ->capture_default_str();
  command.add_option("--gamma", judge.gamma, "discount of a step of sessions")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command.add_flag("--stationary", judge.stationary, "one Q for all steps (fqe, dr, sndr)");
  command.add_option("--model", flags.model, "of the reward")
      ->check(CLI::IsMember({"linear", "logistic"}))
      ->capture_default_str();
  command.add_option("--l2", judge.model.l2, "penalty of models")
      ->check(CLI::Range(1e-9, 1e9))
      ->capture_default_str();
  command.add_option("--folds", judge.model.folds, "parts of the log in cross-fitting")
      ->check(CLI::Range(2, 100))
      ->capture_default_str();
  command.add_option("--clip", judge.clip, "largest weight of clipped (default: sqrt of the rows)")
      ->check(CLI::PositiveNumber);
  command
      .add_option("--switch", judge.switch_at,
                  "largest weight that switch_dr uses (default: by its estimated error)")
      ->check(CLI::NonNegativeNumber);
  command.add_option("--resamples", judge.resamples, "of the bootstrap")
      ->check(CLI::Range(100, 100000))
      ->capture_default_str();
  command
      .add_option("--model-resamples", judge.model_resamples,
                  "of the bootstrap of fqe and marginalised, which are fitted in each")
      ->check(CLI::Range(100, 100000))
      ->capture_default_str();
  command
      .add_option("--least-propensity", judge.least_propensity,
                  "smallest that the logged policy ever has, for bounds (default: as logged)")
      ->check(CLI::Range(1e-12, 1.0));
  command
      .add_option("--reward-range", flags.rewards,
                  "between which rewards lie, for bounds (default: as logged)")
      ->expected(2);
}

void AddSelectionOptions(CLI::App& command, OpeLogFlags& flags) {
  JudgeLogConfig& judge = flags.judge;
  command.add_option("--candidate", flags.candidates,
                     "policies that need no column: logged, uniform, popularity, best, or "
                     "NAME=FILE, the policy of another log of the same form");
  command
      .add_option("--train-share", flags.train_share,
                  "first rows, by which popularity and best learn and which judge nothing")
      ->check(CLI::Range(0.01, 0.99))
      ->capture_default_str();
  command.add_option("--truth", flags.truths, "what a policy is known to be worth: --truth a=.2");
  command.add_option("--rank-by", judge.rank_by,
                     "estimator that ranks (default: the first that most policies have)");
  command
      .add_option("--rank-at", flags.rank_at,
                  "what policies are ranked at: the estimate, the lower end of its interval, or "
                  "their returns at worst")
      ->check(CLI::IsMember({"estimate", "low", "lower_quartile", "cvar"}))
      ->capture_default_str();
  command.add_option("--safe", judge.safe,
                     "from which worth on a policy is safe (default: that of the log)");
  command.add_option("--cvar", judge.cvar, "share of the worst returns of CVaR")
      ->check(CLI::Range(0.001, 1.0))
      ->capture_default_str();
}

}  // namespace

void AddOpeLogCommand(CLI::App& ope) {
  auto flags = std::make_shared<OpeLogFlags>();
  CLI::App* command =
      ope.add_subcommand("log", "what policies would have earned, from any log with propensities");
  command->add_option("file", flags->file, "CSV, JSON lines or Parquet")->required();
  command
      ->add_option("--format", flags->format,
                   "columns of a published form: Open Bandit's, KuaiRand's randomly exposed log, "
                   "`lerl events export --out x.csv`")
      ->check(CLI::IsMember({"table", "open_bandit", "kuairand_random", "service"}))
      ->capture_default_str();
  AddColumnOptions(*command, *flags);
  AddJudgeOptions(*command, *flags);
  AddSelectionOptions(*command, *flags);
  command->add_flag("--json", flags->json, "as JSON");
  command->footer(
      "Examples:\n"
      "  lerl ope log log.csv --policy new --user user --context age device\n"
      "  lerl ope log all.csv --format open_bandit --candidate uniform popularity bts=bts/all.csv\n"
      "  lerl ope log steps.parquet --session session --step step --state page --policy new\n"
      "docs/off_policy.md says which estimator to take. An estimate that the log can't support is\n"
      "refused, with the reason; the exit code is 10 where none is left.");
  command->callback([flags, command] { ExecuteOpeLog(*flags, *command); });
}

}  // namespace lerl
