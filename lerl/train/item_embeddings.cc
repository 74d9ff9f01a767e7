#include "lerl/train/item_embeddings.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "lerl/base/cache_file.h"
#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/log.h"
#include "lerl/base/tensor_file.h"

namespace lerl {
namespace {

constexpr const char* kEmbeddingsKind = "item embeddings";
constexpr int kEmbeddingsVersion = 1;  // of the texts; raise it when they are made otherwise

ItemEmbeddings ReadEmbeddings(const std::filesystem::path& path, int64_t items) {
  const TensorFile file = ReadTensorFile(path, kEmbeddingsKind);
  const std::vector<int64_t>& shape = file.at("vectors").shape;
  const int64_t width = shape.size() == 2 ? shape[1] : 0;
  return {.width = width, .vectors = ReadValues<float>(file.arrays, "vectors", {items, width})};
}

}  // namespace

std::vector<std::string> ItemTexts(const Dataset& dataset) {
  std::vector<std::string> texts;
  for (int64_t item = 0; item < dataset.num_items(); ++item) {
    std::string text = dataset.item_titles[At(item)];
    for (const int32_t c : dataset.CategoriesOf(item))
      text += (text.empty() ? "" : ", ") + dataset.categories[At(c)];
    texts.push_back(std::move(text));
  }
  return texts;
}

ItemEmbeddings LoadOrEmbedItems(const Dataset& dataset, const std::string& model,
                                const std::function<std::unique_ptr<TextEmbedder>()>& make) {
  const std::vector<std::string> texts = ItemTexts(dataset);
  const nlohmann::json key = {{"version", kEmbeddingsVersion}, {"model", model}, {"texts", texts}};
  const std::filesystem::path path =
      CacheFile("item_embeddings", dataset.name,
                key.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  if (std::filesystem::exists(path)) {
    try {
      return ReadEmbeddings(path, dataset.num_items());
    } catch (const Error& error) {
      LogInfo(std::string(error.what()) + "; embedded anew");
    }
  }
  LogInfo("sentence embeddings of " + std::to_string(texts.size()) + " items of " + dataset.name);
  const std::unique_ptr<TextEmbedder> embedder = make();
  ItemEmbeddings made{.width = embedder->width(), .vectors = embedder->Embed(texts)};
  LERL_CHECK_EQ(std::ssize(made.vectors), dataset.num_items() * made.width);
  TensorFile file{.kind = kEmbeddingsKind, .arrays = {}};
  file.arrays["vectors"] = Array::Of({dataset.num_items(), made.width}, made.vectors.data());
  WriteTensorFile(path, file);
  return made;
}

}  // namespace lerl
