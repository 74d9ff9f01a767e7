#pragma once
// Prepared data sets: one binary file per data set, which is mapped into memory as it is.
//
// Layout:
//   "LERLDATA"        8 bytes
//   version           u32
//   header length     u32, in bytes
//   header checksum   u64
//   header            JSON; it names every section with its offset, length and XXH3-64 checksum
//   sections          each at a multiple of 64 bytes
//
// All checksums are verified at load. Columns are views of the mapping, and names are copied.
// Numbers are little-endian, as on every machine that lerl builds for.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lerl/data/dataset.h"

namespace lerl {

// Writes the file whole or not at all. LoadPrepared will ask for `stamp`. Throws Error(kIo).
void SavePrepared(const std::filesystem::path& path, const Dataset& dataset,
                  const std::string& stamp);

// Returns nothing if there is no file, or one with another stamp or version. Throws Error(kData) if
// the file is damaged.
std::optional<Dataset> LoadPrepared(const std::filesystem::path& path, const std::string& stamp);

// Returns one text of the settings and of the files' names, sizes and times of change. A new stamp
// means that the data have to be read again. A folder stands for all files directly in it.
std::string SourceStamp(const std::vector<std::filesystem::path>& sources,
                        const std::string& settings);

// Returns the prepared copy if it is good. Otherwise returns what `load` reads, and keeps that for
// the next time. A damaged copy is rebuilt with a warning, and a cache that can't be written causes
// no more than a warning.
Dataset LoadThroughStore(const std::filesystem::path& path, const std::string& stamp,
                         const std::function<Dataset()>& load);

}  // namespace lerl
