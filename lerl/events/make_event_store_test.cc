#include "lerl/events/make_event_store.h"

#include <gmock/gmock.h>

#include "lerl/base/config.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

TEST(MakeEventStore, MakesWhatTheUrlNames) {
  const TestFolder folder;
  StoreConfig config;
  config.url = (folder.path() / "deep" / "plain.db").string();
  MakeEventStore(config)->Ping();
  EXPECT_TRUE(std::filesystem::exists(config.url));
  config.url = "mysql://host/db";
  ErrorOf(ErrorKind::kConfig, [&] { MakeEventStore(config); });
}

TEST(MakeEventStore, SaysWhichServerIsGoneWithoutItsPassword) {
  StoreConfig config;
  config.connect_ms = 0;
  config.url = "postgresql://u:s3cret@/d?host=/nonexistent";
  const std::string fault = ErrorOf(ErrorKind::kIo, [&] { MakeEventStore(config); });
  EXPECT_THAT(fault, ::testing::HasSubstr("postgresql://u:***@/d"));
  EXPECT_THAT(fault, ::testing::Not(::testing::HasSubstr("s3cret")));
}

TEST(StoreConfig, ReadsItsFields) {
  StoreConfig config;
  ConfigSource::FromText("url = \"a.db\"\nbusy_ms = 7", "test").Read(config);
  EXPECT_EQ(config.url, "a.db");
  EXPECT_EQ(config.busy_ms, 7);
}

}  // namespace
}  // namespace lerl
