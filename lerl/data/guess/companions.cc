#include "lerl/data/guess/companions.h"

#include <algorithm>
#include <set>

#include "lerl/base/index.h"
#include "lerl/data/guess/roles.h"
#include "lerl/data/id_match.h"

namespace lerl {
namespace fs = std::filesystem;
namespace {

using Ids = std::set<std::string>;

Ids IdsOf(const SampleColumn& column) {
  Ids ids;
  for (const std::string& value : column.values) ids.insert(ValueOfId(value));
  return ids;
}

// The share of `ids` that the column holds, once each; 0 where it holds values twice.
double Coverage(const Ids& ids, const SampleColumn& column) {
  if (column.distinct * 10 < column.values.size() * 9) return 0;
  const Ids held = IdsOf(column);
  const auto found = std::ranges::count_if(ids, [&](const auto& id) { return held.contains(id); });
  return static_cast<double>(found) / static_cast<double>(ids.size());
}

bool IsLikelyTitle(const SampleColumn& column) {
  return column.distinct * 10 >= column.values.size() * 9 && column.Share(IsNumber) < 0.5 &&
         column.Share([](const std::string& value) {
           return value.starts_with("http") || value.starts_with('[') || value.starts_with('{');
         }) < 0.5;
}

bool IsLikelyCategory(const SampleColumn& column) {
  return column.distinct > 1 &&
         (column.distinct * 2 <= column.values.size() || column.Share([](const std::string& value) {
           return value.find('|') != std::string::npos;
         }) > 0.1);
}

// Names for the columns of a file of items without a header.
std::vector<std::string> NamesOfItemColumns(const FileSample& sample, const std::string& id) {
  std::vector<std::string> names;
  bool title = false, category = false;
  for (const SampleColumn& column : sample.columns) {
    names.push_back(column.name);
    if (column.name == id) {
      names.back() = "item_id";
    } else if (!title && IsLikelyTitle(column)) {
      names.back() = "title";
      title = true;
    } else if (!category && IsLikelyCategory(column)) {
      names.back() = "category";
      category = true;
    }
  }
  return names;
}

// What the ending of the file does not say of its form.
std::string NeededSeparator(const FileSample& sample) {
  const std::string ending = EndingOf(sample.path);
  const bool tabs = ending == ".tsv" || ending == ".tab" || ending == ".item" || ending == ".user";
  return sample.format.json || sample.format.separator == (tabs ? "\t" : ",")
             ? ""
             : sample.format.separator;
}

struct Candidate {
  FileSample sample{};
  std::string id{};
  double coverage = 0;
};

// The files beside the log that speak of at least half of the ids; a column of the same name goes
// before others that hold as many.
std::vector<Candidate> CandidatesFor(const FileSample& log, const SampleColumn& of) {
  constexpr size_t kMostFiles = 50;
  const Ids ids = IdsOf(of);
  std::vector<fs::path> files;
  const fs::path folder = log.path.parent_path().empty() ? "." : log.path.parent_path();
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    if (entry.is_regular_file() && entry.path().filename() != log.path.filename() &&
        entry.path().extension() != ".toml" && entry.path().extension() != ".md")
      files.push_back(entry.path());
  std::ranges::sort(files);
  files.resize(std::min(files.size(), kMostFiles));
  std::vector<Candidate> candidates;
  for (const fs::path& path : files) {
    Candidate candidate;
    try {
      candidate.sample = TakeSample(path);
    } catch (const Error&) {
      continue;  // no table
    }
    for (const SampleColumn& column : candidate.sample.columns) {
      const double coverage = Coverage(ids, column);
      if (coverage > candidate.coverage ||
          (coverage == candidate.coverage && coverage > 0 && column.name == of.name)) {
        candidate.coverage = coverage;
        candidate.id = column.name;
      }
    }
    if (candidate.coverage >= 0.5) candidates.push_back(std::move(candidate));
  }
  return candidates;
}

Companion DescribeItemsFile(Candidate candidate) {
  FileSample& sample = candidate.sample;
  Companion items;
  if (!sample.header && !sample.format.json) {
    items.columns = NamesOfItemColumns(sample, candidate.id);
    sample = TakeSample(sample, items.columns);
    candidate.id = "item_id";
  }
  items.file = sample.path.filename().string();
  items.separator = NeededSeparator(sample);
  items.rest = sample.format.rest;
  items.escapes = sample.format.escapes;
  items.id = candidate.id;
  const auto other = [&](const SampleColumn& column) {
    return column.name != candidate.id && column.distinct > 1;
  };
  if (const SampleColumn* const title = ColumnOfRole(sample, Role::kTitle, other))
    items.title = title->name;
  if (const SampleColumn* const category = ColumnOfRole(sample, Role::kCategory, other)) {
    items.categories = {category->name};
    items.category_separator = GuessCategorySeparator(sample, *category);
  }
  items.why = items.file + " speaks of " +
              std::to_string(static_cast<int>(100 * candidate.coverage)) +
              "% of the items in the first rows.";
  return items;
}

}  // namespace

Companion FindItemsFile(const FileSample& log, const SampleColumn& item) {
  Companion best;
  double best_score = 0;
  for (Candidate& candidate : CandidatesFor(log, item)) {
    const double coverage = candidate.coverage;
    if (ColumnOfRole(candidate.sample, Role::kUser) != nullptr) continue;
    Companion items = DescribeItemsFile(std::move(candidate));
    const double score =
        coverage + (items.categories.empty() ? 0 : 1) + (items.title.empty() ? 0 : 0.5);
    if (score > best_score) best = items;
    best_score = std::max(best_score, score);
  }
  return best;
}

Companion FindUsersFile(const FileSample& log, const SampleColumn& user, const std::string& other) {
  Companion users;
  for (Candidate& candidate : CandidatesFor(log, user)) {
    FileSample& sample = candidate.sample;
    if (sample.path.filename() == other || (!sample.header && !sample.format.json)) continue;
    const SampleColumn* const named = ColumnOfRole(sample, Role::kUser);
    if (named == nullptr || named->name != candidate.id) continue;
    users.file = sample.path.filename().string();
    users.separator = NeededSeparator(sample);
    users.id = candidate.id;
    for (const SampleColumn& column : sample.columns)
      if (column.name != candidate.id && column.distinct > 1 &&
          column.distinct * 2 <= sample.rows + 4 && column.distinct <= 200)
        users.features.push_back(column.name);
    users.why = users.file + " speaks of " +
                std::to_string(static_cast<int>(100 * candidate.coverage)) +
                "% of the users in the first rows.";
    return users;
  }
  return users;
}

}  // namespace lerl
