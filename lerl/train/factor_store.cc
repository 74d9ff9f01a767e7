#include "lerl/train/factor_store.h"

#include <nlohmann/json.hpp>

#include "lerl/base/cache_file.h"
#include "lerl/base/error.h"
#include "lerl/base/hash.h"
#include "lerl/base/log.h"
#include "lerl/base/tensor_file.h"
#include "lerl/nn/mf_arrays.h"
#include "lerl/sim/item_vectors.h"

namespace lerl {
namespace {

constexpr const char* kKind = "factorisations";
constexpr int kVersion = 1;  // version of the fits; raise it when they change

void Write(const std::filesystem::path& path, const Factorisations& fitted) {
  const auto& [unit_vectors, factors] = fitted;
  TensorFile file{.kind = kKind, .arrays = {}};
  const int items = factors.model.items;
  file.arrays["unit_vectors"] = Array::Of({items, kItemVectorWidth}, unit_vectors.data());
  file.arrays["vectors"] = Array::Of({items, factors.width}, factors.vectors.data());
  SaveMf(factors.model, "", file.arrays);
  WriteTensorFile(path, file);
}

Factorisations Read(const std::filesystem::path& path, const Dataset& dataset) {
  const TensorFile file = ReadTensorFile(path, kKind);
  MfModel model = LoadMf(file, "");
  if (model.users != dataset.num_users() || model.items != dataset.num_items())
    throw Error(ErrorKind::kCheckpoint, path.string() + ": of other users or items");
  const std::vector<int64_t>& shape = file.at("vectors").shape;
  const int64_t width = shape.size() == 2 ? shape[1] : 0;
  return {.unit_vectors =
              ReadValues<float>(file.arrays, "unit_vectors", {model.items, kItemVectorWidth}),
          .factors = {.model = model,
                      .width = static_cast<int>(width),
                      .vectors = ReadValues<float>(file.arrays, "vectors", {model.items, width})}};
}

}  // namespace

std::filesystem::path FactorisationsPath(const Dataset& dataset, const Split& split,
                                         const MfConfig& config) {
  const nlohmann::json key = {{"version", kVersion},
                              {"dataset", Fingerprint(dataset)},
                              {"train_end", Hash(std::as_bytes(std::span(split.train_end)))},
                              {"settings", ConfigToJson(config)}};
  return CacheFile("factors", dataset.name, key.dump());
}

Factorisations LoadOrFitFactorisations(const Dataset& dataset, const Split& split,
                                       const MfConfig& config) {
  const std::filesystem::path path = FactorisationsPath(dataset, split, config);
  if (std::filesystem::exists(path)) {
    try {
      return Read(path, dataset);
    } catch (const Error& error) {
      LogInfo(std::string(error.what()) + "; fitted anew");
    }
  }
  Factorisations fitted{FitUnitItemVectors(dataset, split), FitItemFactors(dataset, split, config)};
  Write(path, fitted);
  return fitted;
}

}  // namespace lerl
