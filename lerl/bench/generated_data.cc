#include "lerl/bench/generated_data.h"

#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "lerl/base/error.h"
#include "lerl/base/rng.h"

namespace lerl {

namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder() {
  std::string name = (fs::temp_directory_path() / "lerl-bench.XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    throw Error(ErrorKind::kIo, name + ": no folder can be made there; set TMPDIR");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

namespace {

constexpr int64_t kFirstRowMs = 1'649'347'200'000;

void WriteLog(const fs::path& path, const GeneratedSizes& sizes, int64_t begin, int64_t end) {
  std::ofstream out(path);
  out << "user_id,video_id,date,hourmin,time_ms,is_click,is_like,is_follow,is_comment,is_forward,"
         "is_hate,long_view,play_time_ms,duration_ms,profile_stay_time,comment_stay_time,"
         "is_profile_enter,is_rand,tab\n";
  Rng rng(1, "bench log", static_cast<uint64_t>(begin));
  char line[256];
  for (int64_t row = begin; row < end; ++row) {
    const uint64_t bits = rng.Next();
    const auto bit = [bits](int i) { return static_cast<int>(bits >> i & 1U); };
    const int length = std::snprintf(
        line, sizeof line,
        "%lld,%llu,20220410,1700,%lld,%d,%d,%d,%d,%d,%d,%d,%llu,%llu,0,0,0,0,1\n",
        static_cast<long long>(row % sizes.users),
        static_cast<unsigned long long>(rng.Below(static_cast<uint64_t>(sizes.videos))),
        static_cast<long long>(kFirstRowMs + row * 1800), bit(0), bit(1), bit(2), bit(3), bit(4),
        bit(5), bit(6), static_cast<unsigned long long>(rng.Below(60'000)),
        static_cast<unsigned long long>(rng.Below(90'000)));
    out.write(line, length);
  }
}

void WriteFeatures(const fs::path& folder, const GeneratedSizes& sizes) {
  std::ofstream users(folder / "user_features_pure.csv");
  users << "user_id,user_active_degree,is_lowactive_period,is_live_streamer,is_video_author,"
           "follow_user_num,follow_user_num_range,fans_user_num,fans_user_num_range,"
           "friend_user_num,friend_user_num_range,register_days,register_days_range";
  for (int i = 0; i < 18; ++i) users << ",onehot_feat" << i;
  users << '\n';
  for (int64_t user = 0; user < sizes.users; ++user) {
    users << user << ",full_active,0,1,1,514,500+,150,\"[100,1k)\",34,\"[30,60)\",799,730+";
    for (int i = 0; i < 18; ++i) users << ',' << (user + i) % 7;
    users << '\n';
  }
  std::ofstream videos(folder / "video_features_basic_pure.csv");
  videos << "video_id,author_id,video_type,upload_dt,upload_type,visible_status,video_duration,"
            "server_width,server_height,music_id,music_type,tag\n";
  for (int64_t video = 0; video < sizes.videos; ++video)
    videos << video << ",7349781,NORMAL,2022-04-10,LongImport,0.0,87433.0,720.0,1280.0,9155697141,"
           << "9.0,\"" << video % 46 << ',' << video % 31 << "\"\n";
}

}  // namespace

void WriteKuaiRandPure(const fs::path& folder, const GeneratedSizes& sizes) {
  const int64_t cut = sizes.rows / 2;
  WriteLog(folder / "log_standard_4_08_to_4_21_pure.csv", sizes, 0, cut);
  WriteLog(folder / "log_standard_4_22_to_5_08_pure.csv", sizes, cut, sizes.rows);
  WriteFeatures(folder, sizes);
}

void WriteZipfLog(const fs::path& folder, int64_t rows, int64_t users, int64_t items) {
  std::ofstream(folder / "log.toml") << "file = \"log.csv\"\nvalue = \"rating\"\n[[behaviour]]\n"
                                        "name = \"like\"\ncolumn = \"rating\"\nat_least = 4\n";
  std::ofstream out(folder / "log.csv");
  out << "user,item,timestamp,rating\n";
  Rng rng(1, "bench log");
  const double span = std::log(static_cast<double>(items));
  char line[96];
  for (int64_t row = 0; row < rows; ++row) {
    const int length =
        std::snprintf(line, sizeof line, "%llu,%lld,%lld,%llu\n",
                      static_cast<unsigned long long>(rng.Below(static_cast<uint64_t>(users))),
                      static_cast<long long>(std::exp(rng.Uniform() * span)),
                      static_cast<long long>(kFirstRowMs / 1000 + row / 4),
                      static_cast<unsigned long long>(rng.Below(5) + 1));
    out.write(line, length);
  }
}

}  // namespace lerl
