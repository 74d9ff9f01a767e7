#pragma once
// Prepared data sets: one binary file per data set that maps straight into memory.
//
// Layout: "LERLDATA", version (u32), header length (u32), header checksum (u64), JSON header, then
// sections, each at a multiple of 64 bytes. The header names every section with its offset, length
// and XXH3-64 checksum; all are verified at load. Columns are views of the mapping; names are
// copied. Numbers are little-endian, as on every machine that lerl builds for.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lerl/data/dataset.h"

namespace lerl {

// Written whole or not at all; `stamp` is what LoadPrepared will ask for. Throws Error(kIo).
void SavePrepared(const std::filesystem::path& path, const Dataset& dataset,
                  const std::string& stamp);

// Nothing if there is no file or it has another stamp or version. Throws Error(kData) if it is
// damaged.
std::optional<Dataset> LoadPrepared(const std::filesystem::path& path, const std::string& stamp);

// Names, sizes and times of change of the files and the settings, in one text: a new stamp means
// that the data have to be read again. Folders count with all files directly in them.
std::string SourceStamp(const std::vector<std::filesystem::path>& sources,
                        const std::string& settings);

// The prepared copy if it is good, else what `load` reads, kept for the next time. A damaged copy
// is rebuilt with a warning; a cache that can't be written costs a warning only.
Dataset LoadThroughStore(const std::filesystem::path& path, const std::string& stamp,
                         const std::function<Dataset()>& load);

}  // namespace lerl
