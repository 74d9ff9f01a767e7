#include "lerl/train/factor_store.h"

#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/hash.h"
#include "lerl/base/log.h"
#include "lerl/base/tensor_file.h"
#include "lerl/sim/item_vectors.h"

namespace lerl {
namespace {

constexpr const char* kKind = "factorisations";
constexpr int kVersion = 1;  // of the fits; raise it when they change

void Write(const std::filesystem::path& path, const Factorisations& fitted) {
  const auto& [unit_vectors, factors] = fitted;
  const MfModel& model = factors.model;
  TensorFile file{.kind = kKind, .arrays = {}};
  file.arrays["unit_vectors"] = Array::Of({model.items, kItemVectorWidth}, unit_vectors.data());
  file.arrays["vectors"] = Array::Of({model.items, factors.width}, factors.vectors.data());
  file.arrays["user_factors"] = Array::Of({model.users, model.factors}, model.user_factors.data());
  file.arrays["item_factors"] = Array::Of({model.items, model.factors}, model.item_factors.data());
  file.arrays["user_bias"] = Array::Of(model.user_bias);
  file.arrays["item_bias"] = Array::Of(model.item_bias);
  file.arrays["mean"] = Array::Of({1}, &model.mean);
  WriteTensorFile(path, file);
}

Factorisations Read(const std::filesystem::path& path) {
  const TensorFile file = ReadTensorFile(path, kKind);
  const auto values = [&file](const char* name) { return file.at(name).Values<float>(); };
  const std::vector<int64_t>& users = file.at("user_factors").shape;
  return {.unit_vectors = values("unit_vectors"),
          .factors = {.model = {.users = static_cast<int>(users[0]),
                                .items = static_cast<int>(file.at("item_bias").size()),
                                .factors = static_cast<int>(users[1]),
                                .user_factors = values("user_factors"),
                                .item_factors = values("item_factors"),
                                .user_bias = values("user_bias"),
                                .item_bias = values("item_bias"),
                                .mean = values("mean")[0]},
                      .width = static_cast<int>(file.at("vectors").shape[1]),
                      .vectors = values("vectors")}};
}

}  // namespace

std::filesystem::path FactorisationsPath(const Dataset& dataset, const Split& split,
                                         const MfConfig& config) {
  const nlohmann::json key = {{"version", kVersion},
                              {"dataset", Fingerprint(dataset)},
                              {"train_end", Hash(std::as_bytes(std::span(split.train_end)))},
                              {"settings", ConfigToJson(config)}};
  std::string name = dataset.name;
  std::ranges::replace(name, '/', '-');
  return CacheDir() / "factors" / (name + "-" + HashText(key.dump()) + ".safetensors");
}

Factorisations LoadOrFitFactorisations(const Dataset& dataset, const Split& split,
                                       const MfConfig& config) {
  const std::filesystem::path path = FactorisationsPath(dataset, split, config);
  if (std::filesystem::exists(path)) {
    try {
      return Read(path);
    } catch (const Error& error) {
      LogInfo(std::string(error.what()) + "; fitted anew");
    }
  }
  Factorisations fitted{FitUnitItemVectors(dataset, split), FitItemFactors(dataset, split, config)};
  Write(path, fitted);
  return fitted;
}

}  // namespace lerl
