#include "lerl/data/guess/describe.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "lerl/base/index.h"
#include "lerl/base/log.h"
#include "lerl/base/printable.h"
#include "lerl/data/guess/companions.h"
#include "lerl/data/guess/headerless.h"
#include "lerl/data/guess/roles.h"
#include "lerl/data/guess/sample.h"
#include "lerl/data/id_match.h"

namespace lerl {
namespace fs = std::filesystem;
namespace {

// Writes the lines of a description.
class TomlText {
 public:
  void Comment(const std::string& text) { text_ += "# " + Printable(text, 400) + "\n"; }
  void Set(const std::string& key, const std::string& value) {
    text_ += key + " = " + InQuotes(value) + "\n";
  }
  void Set(const std::string& key, const std::vector<std::string>& values) {
    if (values.size() == 1) return Set(key, values[0]);
    text_ += key + " = [";
    for (size_t i = 0; i < values.size(); ++i)
      text_.append(i == 0 ? "" : ", ").append(InQuotes(values[i]));
    text_ += "]\n";
  }
  void Plain(const std::string& line) { text_ += line + "\n"; }
  const std::string& text() const { return text_; }

 private:
  static std::string InQuotes(const std::string& value) {
    std::string quoted = "\"";
    for (const char c : value) {
      if (c == '"' || c == '\\') quoted += '\\';
      if (c == '\t') {
        quoted += "\\t";
      } else if ((c >= 0 && c < ' ') || c == '\x7f') {
        char escape[8];
        std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
        quoted += escape;
      } else {
        quoted += c;
      }
    }
    return quoted + "\"";
  }
  std::string text_;
};

std::string Counted(const SampleColumn& column, size_t rows) {
  return std::to_string(column.distinct) + " different values in the first " +
         std::to_string(rows) + " rows";
}

void CommentDoubtfulIds(const SampleColumn& column, const std::string& kind, TomlText& toml) {
  const std::set<std::string> ids(column.values.begin(), column.values.end());
  for (const std::string& sentence : DoubtfulIds({ids.begin(), ids.end()}, kind))
    toml.Comment("Look at " + sentence + ".");
}

std::string ColumnNames(const FileSample& sample) {
  std::string names;
  for (const SampleColumn& column : sample.columns)
    names.append(names.empty() ? "" : ", ").append(column.name);
  return Printable(names, 300);
}

bool IsFilled(const SampleColumn& column) {
  return std::ranges::count(column.values, "") * 20 <= std::ssize(column.values);
}

// The columns that tell users apart.
std::vector<std::string> UsersOf(const FileSample& sample) {
  if (const SampleColumn* const user = ColumnOfRole(sample, Role::kUser, IsFilled))
    return {user->name};
  std::vector<std::string> parts;
  for (const SampleColumn& column : sample.columns)
    if (column.name.starts_with("user_feature")) parts.push_back(column.name);
  if (parts.empty())
    throw Error(ErrorKind::kData,
                sample.path.string() + ": no column looks like the user's id; the columns are " +
                    ColumnNames(sample) +
                    ". Name a file of interactions (files of items are found beside it), or "
                    "describe it by hand (docs/datasets.md)");
  return parts;
}

const SampleColumn& ItemOf(const FileSample& sample, const std::vector<std::string>& users) {
  const SampleColumn* const item =
      ColumnOfRole(sample, Role::kItem, [&](const SampleColumn& column) {
        return IsFilled(column) && std::ranges::find(users, column.name) == users.end();
      });
  if (item == nullptr)
    throw Error(ErrorKind::kData,
                sample.path.string() + ": no column looks like the item's id; the columns are " +
                    ColumnNames(sample) + ". Describe it by hand (docs/datasets.md)");
  return *item;
}

void DescribeForm(const FileSample& sample, const std::string& file, bool escapes, TomlText& toml) {
  const TableFormat& format = sample.format;
  toml.Comment(file +
               ": look at each line, and mend what is wrong; `lerl data info` shows what "
               "becomes of it.");
  toml.Set("file", file);
  const std::string ending = EndingOf(sample.path);
  if (format.json) {
    toml.Comment("Each line is an object.");
    if (!NamesJson(sample.path)) toml.Set("form", "json");
  } else {
    toml.Comment("This splits the lines into " + std::to_string(sample.columns.size()) +
                 " fields.");
    toml.Set("separator", format.separator);
    if (escapes) {
      toml.Comment("Quoted fields hold quotes behind backslashes.");
      toml.Set("quotes", "backslash");
    }
    if (format.quotes && !escapes && format.separator == "\t") {
      toml.Comment("Fields are quoted, which between tabs must be said.");
      toml.Set("quotes", "double");
    }
    if (!sample.header) {
      toml.Comment(
          "The first line holds values, so that the columns need names. They are told by "
          "what the columns hold and where they stand: is user_id the user?");
      toml.Set("columns", format.columns);
    }
  }
  if (!format.blocks.empty()) {
    toml.Comment("Lines such as 1: stand over the rows that share the id.");
    toml.Set("blocks", format.blocks);
  }
  if (!format.shown.empty()) {
    toml.Comment("Each row lists what was shown, as ITEM-1 or ITEM-0.");
    toml.Set("shown", format.shown);
  }
  if (format.encoding != "utf-8") {
    toml.Comment("The bytes are not UTF-8" +
                 (sample.foreign.empty() ? std::string(".")
                                         : "; so read they say '" + sample.foreign + "'."));
    toml.Set("encoding", format.encoding);
  }
}

// The first column of dates that no name tells, and that is no property of the item.
const SampleColumn* UnnamedTimes(const FileSample& sample, const SampleColumn& item,
                                 std::optional<TimeGuess>& guess) {
  for (const SampleColumn& column : sample.columns) {
    if (!IsFilled(column) || column.Share(IsNumber) > 0 || DependsOn(item, column)) continue;
    guess = GuessTime(column);
    if (guess && column.distinct > 1) return &column;
  }
  return nullptr;
}

void DescribeNoTimes(const FileSample& sample, TomlText& toml) {
  const SampleColumn* const named = ColumnOfRole(sample, Role::kTime);
  if (named == nullptr) {
    toml.Comment("No column holds likely times: rows are taken in the order of the file.");
  } else {
    const auto unread = [](const std::string& value) {
      return !GuessTime({.name = "", .values = {value}, .distinct = 1});
    };
    const auto odd = std::ranges::find_if(named->values, unread);
    const std::string what = named->name + " has the name of a time, and no way of writing times " +
                             "fits all its values, such as '" +
                             Printable(odd == named->values.end() ? named->values[0] : *odd, 40) +
                             "': rows are taken in the order of the file";
    toml.Comment(what + ". If it is the time, set time, and time_unit or time_format.");
    LogWarning(sample.path.string() + ": " + what +
               "; if it is the time, set time, and time_unit or time_format");
  }
  toml.Set("time", "none");
}

// Returns whether there are times.
bool DescribeTime(const FileSample& sample, const SampleColumn& item, TomlText& toml) {
  std::optional<TimeGuess> guess;
  const SampleColumn* time = ColumnOfRole(sample, Role::kTime, [&](const SampleColumn& column) {
    guess = IsFilled(column) ? GuessTime(column) : std::nullopt;
    return guess.has_value();
  });
  if (time == nullptr) {
    time = UnnamedTimes(sample, item, guess);
    if (time != nullptr)
      toml.Comment("No column has the name of a time, and " + time->name +
                   " holds dates: are they those of the rows?");
  }
  if (time == nullptr || !guess) {
    DescribeNoTimes(sample, toml);
    return false;
  }
  toml.Comment("Times such as " + time->values[0] + ".");
  toml.Set("time", time->name);
  if (guess->pattern.empty()) {
    toml.Set("time_unit", guess->unit);
    return true;
  }
  if (!guess->other.empty()) {
    const std::string what = time->name + ": \"" + guess->pattern + "\" and \"" + guess->other +
                             "\" fit all its values, such as " + time->values[0];
    toml.Comment(what + ". Which is right?");
    LogWarning(sample.path.string() + ": " + what + "; look which is right, and set time_format");
  }
  toml.Set("time_format", guess->pattern);
  return true;
}

// Whether the column holds numbers above 0 alone, and fields without any.
bool HoldsPrices(const SampleColumn& column) {
  const auto is_price = [](const std::string& value) {
    return IsNumber(value) && std::strtod(value.c_str(), nullptr) > 0;
  };
  return column.Share(is_price) > 0 && column.Share([&](const std::string& value) {
    return value.empty() || is_price(value);
  }) == 1;
}

// Price, title and categories, where the log itself tells them.
void DescribeItemColumns(const FileSample& sample, const SampleColumn& item, bool title_known,
                         bool categories_known, TomlText& toml) {
  const auto of_item = [&](const SampleColumn& column) { return DependsOn(item, column); };
  const auto is_text = [&](const SampleColumn& column) {
    return of_item(column) && column.Share(IsNumber) < 0.5;
  };
  if (const SampleColumn* const price = ColumnOfRole(sample, Role::kPrice, HoldsPrices)) {
    toml.Comment("What an item costs; of several prices the median counts.");
    toml.Set("price", price->name);
  }
  if (const SampleColumn* const title = ColumnOfRole(sample, Role::kTitle, is_text);
      title != nullptr && !title_known) {
    toml.Comment("An item always has the same one.");
    toml.Set("title", title->name);
  }
  const auto divides = [&](const SampleColumn& column) {
    return of_item(column) && column.distinct > 1 && column.name != item.name;
  };
  const SampleColumn* const categories = ColumnOfRole(sample, Role::kCategory, divides);
  if (categories_known) return;
  if (categories == nullptr) {
    toml.Comment("No categories are found: of the planners, only 'none' plays without them.");
    return;
  }
  toml.Comment("Categories such as " + Printable(categories->values[0], 60) + ".");
  toml.Set("categories", categories->name);
  if (const std::string separator = GuessCategorySeparator(sample, *categories); separator != "|") {
    toml.Comment("This stands in some of them; is it between categories?");
    toml.Set("category_separator", separator);
  }
}

std::string Number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

void DescribeBehaviours(const BehaviourGuess& guess, TomlText& toml) {
  for (const CsvBehaviour& behaviour : guess.behaviours) {
    toml.Plain("[[behaviour]]");
    toml.Set("name", behaviour.name);
    if (behaviour.every_row) {
      toml.Plain("every_row = true");
      continue;
    }
    toml.Set("column", behaviour.column);
    if (behaviour.equals.empty())
      toml.Plain("at_least = " + Number(behaviour.at_least));
    else
      toml.Set("equals", behaviour.equals);
  }
}

void DescribeCompanions(const Companion& items, const Companion& users, TomlText& toml) {
  if (!items.file.empty()) {
    toml.Comment(items.why);
    toml.Plain("[items]");
    toml.Set("file", items.file);
    if (!items.separator.empty()) toml.Set("separator", items.separator);
    if (!items.columns.empty()) toml.Set("columns", items.columns);
    if (items.rest) toml.Plain("rest = true");
    toml.Set("item", items.id);
    if (!items.title.empty()) toml.Set("title", items.title);
    if (!items.categories.empty()) toml.Set("categories", items.categories);
  }
  if (users.file.empty()) return;
  toml.Comment(users.why);
  toml.Plain("[users]");
  toml.Set("file", users.file);
  if (!users.separator.empty()) toml.Set("separator", users.separator);
  if (!users.columns.empty()) toml.Set("columns", users.columns);
  toml.Set("user", users.id);
  if (!users.features.empty()) toml.Set("features", users.features);
}

// The log of a folder with RecBole's atomic files, and how `file` names it.
std::pair<fs::path, std::string> LogOf(const fs::path& path) {
  if (!fs::is_directory(path)) return {path, path.filename().string()};
  std::vector<fs::path> logs;
  for (const fs::directory_entry& entry : fs::directory_iterator(path))
    if (EndingOf(entry.path()) == ".inter") logs.push_back(entry.path());
  std::ranges::sort(logs);
  if (logs.empty())
    throw Error(ErrorKind::kData, path.string() +
                                      ": the folder has no .inter file of RecBole; name a file of "
                                      "interactions in it");
  return {logs[0], logs.size() == 1 ? logs[0].filename().string() : "*.inter*"};
}

FileSample TakeNamedSample(const fs::path& path) {
  FileSample sample = TakeSample(path);
  if (sample.header || sample.format.json) return sample;
  const std::vector<std::string> names = NamesWithoutHeader(sample);
  if (names.back() == "impressions") sample.format.shown = "impressions";
  return TakeSample(sample, names);
}

}  // namespace

std::string GuessDescription(const fs::path& path) {
  const auto [log, file] = LogOf(path);
  const FileSample sample = TakeNamedSample(log);
  const std::vector<std::string> users = UsersOf(sample);
  const SampleColumn& item = ItemOf(sample, users);
  const Companion of_items = FindItemsFile(sample, item);
  const SampleColumn* const user = sample.Find(users[0]);
  const Companion of_users =
      users.size() == 1 ? FindUsersFile(sample, *user, of_items.file) : Companion{};
  TomlText toml;
  DescribeForm(sample, file, sample.format.escapes || of_items.escapes, toml);
  if (users.size() == 1) {
    toml.Comment("Users: " + Counted(*user, sample.rows) + ".");
    CommentDoubtfulIds(*user, "users", toml);
  } else {
    toml.Comment("No column is a user's id; users of the same features are taken as one.");
  }
  toml.Set("user", users);
  toml.Comment("Items: " + Counted(item, sample.rows) + ".");
  CommentDoubtfulIds(item, "items", toml);
  toml.Set("item", item.name);
  const bool timed = DescribeTime(sample, item, toml);
  const BehaviourGuess behaviours = GuessBehaviours(sample);
  if (!behaviours.value.empty()) toml.Set("value", behaviours.value);
  if (!behaviours.event.empty()) toml.Set("event", behaviours.event);
  if (!behaviours.event.empty() && !timed) toml.Plain("event_minutes = 0");
  if (behaviours.negatives > 0) toml.Plain("negatives = " + std::to_string(behaviours.negatives));
  DescribeItemColumns(sample, item, !of_items.title.empty(), !of_items.categories.empty(), toml);
  if (!of_items.category_separator.empty() && of_items.category_separator != "|")
    toml.Set("category_separator", of_items.category_separator);
  toml.Comment(behaviours.why + ".");
  DescribeBehaviours(behaviours, toml);
  DescribeCompanions(of_items, of_users, toml);
  return toml.text();
}

}  // namespace lerl
