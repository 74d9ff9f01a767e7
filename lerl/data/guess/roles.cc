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

bool IsEventColumn(const SampleColumn& column) {
  return column.distinct > 1 && column.distinct <= 20 &&
         column.Share([](const std::string& value) { return IsNumber(value); }) < 0.5 &&
         !WantedEventsOf(column).empty();
}

bool DependsOn(const SampleColumn& item, const SampleColumn& column) {
  std::map<std::string_view, std::string_view> value;
  bool again = false;
  for (size_t row = 0; row < item.values.size(); ++row) {
    const auto [place, added] = value.emplace(item.values[row], column.values[row]);
    if (!added && place->second != column.values[row]) return false;
    again |= !added;
  }
  return again;
}

std::optional<TimeGuess> GuessTime(const SampleColumn& column) {
  const int64_t first = YearMs(1990);
  const std::chrono::year_month_day today(
      std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
  const int64_t end = YearMs(static_cast<int>(today.year()) + 2);
  for (size_t format = 0; format < std::size(kTimeFormatNames); ++format) {
    const auto fits = [&](const std::string& value) {
      const std::optional<TimeFormat> fitting = FittingTimeFormat(value, first, end);
      return fitting && At(*fitting) == format;
    };
    if (column.Share(fits) == 1) return TimeGuess{.unit = kTimeFormatNames[format]};
  }
  const auto fits = [&](const char* pattern) {
    return column.Share([&](const std::string& value) {
      const std::optional<int64_t> time = ParseTimeMs(value, std::string(pattern));
      return time && *time >= first && *time < end;
    }) == 1;
  };
  TimeGuess guess;
  for (const char* pattern : kTimePatterns) {
    if (!fits(pattern)) continue;
    if (guess.pattern.empty()) guess.pattern = pattern;
    const auto differs = [&](const std::string& value) {
      return ParseTimeMs(value, guess.pattern) != ParseTimeMs(value, std::string(pattern));
    };
    if (column.Share(differs) == 0) continue;
    guess.other = pattern;
    break;
  }
  if (guess.pattern.empty()) return std::nullopt;
  return guess;
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

}  // namespace lerl
