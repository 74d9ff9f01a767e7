#include "lerl/data/sources/kuairand.h"

#include <array>
#include <utility>
#include <vector>

#include "lerl/base/index.h"

namespace lerl {
namespace fs = std::filesystem;
namespace {

constexpr std::array<std::pair<const char*, const char*>, 7> kBehaviours = {{
    {"click", "is_click"},
    {"long_view", "long_view"},
    {"like", "is_like"},
    {"comment", "is_comment"},
    {"forward", "is_forward"},
    {"follow", "is_follow"},
    {"hate", "is_hate"},
}};

std::string Suffix(const std::string& name) { return name.substr(name.rfind('-') + 1); }

// 27K comes in two parts per period, the smaller releases in one file.
std::vector<fs::path> LogFiles(const fs::path& folder, const std::string& suffix,
                               bool include_random) {
  std::vector<fs::path> files;
  for (const char* period : {"log_standard_4_08_to_4_21_", "log_standard_4_22_to_5_08_"}) {
    const std::string stem = period + suffix;
    if (fs::exists(folder / (stem + "_part1.csv"))) {
      files.push_back(folder / (stem + "_part1.csv"));
      files.push_back(folder / (stem + "_part2.csv"));
    } else {
      files.push_back(folder / (stem + ".csv"));
    }
  }
  if (include_random) files.push_back(folder / ("log_random_4_22_to_5_08_" + suffix + ".csv"));
  return files;
}

int64_t ReadLog(const fs::path& path, DatasetBuilder& builder, BadRows& bad) {
  Table table(path);
  const size_t user = table.Column("user_id"), item = table.Column("video_id"),
               time = table.Column("time_ms");
  std::array<size_t, kBehaviours.size()> columns;
  for (size_t i = 0; i < columns.size(); ++i) columns[i] = table.Column(kBehaviours[i].second);
  builder.Reserve(At(builder.rows()) + table.EstimateRows());
  return ReadRows(table, bad, [&] {
    uint32_t responses = 0;
    for (size_t i = 0; i < columns.size(); ++i)
      responses |= (table.Flag(columns[i]) ? 1U : 0U) << i;
    (void)table.Integer(user);
    (void)table.Integer(item);
    builder.AddRow(table.Text(user), table.Text(item), table.TimeMs(time, 1), responses);
  });
}

// The class of a length in seconds. The classes are such that a viewer would tell them apart.
const char* DurationClass(double milliseconds) {
  if (milliseconds <= 0) return "";
  if (milliseconds < 10'000) return "under 10 s";
  if (milliseconds < 30'000) return "10 to 30 s";
  if (milliseconds < 60'000) return "30 to 60 s";
  if (milliseconds < 180'000) return "1 to 3 min";
  return "over 3 min";
}

// Reads a list such as "27,9", whose parts must all be ids.
void CheckTags(const Table& table, size_t column) {
  for (const char c : table.Text(column))
    if ((c < '0' || c > '9') && c != ',' && c != ' ')
      table.Fail(column, "category ids separated by commas are expected");
}

}  // namespace

fs::path KuaiFolder(const fs::path& folder, const std::string& file) {
  return !fs::exists(folder / file) && fs::is_directory(folder / "data") ? folder / "data" : folder;
}

void ReadKuaiUserFeatures(const fs::path& path, const DatasetBuilder& builder, BadRows& bad,
                          Dataset& dataset) {
  std::vector<std::string> names = {
      "user_active_degree",  "is_live_streamer",      "is_video_author",    "follow_user_num_range",
      "fans_user_num_range", "friend_user_num_range", "register_days_range"};
  for (int i = 0; i < 18; ++i) names.push_back("onehot_feat" + std::to_string(i));
  Table table(path);
  const size_t user = table.Column("user_id");
  std::vector<size_t> columns;
  for (const std::string& feature : names) columns.push_back(table.Column(feature));
  FeatureTable features(names, dataset.num_users());
  int64_t unused = 0;
  ReadRows(table, bad, [&] {
    (void)table.Integer(user);
    const int32_t index = builder.FindUser(table.Text(user));
    if (index < 0) {
      ++unused;
      return;
    }
    for (size_t i = 0; i < columns.size(); ++i) features.Set(i, index, table.Text(columns[i]));
  });
  dataset.user_features = features.Take();
  AddDropped(dataset, "users of " + path.filename().string() + " without an interaction", unused);
}

void ReadKuaiRandVideos(const fs::path& path, const DatasetBuilder& builder, BadRows& bad,
                        Dataset& dataset) {
  Table table(path);
  const std::vector<std::string> names = {"video_type", "upload_type", "music_type", "duration"};
  const size_t item = table.Column("video_id"), tag = table.Column("tag"),
               duration = table.Column("video_duration");
  const std::array<size_t, 3> columns = {table.Column(names[0]), table.Column(names[1]),
                                         table.Column(names[2])};
  FeatureTable features(names, dataset.num_items());
  CategoryLists lists(dataset.num_items());
  int64_t unused = 0;
  ReadRows(table, bad, [&] {
    (void)table.Integer(item);
    CheckTags(table, tag);
    const std::string_view length = table.Text(duration);
    const double milliseconds = length.empty() || length == "nan" ? 0 : table.Real(duration);
    const int32_t index = builder.FindItem(table.Text(item));
    if (index < 0) {
      ++unused;
      return;
    }
    for (size_t i = 0; i < columns.size(); ++i) features.Set(i, index, table.Text(columns[i]));
    features.Set(columns.size(), index, DurationClass(milliseconds));
    lists.AddAll(index, table.Text(tag), ",");
  });
  dataset.item_features = features.Take();
  lists.Store(dataset);
  AddDropped(dataset, "videos of " + path.filename().string() + " without an interaction", unused);
}

Dataset LoadKuaiRand(const std::string& name, const fs::path& folder, const DataOptions& options) {
  const std::string suffix = Suffix(name);
  const fs::path files = KuaiFolder(folder, "user_features_" + suffix + ".csv");
  std::vector<std::string> behaviours;
  for (const auto& [behaviour, column] : kBehaviours) behaviours.emplace_back(behaviour);
  DatasetBuilder builder(name, behaviours, /*has_values=*/false, RowMemoryOf(options));
  BadRows bad(options.max_bad_share);
  for (const fs::path& log : LogFiles(files, suffix, options.include_random))
    ReadLog(log, builder, bad);
  Dataset dataset = builder.Build(name + " (" + files.string() + ")");
  dataset.suggested_split = "global_cut";
  ReadKuaiRandVideos(files / ("video_features_basic_" + suffix + ".csv"), builder, bad, dataset);
  ReadKuaiUserFeatures(files / ("user_features_" + suffix + ".csv"), builder, bad, dataset);
  ReportRead(bad, dataset);
  return dataset;
}

}  // namespace lerl
