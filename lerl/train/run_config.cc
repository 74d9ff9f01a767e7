#include "lerl/train/run_config.h"

#include <nlohmann/json.hpp>

namespace lerl {

RunConfig ReadRunConfig(const ConfigSource& source) {
  RunConfig config;
  source.Read(config);
  FindAgentRow(config.agent.name);
  FindPlannerRow(config.planner.name);
  const std::filesystem::path folder = std::filesystem::path(source.name()).parent_path();
  const auto from_folder = [&folder](std::string& path) {
    path = (folder / path).lexically_normal().string();
  };
  if (config.data.name.ends_with(".toml")) from_folder(config.data.name);
  if (!config.env.matrix.file.empty()) from_folder(config.env.matrix.file);
  return config;
}

std::string TrainHash(const RunConfig& config) {
  nlohmann::json json = ConfigToJson(config);
  json.erase("evaluation");
  json["train"].erase("seeds");
  return ConfigHash(json);
}

std::string RowHash(const RunConfig& config) {
  nlohmann::json json = ConfigToJson(config);
  json["train"].erase("seeds");
  return ConfigHash(json);
}

}  // namespace lerl
