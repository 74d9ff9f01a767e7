#include "lerl/train/run_config.h"

#include <nlohmann/json.hpp>

namespace lerl {

RunConfig ReadRunConfig(const ConfigSource& source) {
  RunConfig config;
  source.Read(config);
  FindAgentRow(config.agent.name);
  FindPlannerRow(config.planner.name);
  if (config.data.name.ends_with(".toml")) {
    const std::filesystem::path folder = std::filesystem::path(source.name()).parent_path();
    config.data.name = (folder / config.data.name).lexically_normal().string();
  }
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
