#include "lerl/planner/llm/plan_table.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/hash.h"
#include "lerl/base/index.h"
#include "lerl/base/json_text.h"
#include "lerl/base/log.h"
#include "lerl/base/progress.h"
#include "lerl/base/stop.h"
#include "lerl/planner/llm/coarse_state.h"

namespace lerl {
namespace {

constexpr char kKind[] = "plan-table";

// What the scores of a table depend on.
nlohmann::json KeyOf(const LlmPlannerConfig& config, const PlanAnswers& answers,
                     const std::string& dataset) {
  return {{"dataset", dataset},
          {"categories", answers.names()},
          {"state", config.state},
          {"prompt", answers.prefix_hash()}};
}

// A table's scores [states, C], row by row; `answered` of them are there, the first ones.
struct Rows {
  int64_t answered = 0;
  std::vector<float> scores;
  std::vector<int32_t> unlisted;  // [states] labels that the answer does not list

  PlanAnswer Answer(size_t state, size_t width) const {
    const auto begin = scores.begin() + static_cast<std::ptrdiff_t>(state * width);
    return {.scores = {begin, begin + static_cast<std::ptrdiff_t>(width)},
            .error = "",
            .unlisted = unlisted[state]};
  }
};

Rows ReadRows(const std::filesystem::path& path, const nlohmann::json& key, int64_t width) {
  if (!std::filesystem::exists(path)) return {};
  const TensorFile file = ReadTensorFile(path, kKind, ErrorKind::kData);
  const nlohmann::json description = ParseJson(file.description);
  for (const auto& [name, value] : key.items())
    if (!description.contains(name) || description[name] != value)
      throw Error(ErrorKind::kData,
                  path.string() + ": this plan table was made for another " + name +
                      "; name another file by planner.llm.table, or leave it empty");
  const Array& array = file.at("scores");
  if (array.shape.size() != 2 || array.shape[1] != width)
    throw Error(ErrorKind::kData, path.string() + ": scores of another shape; remove the file");
  Rows rows{.answered = array.shape[0], .scores = array.Values<float>(), .unlisted = {}};
  if (file.arrays.contains("unlisted"))
    rows.unlisted = ReadValues<int32_t>(file.arrays, "unlisted", {rows.answered},
                                        {0, static_cast<int32_t>(width)});
  rows.unlisted.resize(At(rows.answered), 0);
  return rows;
}

void WriteRows(const std::filesystem::path& path, const nlohmann::json& key,
               const PlanAnswers& answers, const Rows& rows) {
  nlohmann::json description = key;
  description["model"] = answers.backend().name();
  description["prefix"] = answers.prompt().prefix;
  description["suffix"] = answers.prompt().state + answers.prompt().tail;
  TensorFile file;
  file.kind = kKind;
  file.description = description.dump();
  file.arrays["scores"] =
      Array::Of<float>({rows.answered, std::ssize(answers.names())}, rows.scores.data());
  if (std::ranges::any_of(rows.unlisted, [](int32_t count) { return count > 0; }))
    file.arrays["unlisted"] = Array::Of(rows.unlisted);
  WriteTensorFile(path, file);
}

// Waits while another process makes a table in this folder.
FolderLock WaitForFolder(const std::filesystem::path& folder) {
  bool told = false;
  while (true) {
    try {
      return FolderLock(folder);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kBusy || StopRequested()) throw;
    }
    if (!std::exchange(told, true))
      LogInfo("plan table: another process makes " + folder.string() + "; waiting for it");
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

// The answers of the model. A state whose answer can't be read is asked again.
std::vector<PlanAnswers::Source> AskFor(const std::vector<PlanState>& states, int64_t tries,
                                        PlanAnswers& answers) {
  std::vector<PlanAnswers::Source> sources;
  for (int64_t n = 0; n < tries; ++n) {
    sources = answers.Find(states, PlanMode::kEvaluation);
    const bool whole = std::ranges::all_of(
        sources, [](const auto& source) { return source.answer.error.empty(); });
    const bool reached =
        std::ranges::all_of(sources, [](const auto& source) { return source.answer.answered; });
    if (whole || !reached) break;
  }
  return sources;
}

// Asks the model for the states from `rows.answered` on.
void AskForRows(const std::filesystem::path& path, const nlohmann::json& key,
                const std::vector<PlanState>& states, int64_t tries, PlanAnswers& answers,
                Rows& rows) {
  Progress progress("plan table", std::ssize(states), "states");
  while (rows.answered < std::ssize(states) && !StopRequested()) {
    const auto begin = states.begin() + rows.answered;
    const int64_t count = std::min(kKeptTogether, std::ssize(states) - rows.answered);
    const std::vector<PlanState> some(begin, begin + count);
    for (const PlanAnswers::Source& source : AskFor(some, tries, answers)) {
      if (!source.answer.error.empty())
        throw Error(ErrorKind::kUnusable, "plan table: " + answers.backend().name() +
                                              " gave no answer to a state: " + source.answer.error +
                                              "; the same command goes on from here");
      rows.scores.insert(rows.scores.end(), source.answer.scores.begin(),
                         source.answer.scores.end());
      rows.unlisted.push_back(source.answer.unlisted);
      ++rows.answered;
    }
    WriteRows(path, key, answers, rows);
    progress.Advance(rows.answered);
  }
}

}  // namespace

std::filesystem::path PlanTablePath(const LlmPlannerConfig& config, const PlanAnswers& answers,
                                    const std::string& dataset) {
  if (!config.table.empty()) return config.table;
  std::string folder = dataset + "-" + HashText(KeyOf(config, answers, dataset).dump());
  for (char& c : folder)
    if (c == '/') c = '-';
  return CacheDir() / "plan_tables" / folder / "table.safetensors";
}

PlanTableInfo FillFromTable(const LlmPlannerConfig& config, const std::string& dataset,
                            PlanAnswers& answers) {
  const std::vector<PlanState> states = AllCoarseStates(config.state, std::ssize(answers.names()));
  const std::filesystem::path path = PlanTablePath(config, answers, dataset);
  const nlohmann::json key = KeyOf(config, answers, dataset);
  const auto width = At(std::ssize(answers.names()));
  // 1. What the file has.
  Rows rows = ReadRows(path, key, std::ssize(answers.names()));
  const auto take = [&] {
    std::vector<PlanAnswer> given;
    for (size_t i = 0; i < At(rows.answered); ++i) given.push_back(rows.Answer(i, width));
    answers.Add({states.begin(), states.begin() + rows.answered}, std::move(given));
  };
  // 2. What it lacks: somebody else may be at it, so it is read again under the lock.
  int64_t asked = 0;
  if (rows.answered < std::ssize(states)) {
    const FolderLock lock = WaitForFolder(path.has_parent_path() ? path.parent_path() : ".");
    rows = ReadRows(path, key, std::ssize(answers.names()));
    take();
    const int64_t before = rows.answered;
    AskForRows(path, key, states, config.tries, answers, rows);
    asked = rows.answered - before;
  } else {
    take();
  }
  return {path, std::ssize(states), rows.answered, asked};
}

}  // namespace lerl
