#include "lerl/data/guess/roles.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <map>

#include "lerl/base/index.h"
#include "lerl/base/printable.h"
#include "lerl/data/time_text.h"

namespace lerl {
namespace {

// As SimpleName writes them, the likelier first.
const char* NamesTextOf(Role role) {
  switch (role) {
    case Role::kUser:
      return "userid user uid reviewerid visitorid customerid memberid accountid viewerid "
             "playerid listenerid personid clientid username userno usr customer visitor "
             "member account person client reviewer sessionid session";
    case Role::kItem:
      return "impressionsitem parentasin itemid item iid asin movieid bookid isbn businessid "
             "productid videoid newsid trackid songid gameid articleid appid "
             "animeid recipeid restaurantid listingid contentid filmid courseid jobid adid "
             "postid movie product video game film book song track article sku artist artistid id";
    case Role::kTime:
      return "timestamp unixreviewtime time eventtime datetime date timems ts createdat "
             "dateadded dateupdated when unixtime reviewtime reviewdate createdate created "
             "day eventdate";
    case Role::kRating:
      return "rating stars overall score bookrating starrating reviewscore reviewoverall "
             "myrating ratings rate";
    case Role::kYesNo:
      return "impressionsresponse purchase purchased buy like liked islike click clicked "
             "isclick recommend recommended votedup isread favorite favourite follow "
             "longview label response target";
    case Role::kEvent:
      return "event eventtype behavior behaviour behaviortype action actiontype type "
             "interaction activity eventname";
    case Role::kAmount:
      return "plays hours playtime playcount listencount watchratio weight count "
             "playduration watchtime duration quantity value";
    case Role::kPrice:
      return "price unitprice itemprice productprice saleprice";
    case Role::kTitle:
      return "title movietitle booktitle productname appname trackname name headline product "
             "game artistname";
    case Role::kCategory:
      return "genres genre category categories categorycode class maincategory categoryid "
             "tags tag topics topic feat itemcategory brand publisher store artistname year "
             "releaseyear itemfeature1";
  }
  return "";
}

// What is wanted most comes first. Other kinds of events, such as views, only say that an item was
// shown.
constexpr std::string_view kWantedEvents =
    "purchase transaction buy order pay play cart addtocart favorite fav like share click";

std::vector<std::string> WordsOf(std::string_view text) {
  constexpr std::string_view kBlanks = " \n";
  std::vector<std::string> words;
  while (!(text = Trimmed(text, kBlanks)).empty()) {
    words.emplace_back(text.substr(0, text.find_first_of(kBlanks)));
    text.remove_prefix(words.back().size());
  }
  return words;
}

std::vector<std::string> NamesOf(Role role) { return WordsOf(NamesTextOf(role)); }

std::string SimpleName(std::string_view name) {
  std::string simple;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') simple += static_cast<char>(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) simple += c;
  }
  return simple;
}

double NumberIn(const std::string& text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool IsYesNo(const SampleColumn& column) {
  static constexpr std::string_view kWords[] = {
      "0", "1", "0.0", "1.0", "true", "false", "True", "False", "yes", "no", "Yes", "No", "t", "f"};
  return column.distinct == 2 && column.Share([](const std::string& value) {
    return std::ranges::find(kWords, value) != std::end(kWords);
  }) == 1;
}

std::string YesOf(const SampleColumn& column) {
  for (const char* yes : {"1", "1.0", "true", "True", "yes", "Yes", "t"})
    if (std::ranges::find(column.values, yes) != column.values.end()) return yes;
  return "1";
}

// Where to cut the numbers of a column, so that both sides have rows: four of five stars and eight
// of ten, else the upper half of what there is. Nothing where all are the same.
std::optional<double> Cut(const SampleColumn& column) {
  std::vector<double> numbers;
  for (const std::string& value : column.values)
    if (IsNumber(value)) numbers.push_back(NumberIn(value));
  if (numbers.empty()) return std::nullopt;
  std::ranges::sort(numbers);
  if (numbers.front() == numbers.back()) return std::nullopt;
  const double stars = numbers.back() <= 5 ? 4 : 8;
  if (numbers.back() <= 10 && numbers.front() < stars && numbers.back() >= stars) return stars;
  const double middle = numbers[numbers.size() / 2];
  return middle > numbers.front() ? middle : *std::ranges::upper_bound(numbers, numbers.front());
}

std::vector<std::string> WantedEventsOf(const SampleColumn& column) {
  std::vector<std::string> wanted;
  for (const std::string& word : WordsOf(kWantedEvents))
    for (const std::string& value : column.values)
      if (SimpleName(value) == word) {
        wanted.push_back(value);
        break;
      }
  return wanted;
}

bool IsEventColumn(const SampleColumn& column) {
  return column.distinct > 1 && column.distinct <= 20 &&
         column.Share([](const std::string& value) { return IsNumber(value); }) < 0.5 &&
         !WantedEventsOf(column).empty();
}

bool GuessEvents(const FileSample& sample, BehaviourGuess& guess) {
  const SampleColumn* const event = ColumnOfRole(sample, Role::kEvent);
  if (event == nullptr || !IsEventColumn(*event)) return false;
  const std::vector<std::string> wanted = WantedEventsOf(*event);
  guess.event = event->name;
  // What is shown is behind every event; where there is no view, the commonest kind shows that.
  const bool views = wanted.size() < event->distinct;
  for (const std::string& value : wanted) {
    if (!views && wanted.size() > 1 && SimpleName(value) == "purchase") continue;
    guess.behaviours.push_back({.name = SimpleName(value), .column = event->name, .equals = value});
  }
  guess.why = event->name + " holds " + std::to_string(event->distinct) +
              " kinds of events: those of a user with an item become one interaction";
  if (const SampleColumn* const amount = ColumnOfRole(sample, Role::kAmount);
      amount != nullptr && amount->Share(IsNumber) == 1)
    guess.value = amount->name;
  else if (const SampleColumn* const price = sample.Find("price");
           price != nullptr && price->Share(IsNumber) == 1)
    guess.value = price->name;
  return true;
}

bool GuessRating(const FileSample& sample, Role role, BehaviourGuess& guess) {
  const SampleColumn* const column = ColumnOfRole(sample, role);
  if (column == nullptr || column->Share(IsNumber) < 0.95) return false;
  const std::optional<double> cut = Cut(*column);
  if (!cut) return false;
  guess.behaviours.push_back({.name = "like", .column = column->name, .at_least = *cut});
  guess.value = column->name;
  guess.why = column->name + " holds numbers, " + std::to_string(column->distinct) +
              " different ones; say from which on it is a like";
  return true;
}

bool GuessYesNo(const FileSample& sample, BehaviourGuess& guess) {
  for (const std::string& name : NamesOf(Role::kYesNo))
    for (const SampleColumn& column : sample.columns) {
      if (SimpleName(column.name) != name || !IsYesNo(column)) continue;
      std::string called = SimpleName(column.name);
      if (called == "impressionsresponse") called = "click";
      if (called.starts_with("is") && called != "is") called.erase(0, 2);
      guess.behaviours.push_back({.name = called, .column = column.name, .equals = YesOf(column)});
      if (guess.why.empty()) guess.why = column.name + " says yes or no";
    }
  return !guess.behaviours.empty();
}

}  // namespace

const SampleColumn* ColumnOfRole(const FileSample& sample, Role role,
                                 const std::function<bool(const SampleColumn&)>& fits) {
  for (const std::string& name : NamesOf(role))
    for (const SampleColumn& column : sample.columns)
      if (SimpleName(column.name) == name && (!fits || fits(column))) return &column;
  return nullptr;
}

std::optional<TimeGuess> GuessTime(const SampleColumn& column) {
  static constexpr const char* kPatterns[] = {"%a %b %d %H:%M:%S %z %Y",
                                              "%m/%d/%Y %I:%M:%S %p",
                                              "%m/%d/%Y %H:%M:%S",
                                              "%m/%d/%Y %H:%M",
                                              "%d/%m/%Y %H:%M:%S",
                                              "%d/%m/%Y %H:%M",
                                              "%m/%d/%Y",
                                              "%d/%m/%Y",
                                              "%d.%m.%Y %H:%M:%S",
                                              "%d.%m.%Y",
                                              "%m %d, %Y",
                                              "%B %d, %Y",
                                              "%d %B %Y",
                                              "%a, %d %b %Y %H:%M:%S %z"};
  const int64_t first = YearMs(1990);
  const std::chrono::year_month_day today(
      std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
  const int64_t end = YearMs(static_cast<int>(today.year()) + 2);
  const auto likely = [&](std::optional<int64_t> time) {
    return time && *time >= first && *time < end;
  };
  for (size_t format = 0; format < std::size(kTimeFormatNames); ++format) {
    const auto fits = [&](const std::string& value) {
      const std::optional<TimeFormat> fitting = FittingTimeFormat(value, first, end);
      return fitting && At(*fitting) == format;
    };
    if (column.Share(fits) == 1) return TimeGuess{.unit = kTimeFormatNames[format]};
  }
  for (const char* pattern : kPatterns)
    if (column.Share([&](const std::string& value) {
          return likely(ParseTimeMs(value, std::string(pattern)));
        }) == 1)
      return TimeGuess{.pattern = pattern};
  return std::nullopt;
}

BehaviourGuess GuessBehaviours(const FileSample& sample) {
  BehaviourGuess guess;
  if (GuessEvents(sample, guess) || GuessRating(sample, Role::kRating, guess) ||
      GuessYesNo(sample, guess) || GuessRating(sample, Role::kAmount, guess))
    return guess;
  guess.behaviours.push_back({.name = "taken", .column = "", .every_row = true});
  guess.negatives = 4;
  guess.why =
      "no column says what was wanted and what was not, so that every row is taken as wanted, "
      "and rows of other items are drawn; better are rows of what was shown and not taken";
  return guess;
}

std::string GuessCategorySeparator(const FileSample& sample, const SampleColumn& column) {
  if (EndingOf(sample.path) == ".item") return " ";
  for (const char* separator : {"|", ";", ",", " > ", "/"})
    if (column.Share([&](const std::string& value) {
          return std::string_view("[{(\"").find(value.substr(0, 1)) == std::string_view::npos &&
                 value.find(separator) != std::string::npos;
        }) > 0.1)
      return separator;
  return "|";
}

std::vector<std::string> NamesWithoutHeader(const FileSample& sample) {
  const auto share = [&](size_t column, auto holds) {
    return column < sample.columns.size() ? sample.columns[column].Share(holds) : 0;
  };
  const auto is_time = [](const std::string& value) {
    return ParseTimeMs(value, TimeFormat::kIso).has_value();
  };
  const auto is_event = [](const std::string& value) {
    return (" " + std::string(kWantedEvents) + " ").find(" " + value + " ") != std::string::npos;
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
  if (count == 5 && share(2, is_event) == 1)             // Steam, 200,000 rows
    return {"user_id", "game", "event", "hours", "zero"};
  if (!sample.format.blocks.empty() && count == 4)  // Netflix
    return {"user_id", "rating", "date"};
  std::vector<std::string> names = {"user_id", "item_id", "rating", "timestamp"};
  for (size_t i = names.size(); i < count; ++i) names.push_back("column_" + std::to_string(i + 1));
  names.resize(count);
  if (count == 3 && GuessTime(sample.columns[2]) && !IsYesNo(sample.columns[2]))
    names[2] = "timestamp";
  return names;
}

}  // namespace lerl
