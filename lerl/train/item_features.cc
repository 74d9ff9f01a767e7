#include "lerl/train/item_features.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "lerl/agents/items/rowless_items.h"
#include "lerl/base/file.h"
#include "lerl/base/hash.h"
#include "lerl/base/index.h"
#include "lerl/llm/llama/llama_embedder.h"
#include "lerl/train/item_embeddings.h"

namespace lerl {
namespace {

// [I, D + C] the embedding of each item and its categories.
std::vector<float> TextFeatures(const Dataset& dataset) {
  const std::filesystem::path model = DefaultEmbeddingModel();
  const ItemEmbeddings embedded = LoadOrEmbedItems(dataset, HashText(ReadFile(model)), [&model] {
    return MakeLlamaEmbedder(model, /*threads=*/1);
  });
  const size_t width = At(embedded.width + dataset.num_categories());
  std::vector<float> features(At(dataset.num_items()) * width);
  for (size_t item = 0; item < At(dataset.num_items()); ++item) {
    float* row = features.data() + item * width;
    std::copy_n(embedded.vectors.data() + item * At(embedded.width), embedded.width, row);
    for (const int32_t c : dataset.CategoriesOf(static_cast<int64_t>(item)))
      row[At(embedded.width + c)] = 1;
  }
  return features;
}

}  // namespace

void RequireItemFeatures(const std::string& item_features) {
  if (item_features == "text") CheckEmbeddingModel(DefaultEmbeddingModel());
}

void FillRowlessItems(const std::string& item_features, const Dataset& dataset, const Split& split,
                      ItemFactors& factors) {
  if (item_features == "none") return;
  RequireItemFeatures(item_features);
  const std::vector<double> roots = RootsOfRows(dataset, split);
  if (std::ranges::none_of(roots, [](double p) { return p == 0; })) return;
  if (item_features == "neighbours")
    FillByNeighbours(dataset, roots, factors.model);
  else
    FillByFeatures(TextFeatures(dataset), roots, factors.model);
  factors = FactorsOf(std::move(factors.model));
}

}  // namespace lerl
