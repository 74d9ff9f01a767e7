#include "lerl/data/registry.h"

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <system_error>
#include <vector>

#include "lerl/base/cache_file.h"
#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/log.h"
#include "lerl/base/registry.h"
#include "lerl/data/guess/describe.h"
#include "lerl/data/sources/coat_like.h"
#include "lerl/data/sources/csv.h"
#include "lerl/data/sources/kuairand.h"
#include "lerl/data/sources/kuairec.h"
#include "lerl/data/sources/matrix_dataset.h"
#include "lerl/data/sources/movielens.h"
#include "lerl/data/sources/vk_lsvd.h"
#include "lerl/data/sources/yambda.h"
#include "lerl/data/store.h"

namespace lerl {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kMovieLensLicence =
    "GroupLens terms of use: research use, acknowledgement, no redistribution";
constexpr std::string_view kMovieLensCsv = "ratings.csv, movies.csv";
constexpr std::string_view kShareAlike = "CC BY-SA 4.0";
constexpr std::string_view kGroupLens = "GroupLens, https://grouplens.org/datasets/movielens/";
constexpr std::string_view kApache = "Apache-2.0";
constexpr std::string_view kYambda = "Yandex, Yambda, https://arxiv.org/abs/2505.22238";
constexpr std::string_view kYambdaFiles =
    "flat/SIZE/multi_event.parquet or sequential/SIZE/multi_event.parquet, "
    "artist_item_mapping.parquet";
constexpr std::string_view kKuaiRand = "KuaiRand, https://kuairand.com";

constexpr DatasetRow kDatasetRows[] = {
    {"ml-100k", "MovieLens-100K: 943 users, 1,682 movies, 100,000 ratings", kGroupLens,
     kMovieLensLicence, true,
     "ml-100k.inter, ml-100k.item, ml-100k.user; or u.data, u.item, u.user, u.genre", 100'000,
     LoadMovieLens100K},
    {"ml-1m", "MovieLens-1M: 6,040 users, 3,706 movies, 1,000,209 ratings", kGroupLens,
     kMovieLensLicence, false, "ratings.dat, movies.dat, users.dat", 1'000'209, LoadMovieLens1M},
    {"ml-10m", "MovieLens-10M: 69,878 users, 10,681 movies, 10,000,054 ratings", kGroupLens,
     kMovieLensLicence, false, "ratings.dat, movies.dat", 10'000'054, LoadMovieLens10M},
    {"ml-20m", "MovieLens-20M: 138,493 users, 27,278 movies, 20,000,263 ratings", kGroupLens,
     kMovieLensLicence, false, kMovieLensCsv, 20'000'263, LoadMovieLensCsv},
    {"ml-25m", "MovieLens-25M: 162,541 users, 62,423 movies, 25,000,095 ratings", kGroupLens,
     kMovieLensLicence, false, kMovieLensCsv, 25'000'095, LoadMovieLensCsv},
    {"ml-32m", "MovieLens-32M: 200,948 users, 87,585 movies, 32,000,204 ratings", kGroupLens,
     kMovieLensLicence, false, kMovieLensCsv, 32'000'204, LoadMovieLensCsv},
    {"ml-latest-small", "MovieLens, the small part of the latest: some 100,000 ratings", kGroupLens,
     kMovieLensLicence, false, kMovieLensCsv, 0, LoadMovieLensCsv},
    {"ml-latest", "MovieLens, the latest: some 33 million ratings", kGroupLens, kMovieLensLicence,
     false, kMovieLensCsv, 0, LoadMovieLensCsv},
    {"kuairand-pure", "KuaiRand-Pure: 27,285 users, 7,583 videos, 1.4 million views", kKuaiRand,
     kShareAlike, false,
     "log_standard_4_08_to_4_21_pure.csv, log_standard_4_22_to_5_08_pure.csv, "
     "user_features_pure.csv, video_features_basic_pure.csv",
     1'436'609, LoadKuaiRand},
    {"kuairand-1k", "KuaiRand-1K: 1,000 users, 4.4 million videos, 11.7 million views", kKuaiRand,
     kShareAlike, false,
     "log_standard_4_08_to_4_21_1k.csv, log_standard_4_22_to_5_08_1k.csv, user_features_1k.csv, "
     "video_features_basic_1k.csv",
     11'713'045, LoadKuaiRand},
    {"kuairand-27k", "KuaiRand-27K: 27,285 users, 32 million videos, 322 million views", kKuaiRand,
     kShareAlike, false,
     "log_standard_4_08_to_4_21_27k_part1.csv and _part2, log_standard_4_22_to_5_08_27k_part1.csv "
     "and _part2, user_features_27k.csv, video_features_basic_27k.csv",
     322'278'385, LoadKuaiRand},
    {"kuairec", "KuaiRec 2.0: 7,176 users, 10,728 videos, 12.5 million views",
     "KuaiRec, https://kuairec.com", kShareAlike, false,
     "big_matrix.csv, item_categories.csv, user_features.csv, kuairec_caption_category.csv",
     12'530'806, LoadKuaiRec, LoadKuaiRecSmallMatrix},
    {"yambda-50m", "Yambda-50M: 10,000 users, some 48 million events with tracks", kYambda, kApache,
     false, kYambdaFiles, 0, LoadYambda},
    {"yambda-500m", "Yambda-500M: 100,000 users, some 480 million events with tracks", kYambda,
     kApache, false, kYambdaFiles, 0, LoadYambda},
    {"yambda-5b", "Yambda-5B: 1 million users, 9.39 million tracks, 4.79 billion events", kYambda,
     kApache, false, kYambdaFiles, 0, LoadYambda},
    {"vk-lsvd",
     "VK-LSVD: 10 million users, 19.6 million videos, 40.8 billion views, or a subsample",
     "VK, deepvk/VK-LSVD", kApache, false,
     "interactions/train/week_*.parquet or subsamples/NAME/train/week_*.parquet, "
     "metadata/items_metadata.parquet, metadata/users_metadata.parquet",
     0, LoadVkLsvd},
    {"coat-like", "a made-up full matrix like Coat's: 290 users, 300 items, values 1 to 5",
     "lerl/data/sources/coat_like.h", "generated", false, "", 6'960, LoadCoatLike,
     LoadCoatLikeMatrix},
};

std::string Settings(const std::string& name, DataOptions options) {
  options.keep_prepared = true;                 // whether a copy is kept has no effect on the data
  options.memory_mb = DataOptions{}.memory_mb;  // nor has the memory
  return name + " " + ConfigToJson(options).dump();
}

fs::path PreparedPath(const std::string& name, const std::string& settings,
                      const fs::path& source) {
  const std::string key = settings + " " + fs::absolute(source).lexically_normal().string();
  return CacheFile("prepared", name, key, ".lerl");
}

// A file that was cut off at the end of a line is well formed, so only its row count can tell.
void WarnOfMissingRows(const DatasetRow& entry, const DataOptions& options,
                       const Dataset& dataset) {
  if (options.include_random || options.include_small || entry.published_rows == 0 ||
      dataset.num_interactions() == entry.published_rows)
    return;
  LogWarning(dataset.name + ": " + std::to_string(dataset.num_interactions()) +
             " interactions where " + std::to_string(entry.published_rows) +
             " were published; is a file cut off?");
}

// The folder of a data set that has files. Throws Error(kData) saying how to get them.
fs::path ExistingFolder(const DatasetRow& entry) {
  const std::string name(entry.name);
  fs::path folder = DatasetFolder(name);
  if (fs::is_directory(folder)) return folder;
  throw Error(
      ErrorKind::kData,
      name + ": not found at " + folder.string() + "; " +
          (entry.fetchable
               ? "run `lerl fetch " + name + "`"
               : "it comes from " + std::string(entry.source) + " (" + std::string(entry.licence) +
                     "): put its files into that folder; `lerl fetch " + name + "` tells more"));
}

std::vector<fs::path> WithSubfolders(const fs::path& folder) {
  std::vector<fs::path> folders = {folder};
  std::error_code unreadable;  // then the loader says which file can't be read
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder, unreadable))
    if (entry.is_directory()) folders.push_back(entry.path());
  return folders;
}

Dataset LoadKnown(const DatasetRow& entry, const DataOptions& options) {
  const std::string name(entry.name);
  if (entry.files.empty()) return entry.load(name, {}, options);
  const fs::path folder = ExistingFolder(entry);
  const auto read = [&] {
    LogInfo(name + ": reading " + folder.string());
    Dataset dataset = entry.load(name, folder, options);
    WarnOfMissingRows(entry, options, dataset);
    return dataset;
  };
  if (!options.keep_prepared) return read();
  const std::string settings = Settings(name, options);
  return LoadThroughStore(PreparedPath(name, settings, folder),
                          SourceStamp(WithSubfolders(folder), settings), read);
}

Dataset LoadDescribed(const fs::path& toml, const DataOptions& options) {
  const bool matrix = DescribesMatrix(toml);
  const auto read = [&] {
    return matrix ? LoadMatrixDataset(toml, options) : LoadCsv(toml, options);
  };
  if (!options.keep_prepared) return read();
  const std::string settings = Settings(toml.stem().string(), options);
  return LoadThroughStore(PreparedPath(toml.stem().string(), settings, toml),
                          SourceStamp(matrix ? MatrixFiles(toml) : CsvFiles(toml), settings), read);
}

// A folder with RecBole's atomic files, as it is.
bool IsFolderOfData(const std::string& name) {
  return name.find('/') != std::string::npos && fs::is_directory(name);
}

Dataset LoadFolder(const fs::path& folder, const DataOptions& options) {
  const fs::path named = folder.filename().empty() ? folder.parent_path() : folder;
  CsvDescription description =
      ParseCsvDescription(GuessDescription(folder), folder.string(), folder);
  description.config.name = named.filename().string();
  const auto read = [&] { return LoadCsv(description, options); };
  if (!options.keep_prepared) return read();
  const std::string settings = Settings(description.config.name, options);
  return LoadThroughStore(PreparedPath(description.config.name, settings, folder),
                          SourceStamp({folder}, settings), read);
}

}  // namespace

std::span<const DatasetRow> DatasetRows() { return kDatasetRows; }

const DatasetRow& FindDatasetRow(std::string_view name) {
  return FindRow(DatasetRows(), name, "data",
                 "data set (nor .toml file that describes one, nor folder of RecBole's)",
                 ErrorKind::kUsage);
}

fs::path DatasetFolder(const std::string& name) {
  const char* own = std::getenv("LERL_DATA_DIR");
  if (own != nullptr && *own != '\0' && fs::is_directory(fs::path(own) / name))
    return fs::path(own) / name;
  return CacheDir() / "datasets" / name;
}

std::string HowToGet(const DatasetRow& entry) {
  const std::string name(entry.name);
  return name + ": " + std::string(entry.what) + "\n  project: " + std::string(entry.source) +
         "\n  licence: " + std::string(entry.licence) + "\n  files:   " + std::string(entry.files) +
         "\n  folder:  " + DatasetFolder(name).string() + " (or $LERL_DATA_DIR/" + name + ")\n";
}

Dataset LoadDataset(const std::string& name_or_toml, const DataOptions& options) {
  if (IsFolderOfData(name_or_toml)) return LoadFolder(name_or_toml, options);
  return name_or_toml.ends_with(".toml") ? LoadDescribed(name_or_toml, options)
                                         : LoadKnown(FindDatasetRow(name_or_toml), options);
}

bool HasDataMatrix(const std::string& name_or_toml) {
  if (IsFolderOfData(name_or_toml)) return false;
  return name_or_toml.ends_with(".toml") ? DescribesMatrix(name_or_toml)
                                         : FindDatasetRow(name_or_toml).matrix != nullptr;
}

UserItemMatrix LoadDataMatrix(const std::string& name_or_toml, const DataOptions& options) {
  if (!HasDataMatrix(name_or_toml))
    throw Error(ErrorKind::kConfig, name_or_toml +
                                        " has no full matrix; set env.matrix.source = \"fitted\", "
                                        "or \"file\" with env.matrix.file");
  if (name_or_toml.ends_with(".toml")) return LoadDescribedMatrix(name_or_toml);
  const DatasetRow& entry = FindDatasetRow(name_or_toml);
  return entry.matrix(entry.files.empty() ? fs::path() : ExistingFolder(entry), options);
}

}  // namespace lerl
