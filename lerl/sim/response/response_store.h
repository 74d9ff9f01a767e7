#pragma once
// Where response models come from: the table of kinds, training on first use, and files.
//
// A trained model is kept at CacheDir()/models/<data set>-<hash>.safetensors; the hash covers the
// data set's content, the split and the settings, so a change of any of them trains anew.

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
  std::string_view what;  // in one line
  std::shared_ptr<ResponseModel> (*train)(const Dataset& dataset, const Split& split,
                                          const ResponseConfig& config);
  std::shared_ptr<ResponseModel> (*load)(const TensorFile& file);
};

std::span<const ResponseModelRow> ResponseModelRows();

// Throws Error(kConfig) naming the nearest known model.
const ResponseModelRow& FindResponseModel(std::string_view name);

// The cached model, or one trained now (with progress on standard error) and then cached.
std::shared_ptr<ResponseModel> LoadOrTrainResponseModel(const Dataset& dataset, const Split& split,
                                                        const ResponseConfig& config);

// A transformer of the settings' size with random parameters: the same work without training, for
// benchmarks.
std::shared_ptr<ResponseModel> RandomResponseModel(const Dataset& dataset,
                                                   const ResponseConfig& config);

// The file that LoadOrTrainResponseModel reads and writes.
std::filesystem::path ResponseModelPath(const Dataset& dataset, const Split& split,
                                        const ResponseConfig& config);

void SaveResponseModel(const std::filesystem::path& path, const ResponseModel& model,
                       const Dataset& dataset);

// Throws Error(kCheckpoint) when the file is damaged, of another kind, or made from another data
// set.
std::shared_ptr<ResponseModel> LoadResponseModel(const std::filesystem::path& path,
                                                 const Dataset& dataset);

}  // namespace lerl
