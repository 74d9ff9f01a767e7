#pragma once
// Where response models come from: the table of kinds, training on first use, and files.
//
// A trained model is kept at CacheDir()/models/<data set>-<hash>.safetensors. The hash covers the
// data set's content, the settings, and for the transformer the split, so that a change of any of
// them trains a new model.

#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/sim/response/response_config.h"
#include "lerl/sim/response/response_model.h"

namespace lerl {

struct ResponseModelRow {
  std::string_view name;
  std::string_view what;  // the model in one line
  std::shared_ptr<ResponseModel> (*train)(const Dataset& dataset, const Split& split,
                                          const ResponseConfig& config);
  std::shared_ptr<ResponseModel> (*load)(const TensorFile& file);
};

std::span<const ResponseModelRow> ResponseModelRows();

// Throws Error(kConfig) on an unknown name, and names the nearest known model.
const ResponseModelRow& FindResponseModel(std::string_view name);

// Loads the cached model. If there is none, trains one, with progress on standard error, and caches
// it.
std::shared_ptr<ResponseModel> LoadOrTrainResponseModel(const Dataset& dataset, const Split& split,
                                                        const ResponseConfig& config);

// Makes a transformer of the settings' size with random parameters. For benchmarks: it does the
// same work as a trained one.
std::shared_ptr<ResponseModel> RandomResponseModel(const Dataset& dataset,
                                                   const ResponseConfig& config);

// The path of the file that LoadOrTrainResponseModel reads and writes.
std::filesystem::path ResponseModelPath(const Dataset& dataset, const Split& split,
                                        const ResponseConfig& config);

void SaveResponseModel(const std::filesystem::path& path, const ResponseModel& model,
                       const Dataset& dataset);

// Throws Error(kCheckpoint) when the file is damaged, is of another kind, or was made from another
// data set.
std::shared_ptr<ResponseModel> LoadResponseModel(const std::filesystem::path& path,
                                                 const Dataset& dataset);

}  // namespace lerl
