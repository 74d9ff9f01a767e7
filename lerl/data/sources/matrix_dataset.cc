#include "lerl/data/sources/matrix_dataset.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <utility>

#include "lerl/base/check.h"
#include "lerl/base/rng.h"
#include "lerl/data/builder.h"
#include "lerl/data/table.h"

namespace lerl {
namespace fs = std::filesystem;
namespace {

constexpr int64_t kStartMs = 1'577'836'800'000, kMinuteMs = 60'000;  // 2020-01-01

MatrixDataConfig ReadDescription(const fs::path& toml) {
  MatrixDataConfig config;
  ConfigSource::FromFile(toml).Read(config);
  if (config.name.empty()) config.name = toml.stem().string();
  if (config.category_separator.empty())
    throw Error(ErrorKind::kConfig,
                toml.string() + ": category_separator must be a text like \"|\"");
  return config;
}

// Marks the cells of the log file that are not 0. Their values replace those of `matrix`.
std::vector<uint8_t> ReadLog(const fs::path& path, UserItemMatrix& matrix) {
  const UserItemMatrix log = ReadMatrix(path);
  if (log.rows != matrix.rows || log.columns != matrix.columns)
    throw Error(ErrorKind::kData, path.string() + ": " + std::to_string(log.rows) + " x " +
                                      std::to_string(log.columns) + " cells where " +
                                      matrix.source + " has " + std::to_string(matrix.rows) +
                                      " x " + std::to_string(matrix.columns));
  std::vector<uint8_t> logged(log.values.size());
  for (size_t i = 0; i < logged.size(); ++i) {
    logged[i] = log.values[i] != 0;
    if (logged[i] != 0) matrix.values[i] = log.values[i];
  }
  return logged;
}

std::vector<std::string> Places(int64_t count) {
  std::vector<std::string> names;
  for (int64_t i = 0; i < count; ++i) names.push_back(std::to_string(i));
  return names;
}

void AddItems(const MatrixDataConfig& config, const fs::path& toml, const DataOptions& options,
              Dataset& dataset) {
  CsvConfig csv;
  csv.category_separator = config.category_separator;
  csv.items = config.items;
  BadRows bad(options.max_bad_share);
  CategoryLists lists(dataset.num_items());
  IdMatch match(dataset.item_ids);
  ReadItems(csv, toml.parent_path() / config.items.file, match, lists, bad, dataset);
  lists.Store(dataset);
  ReportRead(bad, dataset);
}

}  // namespace

bool DescribesMatrix(const fs::path& toml) {
  const std::vector<std::string> sets = ConfigSource::FromFile(toml).AsSets();
  return std::ranges::any_of(sets,
                             [](const std::string& set) { return set.starts_with("matrix="); });
}

std::vector<fs::path> MatrixFiles(const fs::path& toml) {
  const MatrixDataConfig config = ReadDescription(toml);
  std::vector<fs::path> files = {toml, toml.parent_path() / config.matrix};
  for (const std::string& file : {config.log, config.items.file})
    if (!file.empty()) files.push_back(toml.parent_path() / file);
  return files;
}

UserItemMatrix LoadDescribedMatrix(const fs::path& toml) {
  return ReadMatrix(toml.parent_path() / ReadDescription(toml).matrix);
}

Dataset LoadMatrixDataset(const fs::path& toml, const DataOptions& options) {
  const MatrixDataConfig config = ReadDescription(toml);
  UserItemMatrix matrix = LoadDescribedMatrix(toml);
  const auto seed = static_cast<uint64_t>(config.seed);
  const std::vector<uint8_t> logged =
      config.log.empty() ? DrawLog(matrix.rows, matrix.columns, config.log_share, seed)
                         : ReadLog(toml.parent_path() / config.log, matrix);
  Dataset dataset = MakeMatrixDataset(config.name, matrix, logged, config.like_at_least, seed);
  if (!config.items.file.empty()) AddItems(config, toml, options, dataset);
  return dataset;
}

Dataset MakeMatrixDataset(const std::string& name, const UserItemMatrix& matrix,
                          std::span<const uint8_t> logged, double like_at_least, uint64_t seed) {
  LERL_CHECK_EQ(static_cast<int64_t>(logged.size()), matrix.rows * matrix.columns);
  Dataset dataset;
  dataset.name = name;
  dataset.behaviours = {"like"};
  dataset.user_ids = Places(matrix.rows);
  dataset.item_ids = Places(matrix.columns);
  dataset.item_titles.resize(dataset.item_ids.size());
  dataset.category_offsets = std::vector<int64_t>(dataset.item_ids.size() + 1);
  std::vector<int64_t> offsets = {0}, times;
  std::vector<int32_t> items;
  std::vector<float> values;
  std::vector<uint8_t> likes;
  // The rows of each user: the logged cells in a random order, a minute apart.
  for (int64_t user = 0; user < matrix.rows; ++user) {
    std::vector<int32_t> own;
    for (int64_t item = 0; item < matrix.columns; ++item)
      if (logged[static_cast<size_t>(user * matrix.columns + item)] != 0)
        own.push_back(static_cast<int32_t>(item));
    Rng(seed, "order of a matrix log", static_cast<uint64_t>(user)).Shuffle(std::span(own));
    for (const int32_t item : own) {
      times.push_back(kStartMs + static_cast<int64_t>(items.size()) * kMinuteMs);
      items.push_back(item);
      values.push_back(matrix.At(user, item));
      likes.push_back(static_cast<double>(values.back()) >= like_at_least);
    }
    offsets.push_back(static_cast<int64_t>(items.size()));
  }
  dataset.user_offsets = std::move(offsets);
  dataset.items = std::move(items);
  dataset.times_ms = std::move(times);
  dataset.values = std::move(values);
  dataset.responses.emplace_back(std::move(likes));
  return dataset;
}

std::vector<uint8_t> DrawLog(int64_t rows, int64_t columns, double share, uint64_t seed) {
  const auto width = static_cast<size_t>(columns);
  const auto own =
      static_cast<size_t>(std::max(1.0, std::round(share * static_cast<double>(columns))));
  std::vector<uint8_t> logged(static_cast<size_t>(rows) * width);
  std::vector<int32_t> order(width);
  for (int64_t row = 0; row < rows; ++row) {
    std::iota(order.begin(), order.end(), 0);
    Rng(seed, "cells of a matrix log", static_cast<uint64_t>(row)).Shuffle(std::span(order));
    for (size_t i = 0; i < own; ++i)
      logged[static_cast<size_t>(row) * width + static_cast<size_t>(order[i])] = 1;
  }
  return logged;
}

}  // namespace lerl
