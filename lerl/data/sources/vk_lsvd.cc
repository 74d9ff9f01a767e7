#include "lerl/data/sources/vk_lsvd.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/data/bad_rows.h"
#include "lerl/data/builder.h"
#include "lerl/data/table.h"

namespace lerl {
namespace fs = std::filesystem;
namespace {

constexpr int64_t kMostAuthors = 1000;

// Behaviours and their columns, but for the first behaviour, which is computed.
constexpr std::array<const char*, 6> kAnswers = {
    "like", "share", "bookmark", "click_on_author", "open_comments", "dislike"};

std::vector<fs::path> WeeksOf(const fs::path& folder) {
  std::vector<fs::path> weeks;
  for (const char* part : {"train", "validation", "test"}) {
    if (!fs::is_directory(folder / part)) continue;
    const size_t first = weeks.size();
    for (const fs::directory_entry& entry : fs::directory_iterator(folder / part))
      if (entry.path().extension() == ".parquet") weeks.push_back(entry.path());
    std::sort(weeks.begin() + static_cast<std::ptrdiff_t>(first), weeks.end());
  }
  if (weeks.empty())
    throw Error(ErrorKind::kData, (folder / "train").string() +
                                      ": no file week_*.parquet is there; put the log there, or "
                                      "name the folder of a part of it with data.subsample");
  return weeks;
}

// The durations of videos in seconds, in 8 bytes each.
class Durations {
 public:
  Durations(const fs::path& path, BadRows& bad) {
    Table table(path);
    const size_t item = table.Column("item_id"), duration = table.Column("duration");
    seconds_.reserve(table.EstimateRows());
    ReadRows(table, bad, [&] {
      seconds_.emplace_back(static_cast<uint32_t>(table.Integer(item)),
                            static_cast<float>(table.Real(duration)));
    });
    std::ranges::sort(seconds_);
  }
  // 0 where it is unknown.
  float Of(int64_t item) const {
    const std::pair<uint32_t, float> wanted(static_cast<uint32_t>(item), -1.0F);
    const auto found = std::ranges::lower_bound(seconds_, wanted);
    return found != seconds_.end() && found->first == wanted.first ? found->second : 0;
  }

 private:
  std::vector<std::pair<uint32_t, float>> seconds_;
};

// "true" and "false", as flags of Parquet come.
bool Answered(const Table& table, size_t column) {
  const std::string_view text = table.Text(column);
  if (text == "true" || text == "false") return text == "true";
  return table.Flag(column);
}

void ReadWeek(const fs::path& path, const DataOptions& options, const Durations& durations,
              DatasetBuilder& builder, BadRows& bad) {
  Table table(path);
  const size_t user = table.Column("user_id"), item = table.Column("item_id"),
               spent = table.Column("timespent");
  std::array<size_t, kAnswers.size()> answers;
  for (size_t f = 0; f < answers.size(); ++f) answers[f] = table.Column(kAnswers[f]);
  builder.Reserve(At(builder.rows()) + table.EstimateRows());
  ReadRows(table, bad, [&] {
    (void)table.Integer(user);
    const float duration = durations.Of(table.Integer(item));
    if (duration <= 0) table.Fail(item, "a video with a duration in items_metadata is expected");
    const double seconds = table.Real(spent);
    if (seconds < 0) table.Fail(spent, "seconds from 0 on are expected");
    const double ratio = seconds / static_cast<double>(duration);
    uint32_t responses = ratio >= options.long_view_ratio ? 1 : 0;
    for (size_t f = 0; f < answers.size(); ++f)
      responses |= (Answered(table, answers[f]) ? 2U : 0U) << f;
    builder.AddRow(table.Text(user), table.Text(item), builder.rows(), responses,
                   static_cast<float>(ratio));
  });
}

const char* LengthClass(double seconds) {
  if (seconds <= 0) return "";
  if (seconds < 15) return "under 15 s";
  if (seconds < 30) return "15 to 30 s";
  if (seconds < 60) return "30 to 60 s";
  return "from 1 min on";
}

void ReadVideos(const fs::path& path, const DatasetBuilder& builder, BadRows& bad,
                Dataset& dataset) {
  Table table(path);
  const size_t item = table.Column("item_id"), author = table.Column("author_id"),
               duration = table.Column("duration");
  FeatureTable features({"duration"}, dataset.num_items());
  CategoryLists lists(dataset.num_items());
  int64_t unused = 0;
  ReadRows(table, bad, [&] {
    const double seconds = table.Real(duration);
    const int32_t index = builder.FindItem(table.Text(item));
    if (index < 0) {
      ++unused;
      return;
    }
    features.Set(0, index, LengthClass(seconds));
    lists.Add(index, table.Text(author));
  });
  dataset.item_features = features.Take();
  lists.Store(dataset, kMostAuthors);
  AddDropped(dataset, "videos of " + path.filename().string() + " without an interaction", unused);
}

void ReadUsers(const fs::path& path, const DatasetBuilder& builder, BadRows& bad,
               Dataset& dataset) {
  const std::vector<std::string> names = {"age", "gender", "geo"};
  Table table(path);
  const size_t user = table.Column("user_id");
  std::vector<size_t> columns;
  for (const std::string& name : names) columns.push_back(table.Column(name));
  FeatureTable features(names, dataset.num_users());
  int64_t unused = 0;
  ReadRows(table, bad, [&] {
    const int32_t index = builder.FindUser(table.Text(user));
    if (index < 0) {
      ++unused;
      return;
    }
    for (size_t f = 0; f < columns.size(); ++f) features.Set(f, index, table.Text(columns[f]));
  });
  dataset.user_features = features.Take();
  AddDropped(dataset, "users of " + path.filename().string() + " without an interaction", unused);
}

}  // namespace

Dataset LoadVkLsvd(const std::string& name, const fs::path& folder, const DataOptions& options) {
  std::vector<std::string> behaviours = {"long_view"};
  behaviours.insert(behaviours.end(), kAnswers.begin(), kAnswers.end());
  DatasetBuilder builder(name, behaviours, /*has_values=*/true, RowMemoryOf(options));
  const fs::path videos = folder / "metadata" / "items_metadata.parquet";
  BadRows bad(options.max_bad_share);
  {
    BadRows counted_later(options.max_bad_share);
    const Durations durations(videos, counted_later);
    const fs::path log = options.subsample.empty() ? folder / "interactions"
                                                   : folder / "subsamples" / options.subsample;
    for (const fs::path& week : WeeksOf(log)) ReadWeek(week, options, durations, builder, bad);
  }
  Dataset dataset = builder.Build(name + " (" + folder.string() + ")");
  dataset.notes.emplace_back(kNoTimes);
  dataset.suggested_split = "global_cut";
  ReadVideos(videos, builder, bad, dataset);
  ReadUsers(folder / "metadata" / "users_metadata.parquet", builder, bad, dataset);
  ReportRead(bad, dataset);
  return dataset;
}

}  // namespace lerl
