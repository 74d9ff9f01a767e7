// lerl reflections: the pool of reflections that a run has written.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/base/json_text.h"
#include "lerl/base/tensor_file.h"
#include "lerl/cli/commands.h"
#include "lerl/planner/llm/reflection_pool.h"
#include "lerl/planner/state_text.h"

namespace lerl {
namespace {

constexpr char kState[] = "llm_planner/state";

nlohmann::json ReadPool(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "checkpoint.safetensors";
  if (!std::filesystem::exists(path))
    throw Error(ErrorKind::kNoRun, path.string() +
                                       ": no such file; name the folder of a seed of a run that "
                                       "lerl train has written, such as runs/NAME/seed-1");
  const TensorFile file = ReadTensorFile(path, "checkpoint", ErrorKind::kNoRun);
  if (!file.arrays.contains(kState))
    throw Error(ErrorKind::kNoRun, path.string() +
                                       ": the run's planner writes no reflections; name the folder "
                                       "of a seed of a run with planner llm or llm_grounded");
  const nlohmann::json state = ParseJson(LoadText(file, kState));
  ReflectionPool pool(
      {.capacity = std::ssize(state.at("pool")) + 1, .alpha = state.value("alpha", 0.0)});
  std::vector<Reflection> reflections;
  for (const nlohmann::json& row : state.at("pool")) reflections.push_back({row[0], row[1]});
  pool.set_reflections(reflections);
  const std::vector<double> chances = pool.Probabilities();
  nlohmann::json out = {{"run", folder.string()},
                        {"in_the_prompt", state.at("drawn")},
                        {"written", state.at("reflections_written")},
                        {"reflections", nlohmann::json::array()},
                        {"dropped", nlohmann::json::object()}};
  for (const auto& [name, count] : state.at("counts").items()) {
    if (name.starts_with("dropped: ")) out["dropped"][name.substr(9)] = count;
  }
  for (size_t i = 0; i < reflections.size(); ++i)
    out["reflections"].push_back(
        {{"text", reflections[i].text}, {"return", reflections[i].score}, {"chance", chances[i]}});
  std::stable_sort(out["reflections"].begin(), out["reflections"].end(),
                   [](const auto& a, const auto& b) { return a["return"] > b["return"]; });
  return out;
}

void Print(const nlohmann::json& pool) {
  std::printf("%zu reflections of %d written, best session first\n", pool["reflections"].size(),
              pool["written"].get<int>());
  std::printf("  return  chance to be drawn first\n");
  for (const nlohmann::json& row : pool["reflections"]) {
    const auto& drawn = pool["in_the_prompt"];
    const bool shown = std::find(drawn.begin(), drawn.end(), row["text"]) != drawn.end();
    std::printf("%c %6.2f  %6.3f  %s\n", shown ? '*' : ' ', row["return"].get<double>(),
                row["chance"].get<double>(), row["text"].get<std::string>().c_str());
  }
  std::printf("* in the prompt now\n");
  for (const auto& [reason, count] : pool["dropped"].items())
    std::printf("dropped: %d %s\n", count.get<int>(), reason.c_str());
}

}  // namespace

void AddReflectionsCommand(CLI::App& app) {
  struct ReflectionsFlags {
    std::string run;
    bool json = false;
  };
  auto options = std::make_shared<ReflectionsFlags>();
  CLI::App* command =
      app.add_subcommand("reflections", "what a run's high-level critic has written");
  command->add_option("run", options->run, "folder of a run: of one seed, with its checkpoint")
      ->required();
  command->add_flag("--json", options->json, "as JSON");
  command->footer("Example:\n  lerl reflections runs/ppo+llm-1234abcd/seed-1");
  command->callback([options] {
    const nlohmann::json pool = ReadPool(options->run);
    if (options->json)
      std::printf("%s\n", pool.dump(2).c_str());
    else
      Print(pool);
  });
}

}  // namespace lerl
