#include "lerl/data/sources/movielens.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "lerl/base/index.h"
#include "lerl/base/printable.h"
#include "lerl/data/builder.h"
#include "lerl/data/table.h"

namespace lerl {
namespace fs = std::filesystem;
namespace {

// Where a release keeps its parts. Each has its own names of columns.
struct Layout {
  Table ratings, movies;
  std::unique_ptr<Table> users;  // null where the release tells nothing of its users
  std::string age_unit;          // "years" or "group"
  std::string user = "user_id", item = "item_id", title = "movie_title";  // columns
};

std::string AgeGroup(const Table& users, size_t column, const std::string& age_unit) {
  const std::string_view age = users.Text(column);
  if (age_unit == "group" || age.empty()) return std::string(age);
  const int64_t decade = users.Integer(column) / 10 * 10;
  return std::to_string(decade) + "-" + std::to_string(decade + 9);
}

Dataset ReadRatings(const std::string& name, const DataOptions& options, Layout& layout,
                    DatasetBuilder& builder, BadRows& bad) {
  Table& table = layout.ratings;
  const size_t user = table.Column(layout.user), item = table.Column(layout.item),
               rating = table.Column("rating"), time = table.Column("timestamp");
  builder.Reserve(table.EstimateRows());
  ReadRows(table, bad, [&] {
    const double stars = table.Real(rating);
    if (stars < 0.5 || stars > 5) table.Fail(rating, "a rating from 0.5 to 5 is expected");
    builder.AddRow(table.Text(user), table.Text(item), table.TimeMs(time, 1000),
                   stars >= options.like_rating ? 1 : 0, static_cast<float>(stars));
  });
  return builder.Build(name + " (" + table.path().string() + ")");
}

void ReadUsers(Table& table, const std::string& age_unit, const DatasetBuilder& builder,
               BadRows& bad, Dataset& dataset) {
  const std::vector<std::string> names = {"age", "gender", "occupation"};
  const size_t user = table.Column("user_id");
  std::vector<size_t> columns;
  columns.reserve(names.size());
  for (const std::string& feature : names) columns.push_back(table.Column(feature));
  FeatureTable features(names, dataset.num_users());
  int64_t unused = 0;
  ReadRows(table, bad, [&] {
    const int32_t index = builder.FindUser(table.Text(user));
    const std::string age = AgeGroup(table, columns[0], age_unit);
    if (index < 0) {
      ++unused;
      return;
    }
    features.Set(0, index, age);
    for (size_t i = 1; i < columns.size(); ++i) features.Set(i, index, table.Text(columns[i]));
  });
  dataset.user_features = features.Take();
  AddDropped(dataset, "users without a rating", unused);
}

// Makes "Toy Story (1995)" of the title and, where the year has a column of its own, the year.
std::string Title(const Table& table, size_t title, std::optional<size_t> year) {
  std::string text = WithoutControls(table.Text(title));
  if (year && !table.Text(*year).empty()) text += " (" + std::string(table.Text(*year)) + ")";
  return text;
}

// How a release tells the genres of a movie: flags with a column each, or joined names in one
// column.
struct Genres {
  std::vector<std::pair<size_t, std::string>> flags;  // column, genre
  size_t joined = 0;
  std::string_view separator = " ";

  void Check(const Table& table) const {
    for (const auto& [column, genre] : flags) (void)table.Flag(column);
  }
  void Add(const Table& table, int32_t item, CategoryLists& lists) const {
    for (const auto& [column, genre] : flags)
      if (table.Flag(column)) lists.Add(item, genre);
    if (flags.empty()) lists.AddAll(item, table.Text(joined), separator);
  }
};

void ReadMovies(Layout& layout, const Genres& genres, const DatasetBuilder& builder, BadRows& bad,
                Dataset& dataset) {
  Table& table = layout.movies;
  const size_t item = table.Column(layout.item), title = table.Column(layout.title);
  const std::optional<size_t> year = table.FindColumn("release_year");
  CategoryLists lists(dataset.num_items());
  int64_t unused = 0;
  ReadRows(table, bad, [&] {
    const int32_t index = builder.FindItem(table.Text(item));
    genres.Check(table);
    if (index < 0) {
      ++unused;
      return;
    }
    dataset.item_titles[At(index)] = Title(table, title, year);
    genres.Add(table, index, lists);
  });
  lists.Store(dataset);
  AddDropped(dataset, "movies without a rating", unused);
}

Dataset Load(const std::string& name, const DataOptions& options, Layout& layout,
             const Genres& genres) {
  BadRows bad(options.max_bad_share);
  DatasetBuilder builder(name, {"like"}, /*has_values=*/true, RowMemoryOf(options));
  Dataset dataset = ReadRatings(name, options, layout, builder, bad);
  ReadMovies(layout, genres, builder, bad, dataset);
  if (layout.users) ReadUsers(*layout.users, layout.age_unit, builder, bad, dataset);
  ReportRead(bad, dataset);
  return dataset;
}

Dataset LoadAtomicFiles(const std::string& name, const fs::path& folder,
                        const DataOptions& options) {
  const TableFormat format{.separator = "\t", .quotes = false, .columns = {}};
  Layout layout{Table(folder / "ml-100k.inter", format), Table(folder / "ml-100k.item", format),
                std::make_unique<Table>(folder / "ml-100k.user", format), "years"};
  const Genres genres{.flags = {}, .joined = layout.movies.Column("class"), .separator = " "};
  return Load(name, options, layout, genres);
}

// In the archive, the flags of the genres stand at the end of u.item, in the order of u.genre.
Dataset LoadArchive(const std::string& name, const fs::path& folder, const DataOptions& options) {
  std::vector<std::string> columns = {"item_id", "movie_title", "release_date",
                                      "video_release_date", "url"};
  Genres genres;
  Table list(folder / "u.genre", {.separator = "|", .quotes = false, .columns = {"genre", "id"}});
  BadRows none(0);
  ReadRows(list, none, [&] {
    const int64_t id = list.Integer(1);
    if (id != std::ssize(genres.flags)) list.Fail(1, "genre ids must count up from 0");
    genres.flags.emplace_back(columns.size(), ToUtf8(list.Text(0)));
    columns.push_back(ToUtf8(list.Text(0)));
  });
  const auto format = [&](const char* separator, std::vector<std::string> names) {
    return TableFormat{.separator = separator, .quotes = false, .columns = std::move(names)};
  };
  Layout layout{
      Table(folder / "u.data", format("\t", {"user_id", "item_id", "rating", "timestamp"})),
      Table(folder / "u.item", format("|", columns)),
      std::make_unique<Table>(folder / "u.user",
                              format("|", {"user_id", "age", "gender", "occupation", "zip_code"})),
      "years"};
  return Load(name, options, layout, genres);
}

Layout LayoutOfDatFiles(const fs::path& folder) {
  const auto table = [&](const char* file, std::vector<std::string> names) {
    return Table(folder / file, {.separator = "::", .quotes = false, .columns = std::move(names)});
  };
  return {table("ratings.dat", {"user_id", "item_id", "rating", "timestamp"}),
          table("movies.dat", {"item_id", "movie_title", "genres"}), nullptr, "group"};
}

}  // namespace

Dataset LoadMovieLens100K(const std::string& name, const fs::path& folder,
                          const DataOptions& options) {
  return fs::exists(folder / "ml-100k.inter") || !fs::exists(folder / "u.data")
             ? LoadAtomicFiles(name, folder, options)
             : LoadArchive(name, folder, options);
}

Dataset LoadMovieLens1M(const std::string& name, const fs::path& folder,
                        const DataOptions& options) {
  Layout layout = LayoutOfDatFiles(folder);
  layout.users = std::make_unique<Table>(
      folder / "users.dat",
      TableFormat{.separator = "::",
                  .quotes = false,
                  .columns = {"user_id", "gender", "age", "occupation", "zip_code"}});
  return Load(name, options, layout, {.flags = {}, .joined = 2, .separator = "|"});
}

Dataset LoadMovieLens10M(const std::string& name, const fs::path& folder,
                         const DataOptions& options) {
  Layout layout = LayoutOfDatFiles(folder);
  return Load(name, options, layout, {.flags = {}, .joined = 2, .separator = "|"});
}

Dataset LoadMovieLensCsv(const std::string& name, const fs::path& folder,
                         const DataOptions& options) {
  Layout layout{Table(folder / "ratings.csv"),
                Table(folder / "movies.csv"),
                nullptr,
                "",
                "userId",
                "movieId",
                "title"};
  const size_t genres = layout.movies.Column("genres");
  return Load(name, options, layout, {.flags = {}, .joined = genres, .separator = "|"});
}

}  // namespace lerl
