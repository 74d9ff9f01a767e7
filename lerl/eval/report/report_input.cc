#include "lerl/eval/report/report_input.h"

#include <nlohmann/json.hpp>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/json_file.h"
#include "lerl/eval/metrics/slate_categories.h"
#include "lerl/planner/planner.h"

namespace lerl {

using nlohmann::json;

// The keys of the JSON are the fields' names.
static void to_json(json& out, const ShownItem& item) {
  out = {{"title", item.title}, {"categories", item.categories}, {"liked", item.liked}};
  if (item.probability) out["probability"] = *item.probability;
}

static void from_json(const json& in, ShownItem& item) {
  in.at("title").get_to(item.title);
  in.at("categories").get_to(item.categories);
  in.at("liked").get_to(item.liked);
  if (in.contains("probability")) item.probability = in["probability"].get<double>();
}

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CurvePoint, user_steps, r_cum, t_int)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LearningCurve, policy, seed, points)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(SampleStep, planned, origin, items, expected_reward, repeat)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(SampleSession, policy, user, seed, steps, end)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(PlannerUse, policy, phase, plans, details)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CalibrationBin, predicted, observed, count)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(BehaviourCalibration, name, auc, log_loss, calibration_error,
                                   base_rate, bins)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ResponseModelReport, name, behaviours, random_reward,
                                   oracle_reward)

static void to_json(json& out, const ClaimLine& line) {
  out = {{"text", line.text},
         {"verdict", line.verdict},
         {"corrected", line.corrected},
         {"margin", line.margin},
         {"judged", line.judged}};
}

static void from_json(const json& in, ClaimLine& line) {
  in.at("text").get_to(line.text);
  in.at("verdict").get_to(line.verdict);
  in.at("corrected").get_to(line.corrected);
  in.at("margin").get_to(line.margin);
  in.at("judged").get_to(line.judged);
}

static void to_json(json& out, const HeatMap& map) {
  json values = json::array();
  for (const std::optional<double>& value : map.values)
    values.push_back(value ? json(*value) : json());
  out = {{"metric", map.metric}, {"rows", map.rows}, {"columns", map.columns}, {"values", values}};
}

static void from_json(const json& in, HeatMap& map) {
  in.at("metric").get_to(map.metric);
  in.at("rows").get_to(map.rows);
  in.at("columns").get_to(map.columns);
  for (const json& value : in.at("values"))
    map.values.push_back(value.is_null() ? std::nullopt : std::optional(value.get<double>()));
}

static void to_json(json& out, const StudySection& study) {
  out = {{"unfit", study.unfit},   {"question", study.question},
         {"lead", study.lead},     {"sentences", study.sentences},
         {"claims", study.claims}, {"heat_maps", study.heat_maps},
         {"failed", study.failed}};
}

static void from_json(const json& in, StudySection& study) {
  in.at("unfit").get_to(study.unfit);
  in.at("question").get_to(study.question);
  in.at("lead").get_to(study.lead);
  in.at("sentences").get_to(study.sentences);
  in.at("claims").get_to(study.claims);
  in.at("heat_maps").get_to(study.heat_maps);
  in.at("failed").get_to(study.failed);
}

void to_json(json& out, const ReportInput& input) {
  out = {{"title", input.title},
         {"reference", input.references.empty() ? "" : input.references.front()},
         {"references", input.references},
         {"notes", input.notes},
         {"metrics", input.metrics},
         {"dataset_lines", input.dataset_lines},
         {"rows", input.rows},
         {"curves", input.curves},
         {"sessions", input.sessions},
         {"planners", input.planners},
         {"response_model", input.response_model},
         {"config_text", input.config_text},
         {"seeds", input.seeds},
         {"commit", input.commit},
         {"machine", input.machine},
         {"created", input.created}};
  if (input.study) out["study"] = *input.study;
}

void from_json(const json& in, ReportInput& input) {
  in.at("title").get_to(input.title);
  // Files from before there were several have one.
  input.references = in.value("references", std::vector<std::string>{in.at("reference")});
  in.at("notes").get_to(input.notes);
  in.at("metrics").get_to(input.metrics);
  in.at("dataset_lines").get_to(input.dataset_lines);
  in.at("rows").get_to(input.rows);
  in.at("curves").get_to(input.curves);
  in.at("sessions").get_to(input.sessions);
  in.at("planners").get_to(input.planners);
  in.at("response_model").get_to(input.response_model);
  in.at("config_text").get_to(input.config_text);
  in.at("seeds").get_to(input.seeds);
  in.at("commit").get_to(input.commit);
  in.at("machine").get_to(input.machine);
  in.at("created").get_to(input.created);
  if (in.contains("study")) input.study = in.at("study").get<StudySection>();
}

namespace {

std::string_view Name(PlanOrigin origin) {
  switch (origin) {
    case PlanOrigin::kRule:
      return "rule";
    case PlanOrigin::kFresh:
      return "fresh";
    case PlanOrigin::kCached:
      return "cached";
    case PlanOrigin::kNearest:
      return "nearest";
    case PlanOrigin::kKept:
      return "kept";
    case PlanOrigin::kFallback:
      return "fallback";
  }
  FailCheck(__FILE__, __LINE__, "an unknown PlanOrigin");
}

ShownItem MakeShownItem(const Dataset& dataset, int32_t item, uint32_t responses) {
  const size_t i = At(item);
  const bool titled = i < dataset.item_titles.size() && !dataset.item_titles[i].empty();
  ShownItem shown{.title = titled ? dataset.item_titles[i] : dataset.item_ids[i],
                  .liked = (responses & 1) != 0};
  for (const int32_t category : dataset.CategoriesOf(item)) {
    shown.categories.push_back(dataset.categories[At(category)]);
  }
  return shown;
}

// The planned categories; empty where the plan holds them all (no planner).
std::vector<std::string> PlannedCategories(const Dataset& dataset, const SessionLog& log,
                                           size_t cell) {
  std::vector<std::string> planned;
  const size_t count = static_cast<size_t>(log.categories);
  for (size_t c = 0; c < count; ++c) {
    if (log.plan[cell * count + c] != 0) planned.push_back(dataset.categories[c]);
  }
  if (planned.size() == count) planned.clear();
  return planned;
}

}  // namespace

SampleSession MakeSampleSession(const std::string& policy, int64_t seed, const Dataset& dataset,
                                const SessionLog& log, int64_t session) {
  const size_t s = At(session);
  SampleSession sample{.policy = policy,
                       .user = dataset.user_ids[static_cast<size_t>(log.user[s])],
                       .seed = seed,
                       .end = log.truncated[s] != 0 ? "cut at the limit" : "the user left"};
  const std::vector<uint8_t> repeats = StepsThatRepeat(dataset, log, session);
  for (int64_t t = 0; t < log.length[s]; ++t) {
    const size_t cell = log.Cell(session, t);
    const std::span<const int32_t> slate = SlateOf(log, session, t);
    SampleStep step{.planned = PlannedCategories(dataset, log, cell),
                    .origin = std::string(Name(static_cast<PlanOrigin>(log.origin[cell]))),
                    .expected_reward = log.expected[cell],
                    .repeat = repeats[At(t)] != 0};
    for (size_t k = 0; k < slate.size(); ++k) {
      const uint32_t responses = log.responses[cell * slate.size() + k];
      step.items.push_back(MakeShownItem(dataset, slate[k], responses));
    }
    sample.steps.push_back(std::move(step));
  }
  return sample;
}

void WriteReportJson(const std::filesystem::path& path, const ReportInput& input) {
  WriteJsonFile(path, input, /*indent=*/-1);
}

ReportInput ReadReportJson(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) {
    throw Error(ErrorKind::kNoRun, path.string() + ": there is no such file; a finished " +
                                       "`lerl compare` leaves it in its folder");
  }
  const json read = TryReadJsonFile(path);
  try {
    if (read.is_discarded()) throw std::runtime_error("not as it was written");
    return read.get<ReportInput>();
  } catch (const std::exception& error) {
    throw Error(ErrorKind::kCheckpoint, path.string() + ": is damaged or of another version (" +
                                            error.what() + "); run `lerl compare` again");
  }
}

}  // namespace lerl
