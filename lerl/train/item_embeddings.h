#pragma once
// Sentence embeddings of the items of a data set, made once and then read from the file
//
//   LERL_CACHE_DIR/item_embeddings/NAME-HASH.safetensors
//
//   NAME   of the data set
//   HASH   of the texts and of the model's file
//
// The text of an item is its title, in which some sources have the year, and its categories:
//
//   "Toy Story (1995), Animation, Children's, Comedy"
//
// Axes: I items, D width of the model's vectors.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/llm/text_embedder.h"

namespace lerl {

struct ItemEmbeddings {
  int64_t width = 0;           // D
  std::vector<float> vectors;  // [I, D], rows of length 1
};

// [I] Parts that a source does not have are left out.
std::vector<std::string> ItemTexts(const Dataset& dataset);

// Reads the file or, without a whole one, embeds the texts by the model that `make` loads, and
// writes it. `model` tells models apart. Throws Error(kIo) when the file can't be written.
ItemEmbeddings LoadOrEmbedItems(const Dataset& dataset, const std::string& model,
                                const std::function<std::unique_ptr<TextEmbedder>()>& make);

}  // namespace lerl
