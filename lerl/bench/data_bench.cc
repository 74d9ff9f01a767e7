// Reading data sets: the first parse of files of KuaiRand's size, and the second load of prepared
// copies of KuaiRand's and KuaiRec's size, which includes every column's checksum; the preparation
// of a log that memory is too small for, beside what GNU sort needs to sort its lines by user and
// time with the same memory. The files are generated, those of the first with the official schema;
// row counts are checked.

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lerl/base/check.h"
#include "lerl/base/child_process.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/bench/bench.h"
#include "lerl/bench/generated_data.h"
#include "lerl/data/sources/csv.h"
#include "lerl/data/sources/kuairand.h"
#include "lerl/data/store.h"

namespace lerl {
namespace fs = std::filesystem;
namespace {

constexpr int64_t kManyUsers = 7'176, kManyVideos = 10'728, kManyRows = 12'530'806;  // KuaiRec
constexpr int64_t kStartMs = 1'649'347'200'000;

// Columns of KuaiRec's size, two behaviours and the watch ratio.
Dataset ManyRows() {
  Dataset dataset;
  dataset.name = "bench";
  dataset.behaviours = {"long_view", "like"};
  for (int64_t user = 0; user < kManyUsers; ++user)
    dataset.user_ids.push_back(std::to_string(user));
  for (int64_t item = 0; item < kManyVideos; ++item)
    dataset.item_ids.push_back(std::to_string(item));
  dataset.item_titles.resize(dataset.item_ids.size());
  dataset.category_offsets = std::vector<int64_t>(dataset.item_ids.size() + 1, 0);
  std::vector<int64_t> offsets, times;
  for (int64_t user = 0; user <= kManyUsers; ++user)
    offsets.push_back(kManyRows * user / kManyUsers);
  const auto rows = At(kManyRows);
  std::vector<int32_t> items(rows);
  std::vector<float> values(rows);
  std::vector<uint8_t> views(rows), likes(rows);
  times.resize(rows);
  Rng rng(1, "bench rows");
  for (size_t row = 0; row < rows; ++row) {
    items[row] = static_cast<int32_t>(rng.Below(static_cast<uint64_t>(kManyVideos)));
    times[row] = kStartMs + static_cast<int64_t>(row) * 50;
    values[row] = static_cast<float>(rng.Uniform() * 3);
    views[row] = values[row] >= 1 ? 1 : 0;
    likes[row] = values[row] >= 2 ? 1 : 0;
  }
  dataset.user_offsets = std::move(offsets);
  dataset.items = std::move(items);
  dataset.times_ms = std::move(times);
  dataset.values = std::move(values);
  dataset.responses = {std::move(views), std::move(likes)};
  return dataset;
}

BenchRow MeasureLoad(const std::string& name, double bar, int repeats, const Dataset& dataset,
                     const fs::path& path) {
  SavePrepared(path, dataset, "bench");
  const std::string fingerprint = Fingerprint(dataset);
  LERL_CHECK_EQ(Fingerprint(*LoadPrepared(path, "bench")), fingerprint);
  const int64_t rows = dataset.num_interactions();
  return MeasureSeconds(name, bar, repeats, [&] {
    LERL_CHECK_EQ(LoadPrepared(path, "bench")->num_interactions(), rows);
  });
}

constexpr int64_t kLogRows = 4'000'000;
constexpr int kMemoryMb = 32;  // of 500,000 rows

BenchRow MeasurePreparation(const BenchOptions& options, const fs::path& folder) {
  WriteZipfLog(folder, kLogRows, 100'000, 50'000);
  const auto per_million = [](const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    return elapsed.count() * 1e6 / static_cast<double>(kLogRows);
  };
  const std::vector<std::string> sort = {"env",
                                         "LC_ALL=C",
                                         "sort",
                                         "--parallel=1",
                                         "-t,",
                                         "-k1,1n",
                                         "-k3,3n",
                                         "-S",
                                         std::to_string(kMemoryMb) + "M",
                                         "-T",
                                         folder.string(),
                                         "-o",
                                         (folder / "sorted.csv").string(),
                                         (folder / "log.csv").string()};
  const BenchRow sorted = Measure("sort", "s/million rows", std::nullopt, options.repeats, [&] {
    return per_million([&] { LERL_CHECK_EQ(ExitStatus(sort).value_or(-1), 0); });
  });
  fs::remove(folder / "sorted.csv");
  DataOptions memory;
  memory.memory_mb = kMemoryMb;
  BenchRow row =
      Measure("data/prepare/4M-in-32MB", "s/million rows", sorted.value, options.repeats, [&] {
        fs::remove(folder / "log.lerl");
        return per_million([&] {
          const auto load = [&] { return LoadCsv(folder / "log.toml", memory); };
          LERL_CHECK_EQ(LoadThroughStore(folder / "log.lerl", "bench", load).num_interactions(),
                        kLogRows);
        });
      });
  row.lower_is_better = true;
  row.peer = "GNU sort of its lines by user and time, with the same memory";
  row.peer_value = sorted.value;
  return row;
}

}  // namespace

std::vector<BenchRow> BenchData(const BenchOptions& options) {
  const TemporaryFolder temporary;
  const fs::path& folder = temporary.path();
  const GeneratedSizes sizes;
  WriteKuaiRandPure(folder, sizes);
  std::vector<BenchRow> rows;
  Dataset parsed;
  rows.push_back(MeasureSeconds("data/parse/1.4M", 15, options.repeats, [&] {
    parsed = LoadKuaiRand("kuairand-pure", folder, {});
    LERL_CHECK_EQ(parsed.num_interactions(), sizes.rows);
    LERL_CHECK_EQ(parsed.num_users(), sizes.users);
    LERL_CHECK_EQ(parsed.num_items(), sizes.videos);
  }));
  rows.push_back(
      MeasureLoad("data/load/1.4M", 1, options.repeats, parsed, folder / "prepared-1.lerl"));
  parsed = {};
  rows.push_back(
      MeasureLoad("data/load/12.5M", 5, options.repeats, ManyRows(), folder / "prepared-2.lerl"));
  rows.push_back(MeasurePreparation(options, folder));
  return rows;
}

}  // namespace lerl
