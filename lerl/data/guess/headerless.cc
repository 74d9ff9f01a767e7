#include "lerl/data/guess/headerless.h"

#include <algorithm>
#include <optional>

#include "lerl/base/error.h"
#include "lerl/data/guess/roles.h"
#include "lerl/data/time_text.h"

namespace lerl {
namespace {

constexpr size_t kNone = SIZE_MAX;

bool IsEvent(const std::string& value) {
  static constexpr const char* kEvents[] = {
      "purchase", "transaction", "buy",  "order", "pay",   "play", "cart", "addtocart",
      "favorite", "fav",         "like", "share", "click", "view", "pv"};
  return std::ranges::find(kEvents, value) != std::end(kEvents);
}

// The last column of times. Numbers that are only likely as days or years may be ids.
size_t TimesOf(const FileSample& sample) {
  for (size_t c = sample.columns.size(); c-- > 0;) {
    const std::optional<TimeGuess> time = GuessTime(sample.columns[c]);
    if (time && !time->unit.ends_with("days") && time->pattern != "%Y") return c;
  }
  return kNone;
}

size_t EventsOf(const FileSample& sample) {
  for (size_t c = 0; c < sample.columns.size(); ++c)
    if (sample.columns[c].Share(IsEvent) == 1 || IsEventColumn(sample.columns[c])) return c;
  return kNone;
}

// Whether the columns hold what Amazon calls its items, and its users.
bool AreItemsAndUsers(const SampleColumn& items, const SampleColumn& users) {
  const auto is_item = [](const std::string& id) { return id.size() == 10 && id[0] != 'A'; };
  const auto is_user = [](const std::string& id) { return id.size() > 10 && id[0] == 'A'; };
  return items.Share(is_item) == 1 && users.Share(is_user) == 1;
}

void RefuseMatrix(const FileSample& sample) {
  constexpr size_t kFewest = 8;
  const auto holds_numbers = [](const SampleColumn& column) { return column.Share(IsNumber) == 1; };
  if (sample.columns.size() < kFewest || !std::ranges::all_of(sample.columns, holds_numbers))
    return;
  throw Error(ErrorKind::kData,
              sample.path.string() + ": " + std::to_string(sample.columns.size()) +
                  " columns of numbers, without a header and without times, look like a full "
                  "matrix with a row for each user; write matrix = \"" +
                  sample.path.filename().string() +
                  "\" into a TOML file (docs/datasets.md, A full matrix), or name the columns in "
                  "columns if it is a log");
}

// What a column is called that holds neither users, items, times nor events; "" for nothing that is
// known.
std::string NameOfOther(const SampleColumn& item, const SampleColumn& column, bool events) {
  constexpr size_t kMostRatings = 21;
  if (column.distinct < 2) return "";
  if (DependsOn(item, column))
    return column.Share(IsNumber) < 0.5 && column.distinct == item.distinct ? "title"
                                                                            : "category_id";
  if (events || column.Share(IsNumber) < 1) return "";
  return column.distinct <= kMostRatings ? "rating" : "count";
}

std::vector<std::string> NamesByContent(const FileSample& sample) {
  const size_t times = TimesOf(sample), events = EventsOf(sample);
  if (times == kNone && events == kNone) RefuseMatrix(sample);
  std::vector<std::string> names;
  std::vector<size_t> left;
  for (size_t c = 0; c < sample.columns.size(); ++c) {
    names.push_back(c == times ? "timestamp" : c == events ? "event" : sample.columns[c].name);
    if (c != times && c != events) left.push_back(c);
  }
  if (left.size() < 2) return names;
  if (AreItemsAndUsers(sample.columns[left[0]], sample.columns[left[1]]))
    std::swap(left[0], left[1]);
  names[left[0]] = "user_id";
  names[left[1]] = "item_id";
  for (size_t k = 2; k < left.size(); ++k) {
    const std::string name =
        NameOfOther(sample.columns[left[1]], sample.columns[left[k]], events != kNone);
    if (!name.empty() && std::ranges::find(names, name) == names.end()) names[left[k]] = name;
  }
  return names;
}

}  // namespace

std::vector<std::string> NamesWithoutHeader(const FileSample& sample) {
  const auto share = [&](size_t column, auto holds) {
    return column < sample.columns.size() ? sample.columns[column].Share(holds) : 0;
  };
  const auto is_time = [](const std::string& value) {
    return ParseTimeMs(value, TimeFormat::kIso).has_value();
  };
  const auto lists_items = [](const std::string& value) {
    const std::string last = value.substr(value.size() < 2 ? 0 : value.size() - 2);
    return last == "-0" || last == "-1";
  };
  const size_t count = sample.columns.size();
  if (count == 5 && share(4, lists_items) == 1)  // MIND
    return {"impression_id", "user_id", "time", "history", "impressions"};
  if (count == 6 && share(1, is_time) == 1)  // Last.fm, 1,000 users
    return {"user_id", "timestamp", "artist_id", "artist_name", "track_id", "track_name"};
  if (count == 4 && share(0, IsNumber) + share(2, IsNumber) == 0 && share(3, IsNumber) == 1)
    return {"user_id", "artist_id", "artist", "plays"};  // Last.fm, 360,000 users
  const auto is_zero = [](const std::string& value) { return value == "0"; };
  if (count == 5 && share(2, IsEvent) == 1 && share(4, is_zero) == 1)  // Steam, 200,000 rows
    return {"user_id", "game", "event", "hours", "zero"};
  if (!sample.format.blocks.empty() && count == 4)  // Netflix
    return {"user_id", "rating", "date"};
  return NamesByContent(sample);
}

}  // namespace lerl
