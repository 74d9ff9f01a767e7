#include "lerl/data/sources/csv_config.h"

#include <glob.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "lerl/data/time_text.h"

namespace lerl {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void RefuseDescription(const std::string& source, const std::string& what) {
  throw Error(ErrorKind::kConfig, source + ": " + what);
}

void CheckBehaviours(const std::string& source, CsvDescription& description) {
  const CsvConfig& config = description.config;
  if (description.behaviours.empty() || description.behaviours.size() > 32)
    RefuseDescription(source,
                      "1 to 32 behaviours are needed, and it has " +
                          std::to_string(description.behaviours.size()) +
                          "; write [[behaviour]] with name = \"like\", column = \"rating\", "
                          "at_least = 4");
  for (CsvBehaviour& behaviour : description.behaviours) {
    if (behaviour.column.empty()) behaviour.column = config.event;
    if (behaviour.every_row) {
      if (config.negatives == 0)
        RefuseDescription(source, "behaviour '" + behaviour.name +
                                      "' is of every row; set negatives = 4, so that rows without "
                                      "it are drawn");
      continue;
    }
    if (behaviour.name.empty() || behaviour.column.empty())
      RefuseDescription(source, "a [[behaviour]] needs a name and a column");
    if (std::isnan(behaviour.at_least) == behaviour.equals.empty())
      RefuseDescription(
          source, "behaviour '" + behaviour.name + "' needs either at_least = 4 or equals = \"1\"");
  }
}

void CheckTimePattern(const std::string& source, const std::string& pattern) {
  if (const std::string fault = FaultOfTimePattern(pattern); !fault.empty())
    RefuseDescription(source, "time_format \"" + pattern + "\": " + fault);
}

void CheckCsvConfig(const std::string& source, const CsvConfig& config) {
  if (config.file.empty()) RefuseDescription(source, "file is missing; write file = \"NAME.csv\"");
  for (const std::string& file : config.file)
    if (file.empty())
      RefuseDescription(source, "file has an empty name; write file = \"NAME.csv\"");
  if (config.user.empty())
    RefuseDescription(source, "user is empty; name the column of the user's id");
  if (config.category_separator.empty())
    RefuseDescription(source, "category_separator must be a text like \"|\"");
  for (const std::string& pattern : config.time_format) CheckTimePattern(source, pattern);
  if (!config.time_format.empty() && config.time == "none")
    RefuseDescription(source, "time_format is set, and time is \"none\"; take one of them out");
  if (!config.event.empty() && config.time == "none" && config.event_minutes != 0)
    RefuseDescription(source,
                      "events without times can't be merged by event_minutes; set event_minutes = "
                      "0, which merges all of a user's events with an item");
}

// Reads a [[behaviour]]; says how a text is written where a number or a truth value stands for one.
void ReadBehaviour(const ConfigSource& table, CsvBehaviour& behaviour) {
  try {
    table.Read(behaviour);
  } catch (const Error& error) {
    const std::string message = error.what();
    if (!message.ends_with("equals must be a string")) throw;
    throw Error(ErrorKind::kConfig, message +
                                        "; write it in quotes, as equals = \"1\" or equals = "
                                        "\"true\" (numbers are compared by value)");
  }
}

CsvDescription DescriptionFrom(const ConfigSource& source, const fs::path& folder) {
  CsvDescription description{.config = {}, .behaviours = {}, .folder = folder};
  source.Without({"behaviour"}).Read(description.config);
  for (const ConfigSource& table : source.Tables("behaviour"))
    ReadBehaviour(table, description.behaviours.emplace_back());
  CheckCsvConfig(source.name(), description.config);
  CheckBehaviours(source.name(), description);
  return description;
}

}  // namespace

CsvDescription ReadCsvDescription(const fs::path& toml) {
  CsvDescription description = DescriptionFrom(ConfigSource::FromFile(toml), toml.parent_path());
  if (description.config.name.empty()) description.config.name = toml.stem().string();
  return description;
}

CsvDescription ParseCsvDescription(const std::string& text, const std::string& source,
                                   const fs::path& folder) {
  return DescriptionFrom(ConfigSource::FromText(text, source), folder);
}

std::vector<fs::path> LogFiles(const CsvDescription& description) {
  std::vector<fs::path> files;
  for (const std::string& name : description.config.file) {
    const fs::path path = description.folder / name;
    if (name.find_first_of("*?[") == std::string::npos || fs::exists(path)) {
      files.push_back(path);
      continue;
    }
    glob_t found{};
    const std::unique_ptr<glob_t, void (*)(glob_t*)> ended(&found, globfree);
    if (glob(path.c_str(), 0, nullptr, &found) != 0)
      throw Error(ErrorKind::kData, path.string() + ": no file fits this pattern; mend file");
    for (size_t i = 0; i < found.gl_pathc; ++i) files.emplace_back(found.gl_pathv[i]);
  }
  for (size_t i = 0; i < files.size(); ++i)
    if (std::find(files.begin(), files.begin() + static_cast<std::ptrdiff_t>(i), files[i]) !=
        files.begin() + static_cast<std::ptrdiff_t>(i))
      throw Error(ErrorKind::kData,
                  files[i].string() + ": file names it twice; its rows would count double");
  return files;
}

TableFormat FormatOf(const CsvConfig& config, const fs::path& path, const std::string& separator,
                     const std::vector<std::string>& columns) {
  static constexpr std::string_view kTabs[] = {".tsv", ".tab", ".inter", ".item", ".user"};
  const std::string ending = EndingOf(path);
  const bool tabs = std::ranges::find(kTabs, ending) != std::end(kTabs);
  TableFormat format{.separator = !separator.empty() ? separator
                                  : tabs             ? "\t"
                                                     : ",",
                     .columns = columns,
                     .encoding = config.encoding};
  format.json =
      config.form == "json" || (config.form == "auto" && separator.empty() && NamesJson(path));
  format.escapes = config.quotes == "backslash";
  format.quotes = config.quotes == "double" || format.escapes ||
                  (config.quotes == "auto" && format.separator != "\t");
  return format;
}

}  // namespace lerl
