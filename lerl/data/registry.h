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

// Reads the files of a folder. The Dataset gets the name `name`.
using Loader = Dataset (*)(const std::string& name, const std::filesystem::path& folder,
                           const DataOptions& options);

using MatrixLoader = UserItemMatrix (*)(const std::filesystem::path& folder,
                                        const DataOptions& options);

struct DatasetRow {
  std::string_view name;
  std::string_view what;    // the data set in one line
  std::string_view source;  // who publishes it and where
  std::string_view licence;
  bool fetchable;          // whether `lerl fetch NAME` brings it
  std::string_view files;  // what the folder must hold, for people; empty: data are generated
  int64_t published_rows;  // interactions in the standard logs, as published; 0: it changes
  Loader load;
  MatrixLoader matrix = nullptr;  // the full matrix of its users and items, if it has one
};

std::span<const DatasetRow> DatasetRows();

// Throws Error(kUsage) on an unknown name, and names the nearest known one.
const DatasetRow& FindDatasetRow(std::string_view name);

// Returns $LERL_DATA_DIR/NAME if it exists, else CacheDir()/datasets/NAME, which may not exist.
std::filesystem::path DatasetFolder(const std::string& name);

// Tells a person in several lines how to get the data set: project, licence, files, folder.
std::string HowToGet(const DatasetRow& entry);

// Loads a data set by its name in the table above, by the path of a TOML file
// (data/sources/csv.h, data/sources/matrix_dataset.h), or by that of a folder with RecBole's atomic
// files, whose description is guessed (data/guess/describe.h). Goes through data/store.h unless
// keep_prepared is off. Throws Error(kData) when files are missing or wrong.
Dataset LoadDataset(const std::string& name_or_toml, const DataOptions& options = {});

// Returns whether the data set is known to have a full matrix of its own (data/matrix.h).
bool HasDataMatrix(const std::string& name_or_toml);
// Loads that matrix. Throws Error(kConfig) for a data set without one, and Error(kData) on wrong
// files.
UserItemMatrix LoadDataMatrix(const std::string& name_or_toml, const DataOptions& options = {});

}  // namespace lerl
