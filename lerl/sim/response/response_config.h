#pragma once
// Settings of the response models.

#include <cstdint>
#include <string>

#include "lerl/base/config.h"
#include "lerl/nn/incremental_transformer.h"
#include "lerl/nn/matrix_factorisation.h"

namespace lerl {

struct TransformerResponseConfig {
  TransformerConfig transformer{
      .width = 64, .layers = 2, .heads = 4, .feed_forward = 64, .band = 100};
  int64_t embedding = 16;
  double dropout = 0.2;
  double rate = 2e-3;
  double weight_decay = 1e-5;
  int64_t batch = 32;
  int64_t window = 128;
  int64_t epochs = 30;
  int64_t epoch_rows = 32'000'000;
  int64_t patience = 3;
  int64_t valid_users = 2000;

  void VisitFields(FieldVisitor& visit) {
    visit.Section("network", transformer);
    visit("embedding", embedding, "width of the user and item id embeddings", Range{1, 512});
    visit("dropout", dropout, "share of activations dropped in training, never in play",
          Range{0, 0.9});
    visit("rate", rate, "Adam's step", Range{1e-6, 1});
    visit("weight_decay", weight_decay, "pull of all parameters towards 0", Range{0, 1});
    visit("batch", batch, "windows per step", Range{1, 4096});
    visit("window", window, "interactions of a window; long users fall into several",
          Range{2, 4096});
    visit("epochs", epochs, "passes over the training rows at most", Range{1, 1000});
    visit("epoch_rows", epoch_rows,
          "rows of a pass at most; of more training rows it takes windows drawn anew",
          Range{1, 1e12});
    visit("patience", patience, "epochs without a better validation log loss before it stops",
          Range{1, 1000});
    visit("valid_users", valid_users, "users at most whose validation rows are read each epoch",
          Range{1, 1e9});
  }
};

struct ResponseConfig {
  std::string model = "transformer";
  int64_t seed = 1;
  TransformerResponseConfig transformer;
  MfConfig mf;  // of the model "mf" (sim/response/mf_response.h)

  void VisitFields(FieldVisitor& visit) {
    visit("model", model, "the learned user", {"transformer", "mf"});
    visit("seed", seed, "of the training's draws (transformer)", Range{0, 9e15});
    visit.Section("transformer", transformer);
    visit.Section("mf", mf);
  }
};

}  // namespace lerl
