#pragma once
// The data sets that lerl knows by name, and the way from a name or a TOML file to a Dataset.

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "lerl/data/dataset.h"
#include "lerl/data/matrix.h"
#include "lerl/data/options.h"

namespace lerl {

// Reads the files of a folder; `name` goes into the Dataset.
using Loader = Dataset (*)(const std::string& name, const std::filesystem::path& folder,
                           const DataOptions& options);

using MatrixLoader = UserItemMatrix (*)(const std::filesystem::path& folder,
                                        const DataOptions& options);

struct DatasetRow {
  std::string_view name;
  std::string_view what;  // in one line
  std::string_view source;   // who publishes it and where
  std::string_view licence;
  bool fetchable;            // `lerl fetch NAME` brings it
  std::string_view files;    // what the folder must hold, for people; empty: it is generated
  int64_t published_rows;    // interactions in the published files (standard logs)
  Loader load;
  MatrixLoader matrix = nullptr;  // the full matrix of its users and items, if it has one
};

std::span<const DatasetRow> DatasetRows();

// Throws Error(kUsage) naming the nearest known name.
const DatasetRow& FindDatasetRow(std::string_view name);

// $LERL_DATA_DIR/NAME if it exists, else CacheDir()/datasets/NAME (which may not exist).
std::filesystem::path DatasetFolder(const std::string& name);

// How a person gets the data set: project, licence, files, folder. Several lines.
std::string HowToGet(const DatasetRow& entry);

// A name of the table above, or the path of a TOML file (data/sources/csv.h, data/sources/matrix_dataset.h). Throws
// Error(kData) when the files are missing or wrong. Unless keep_prepared is off, goes through
// data/store.h.
Dataset LoadDataset(const std::string& name_or_toml, const DataOptions& options = {});

// True if the data set is known to have a full matrix of its own (data/matrix.h).
bool HasDataMatrix(const std::string& name_or_toml);
// That matrix. Throws Error(kConfig) for a data set that has none, Error(kData) on wrong files.
UserItemMatrix LoadDataMatrix(const std::string& name_or_toml, const DataOptions& options = {});

}  // namespace lerl
