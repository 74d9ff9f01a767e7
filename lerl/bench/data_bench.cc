// Reading data sets: the first parse of KuaiRand's size, and the second load of prepared copies of
// KuaiRand's and KuaiRec's size, every column's checksum included. The files are generated with the
// official schema; row counts are checked.

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/rng.h"
#include "lerl/bench/bench.h"
#include "lerl/data/kuairand.h"
#include "lerl/data/store.h"

namespace lerl {
namespace fs = std::filesystem;
namespace {

constexpr int64_t kUsers = 27'285, kVideos = 7'583, kRows = 1'436'609;  // KuaiRand-Pure
constexpr int64_t kManyUsers = 7'176, kManyVideos = 10'728, kManyRows = 12'530'806;  // KuaiRec
constexpr int64_t kStartMs = 1'649'347'200'000;

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "lerl-bench.XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      throw Error(ErrorKind::kIo, name + ": no folder can be made there; set TMPDIR");
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

void WriteLog(const fs::path& path, int64_t begin, int64_t end) {
  std::ofstream out(path);
  out << "user_id,video_id,date,hourmin,time_ms,is_click,is_like,is_follow,is_comment,is_forward,"
         "is_hate,long_view,play_time_ms,duration_ms,profile_stay_time,comment_stay_time,"
         "is_profile_enter,is_rand,tab\n";
  Rng rng(1, "bench log", static_cast<uint64_t>(begin));
  char line[256];
  for (int64_t row = begin; row < end; ++row) {
    const uint64_t bits = rng.Next();
    const auto bit = [bits](int i) { return static_cast<int>(bits >> i & 1U); };
    const int length =
        std::snprintf(line, sizeof line,
                      "%lld,%llu,20220410,1700,%lld,%d,%d,%d,%d,%d,%d,%d,%llu,%llu,0,0,0,0,1\n",
                      static_cast<long long>(row % kUsers),
                      static_cast<unsigned long long>(rng.Below(static_cast<uint64_t>(kVideos))),
                      static_cast<long long>(kStartMs + row * 1800), bit(0), bit(1), bit(2), bit(3),
                      bit(4), bit(5), bit(6), static_cast<unsigned long long>(rng.Below(60'000)),
                      static_cast<unsigned long long>(rng.Below(90'000)));
    out.write(line, length);
  }
}

void WriteFeatures(const fs::path& folder) {
  std::ofstream users(folder / "user_features_pure.csv");
  users << "user_id,user_active_degree,is_lowactive_period,is_live_streamer,is_video_author,"
           "follow_user_num,follow_user_num_range,fans_user_num,fans_user_num_range,"
           "friend_user_num,friend_user_num_range,register_days,register_days_range";
  for (int i = 0; i < 18; ++i) users << ",onehot_feat" << i;
  users << '\n';
  for (int64_t user = 0; user < kUsers; ++user) {
    users << user << ",full_active,0,1,1,514,500+,150,\"[100,1k)\",34,\"[30,60)\",799,730+";
    for (int i = 0; i < 18; ++i) users << ',' << (user + i) % 7;
    users << '\n';
  }
  std::ofstream videos(folder / "video_features_basic_pure.csv");
  videos << "video_id,author_id,video_type,upload_dt,upload_type,visible_status,video_duration,"
            "server_width,server_height,music_id,music_type,tag\n";
  for (int64_t video = 0; video < kVideos; ++video)
    videos << video << ",7349781,NORMAL,2022-04-10,LongImport,0.0,87433.0,720.0,1280.0,9155697141,"
           << "9.0,\"" << video % 46 << ',' << video % 31 << "\"\n";
}

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
  const auto rows = static_cast<size_t>(kManyRows);
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

double Seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// A row in seconds; Measure's bar is for rates, so the direction is set here.
BenchRow MeasureSeconds(const std::string& name, double bar, int repeats,
                        const std::function<void()>& work) {
  BenchRow row = Measure(name, "s", bar, repeats, [&] { return Seconds(work); });
  row.lower_is_better = true;
  return row;
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

}  // namespace

std::vector<BenchRow> BenchData(const BenchOptions& options) {
  const TemporaryFolder temporary;
  const fs::path& folder = temporary.path();
  const int64_t cut = kRows / 2;
  WriteLog(folder / "log_standard_4_08_to_4_21_pure.csv", 0, cut);
  WriteLog(folder / "log_standard_4_22_to_5_08_pure.csv", cut, kRows);
  WriteFeatures(folder);
  std::vector<BenchRow> rows;
  Dataset parsed;
  rows.push_back(MeasureSeconds("data/parse/1.4M", 15, options.repeats, [&] {
    parsed = LoadKuaiRand("kuairand-pure", folder, {});
    LERL_CHECK_EQ(parsed.num_interactions(), kRows);
    LERL_CHECK_EQ(parsed.num_users(), kUsers);
    LERL_CHECK_EQ(parsed.num_items(), kVideos);
  }));
  rows.push_back(
      MeasureLoad("data/load/1.4M", 1, options.repeats, parsed, folder / "prepared-1.lerl"));
  parsed = {};
  rows.push_back(
      MeasureLoad("data/load/12.5M", 5, options.repeats, ManyRows(), folder / "prepared-2.lerl"));
  return rows;
}

}  // namespace lerl
