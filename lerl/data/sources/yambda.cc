#include "lerl/data/sources/yambda.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/data/bad_rows.h"
#include "lerl/data/builder.h"
#include "lerl/data/log_rows.h"
#include "lerl/data/table.h"

namespace lerl {
namespace fs = std::filesystem;
namespace {

constexpr int64_t kGapMs = 30 * 60 * 1000;  // between the events of an interaction
constexpr int64_t kMostArtists = 1000;
constexpr uint32_t kListen = 1, kLike = 2, kDislike = 4;

struct LogFile {
  fs::path path;
  std::string event;  // of all its rows; empty: a column tells it
};

// The files of the log, of the first form that is there.
std::vector<LogFile> FilesOfLog(const fs::path& folder, const std::string& size) {
  for (const fs::path& place : {folder, folder / "flat" / size, folder / "sequential" / size}) {
    if (fs::exists(place / "multi_event.parquet")) return {{place / "multi_event.parquet", ""}};
    if (!fs::exists(place / "listens.parquet")) continue;
    std::vector<LogFile> files;
    for (const char* event : {"listen", "like", "dislike", "unlike", "undislike"})
      if (const fs::path path = place / (std::string(event) + "s.parquet"); fs::exists(path))
        files.push_back({path, event});
    return files;
  }
  return {{folder / "flat" / size / "multi_event.parquet", ""}};  // whose absence is told
}

// What a row says of an event, as texts.
enum Field { kItem, kTime, kOrganic, kEvent, kRatio, kFields };
constexpr std::array<const char*, kFields> kNames = {"item_id", "timestamp", "is_organic",
                                                     "event_type", "played_ratio_pct"};
using Fields = std::array<std::string_view, kFields>;

struct Event {
  std::string_view item;
  int64_t time_ms = 0;
  bool organic = false;
  std::optional<uint32_t> responses{};  // none: it takes an answer back
  float ratio = 0;
};

class EventReader {
 public:
  EventReader(const Table& table, const LogFile& file, double listen_percent)
      : table_(table), event_(file.event), listen_percent_(listen_percent) {
    for (size_t f = 0; f < kFields; ++f) {
      const bool told = f != kEvent || event_.empty();
      const bool of_listens = f == kRatio && !event_.empty() && event_ != "listen";
      if (told && !of_listens) columns_[f] = table.Column(kNames[f]);
    }
  }

  // The row's texts; of a list, those of its parts.
  Fields Texts() const {
    Fields texts{};
    for (size_t f = 0; f < kFields; ++f)
      if (columns_[f]) texts[f] = table_.Text(*columns_[f]);
    if (!event_.empty()) texts[kEvent] = event_;
    return texts;
  }

  // Throws BadRow for what is no event.
  Event Parse(const Fields& texts) const {
    Event event{.item = texts[kItem]};
    if (event.item.empty()) Fail(kItem, "an id is expected");
    event.time_ms = 1000 * Number(kTime, texts);
    const int64_t organic = Number(kOrganic, texts);
    if (organic != 0 && organic != 1) Fail(kOrganic, "0 or 1 is expected");
    event.organic = organic == 1;
    const std::string_view kind = texts[kEvent];
    if (kind == "listen") {
      const int64_t percent = Number(kRatio, texts);
      event.ratio = static_cast<float>(percent) / 100;
      event.responses = static_cast<double>(percent) >= listen_percent_ ? kListen : 0;
    } else if (kind == "like") {
      event.responses = kLike;
    } else if (kind == "dislike") {
      event.responses = kDislike;
    } else if (kind != "unlike" && kind != "undislike") {
      Fail(kEvent, "listen, like, dislike, unlike or undislike is expected");
    }
    return event;
  }

  [[noreturn]] void Fail(Field field, const std::string& what) const {
    table_.Fail(columns_[field].value_or(*columns_[kItem]), what);
  }

 private:
  // A whole number from 0 on.
  int64_t Number(Field field, const Fields& texts) const {
    int64_t value = -1;
    const std::string_view text = texts[field];
    const char* const end = text.data() + text.size();
    if (std::from_chars(text.data(), end, value).ptr != end || value < 0 || value > 4'294'967'295)
      Fail(field, "a whole number from 0 on is expected");
    return value;
  }
  const Table& table_;
  const std::string event_;
  const double listen_percent_;
  std::array<std::optional<size_t>, kFields> columns_;
};

// The parts of a list such as [1, null, "like"], null as "".
std::vector<std::string_view> Parts(std::string_view list) {
  std::vector<std::string_view> parts;
  list = list.substr(1, list.size() - 2);
  while (!list.empty()) {
    std::string_view part = list.substr(0, list.find(','));
    list.remove_prefix(std::min(part.size() + 1, list.size()));
    while (part.starts_with(' ')) part.remove_prefix(1);
    if (part.size() > 1 && part.starts_with('"')) part = part.substr(1, part.size() - 2);
    parts.push_back(part == "null" ? "" : part);
  }
  return parts;
}

// The events of the row of one user.
std::vector<Event> EventsOfUser(const EventReader& reader, const Fields& texts) {
  std::array<std::vector<std::string_view>, kFields> parts;
  for (size_t f = 0; f < kFields; ++f) {
    if (!texts[f].starts_with('[')) continue;  // what a file of one event has none of
    parts[f] = Parts(texts[f]);
    if (parts[f].size() != parts[kItem].size())
      reader.Fail(static_cast<Field>(f), "lists of one length are expected");
  }
  std::vector<Event> events;
  for (size_t n = 0; n < parts[kItem].size(); ++n) {
    Fields one = texts;
    for (size_t f = 0; f < kFields; ++f)
      if (!parts[f].empty()) one[f] = parts[f][n];
    events.push_back(reader.Parse(one));
  }
  return events;
}

struct LeftOut {
  int64_t taken_back = 0, of_other_source = 0;
};

void ReadEvents(const LogFile& file, const DataOptions& options, DatasetBuilder& builder,
                BadRows& bad, LeftOut& left_out) {
  Table table(file.path);
  const size_t user = table.Column("uid");
  const EventReader reader(table, file, options.listen_percent);
  builder.Reserve(At(builder.rows()) + table.EstimateRows());
  const auto add = [&](const Event& event) {
    if (!event.responses) {
      ++left_out.taken_back;
    } else if (options.exposure != "all" && (options.exposure == "organic") != event.organic) {
      ++left_out.of_other_source;
    } else {
      const uint32_t source = event.organic ? DatasetBuilder::kOrganic : 0;
      builder.AddRow(table.Text(user), event.item, event.time_ms, *event.responses | source,
                     event.ratio);
    }
  };
  ReadRows(table, bad, [&] {
    (void)table.Integer(user);
    const Fields texts = reader.Texts();
    if (!texts[kItem].starts_with('[')) return add(reader.Parse(texts));
    for (const Event& event : EventsOfUser(reader, texts)) add(event);
  });
}

void ReadArtists(const fs::path& path, const DatasetBuilder& builder, BadRows& bad,
                 Dataset& dataset) {
  CategoryLists lists(dataset.num_items());
  Table table(path);
  const size_t artist = table.Column("artist_id"), item = table.Column("item_id");
  int64_t unused = 0;
  ReadRows(table, bad, [&] {
    (void)table.Integer(artist);
    const int32_t index = builder.FindItem(table.Text(item));
    if (index < 0)
      ++unused;
    else
      lists.Add(index, table.Text(artist));
  });
  lists.Store(dataset, kMostArtists);
  AddDropped(dataset, "tracks of " + path.filename().string() + " without an interaction", unused);
}

}  // namespace

Dataset LoadYambda(const std::string& name, const fs::path& folder, const DataOptions& options) {
  const RowMemory memory = RowMemoryOf(options);
  DatasetBuilder builder(name, {"listen", "like", "dislike"}, /*has_values=*/true, memory);
  builder.KeepOrganic();
  BadRows bad(options.max_bad_share);
  LeftOut left_out;
  for (const LogFile& file : FilesOfLog(folder, name.substr(name.rfind('-') + 1)))
    ReadEvents(file, options, builder, bad, left_out);
  Dataset dataset = builder.Build(name + " (" + folder.string() + ")");
  const int64_t events = MergeEvents(dataset, kGapMs, memory);
  dataset.notes.push_back(std::to_string(events) + " events are " +
                          std::to_string(dataset.num_interactions()) + " interactions");
  dataset.notes.emplace_back("times count from a beginning that is not published");
  dataset.suggested_split = "global_cut";
  AddDropped(dataset, "events unlike and undislike", left_out.taken_back);
  AddDropped(dataset, "events that data.exposure leaves out", left_out.of_other_source);
  if (const fs::path artists = folder / "artist_item_mapping.parquet"; fs::exists(artists))
    ReadArtists(artists, builder, bad, dataset);
  ReportRead(bad, dataset);
  return dataset;
}

}  // namespace lerl
