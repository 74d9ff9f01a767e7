#include "lerl/sim/response/response_store.h"

#include <array>
#include <nlohmann/json.hpp>

#include "lerl/base/cache_file.h"
#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/hash.h"
#include "lerl/base/json_text.h"
#include "lerl/base/registry.h"
#include "lerl/sim/response/mf_response.h"
#include "lerl/sim/response/transformer_response.h"
#include "lerl/sim/response/transformer_training.h"

namespace lerl {
namespace {

using Json = nlohmann::json;

constexpr const char* kKind = "response-model";
constexpr int kVersion = 1;  // raise it when what the models compute changes

std::shared_ptr<ResponseModel> TrainTransformer(const Dataset& dataset, const Split& split,
                                                const ResponseConfig& config) {
  return TrainTransformerResponse(dataset, split, config.transformer,
                                  static_cast<uint64_t>(config.seed));
}

std::shared_ptr<ResponseModel> TrainMf(const Dataset& dataset, const Split&,
                                       const ResponseConfig& config) {
  return FitMfResponse(dataset, config.mf);
}

std::shared_ptr<ResponseModel> LoadMf(const TensorFile& file) { return MfResponseFromFile(file); }

constexpr std::array<ResponseModelRow, 2> kResponseModelRows{{
    {"transformer", "banded causal Transformer over the user's history, fitted on the past",
     TrainTransformer, TransformerResponseFromFile},
    {"mf", "logistic factorisation without history, the plain reference", TrainMf, LoadMf},
}};

}  // namespace

std::span<const ResponseModelRow> ResponseModelRows() { return kResponseModelRows; }

const ResponseModelRow& FindResponseModel(std::string_view name) {
  return FindRow(ResponseModelRows(), name, "response_model.model", "response model");
}

std::shared_ptr<ResponseModel> RandomResponseModel(const Dataset& dataset,
                                                   const ResponseConfig& config) {
  return RandomTransformerResponse(
      config.transformer.transformer, static_cast<int>(dataset.num_users()),
      static_cast<int>(dataset.num_items()), static_cast<int>(dataset.num_behaviours()),
      static_cast<uint64_t>(config.seed));
}

std::filesystem::path ResponseModelPath(const Dataset& dataset, const Split& split,
                                        const ResponseConfig& config) {
  Json key = {{"version", kVersion},
              {"dataset", Fingerprint(dataset)},
              {"model", config.model},
              {"seed", config.seed}};
  if (config.model == "mf") {
    key["settings"] = ConfigToJson(config.mf);
  } else {
    key["settings"] = ConfigToJson(config.transformer);
    const auto hash = [](const std::vector<int64_t>& rows) {
      return Hash(std::as_bytes(std::span(rows)));
    };
    key["train_end"] = hash(split.train_end);
    key["valid_end"] = hash(split.valid_end);
  }
  return CacheFile("models", dataset.name, key.dump());
}

void SaveResponseModel(const std::filesystem::path& path, const ResponseModel& model,
                       const Dataset& dataset) {
  TensorFile file = model.ToFile();
  Json description = ParseJson(file.description);
  description["dataset"] = Fingerprint(dataset);
  file.kind = kKind;
  file.description = description.dump();
  WriteTensorFile(path, file);
}

std::shared_ptr<ResponseModel> LoadResponseModel(const std::filesystem::path& path,
                                                 const Dataset& dataset) {
  const TensorFile file = ReadTensorFile(path, kKind);
  const Json description = ParseJson(file.description);
  if (description.value("dataset", "") != Fingerprint(dataset))
    throw Error(ErrorKind::kCheckpoint, path.string() +
                                            ": response model of another data set than " +
                                            dataset.name + "; delete it or give another");
  return FindResponseModel(description.at("model").get_ref<const std::string&>()).load(file);
}

std::shared_ptr<ResponseModel> LoadOrTrainResponseModel(const Dataset& dataset, const Split& split,
                                                        const ResponseConfig& config) {
  const ResponseModelRow& row = FindResponseModel(config.model);
  const std::filesystem::path path = ResponseModelPath(dataset, split, config);
  if (std::filesystem::exists(path)) return LoadResponseModel(path, dataset);
  RequireWritable(path.parent_path());
  std::shared_ptr<ResponseModel> model = row.train(dataset, split, config);
  SaveResponseModel(path, *model, dataset);
  return model;
}

}  // namespace lerl
