#include "lerl/events/export.h"

#include <gmock/gmock.h>

#include "lerl/base/file.h"
#include "lerl/testing/event_store_conformance.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;

class ExportTest : public ::testing::Test {
 protected:
  std::unique_ptr<EventStore> Store(const std::string& name) {
    StoreConfig config;
    config.url = "sqlite:" + (folder_.path() / name).string();
    return MakeEventStore(config);
  }
  // Two sessions, of which the first one was answered.
  std::unique_ptr<EventStore> Filled() {
    auto store = Store("full.db");
    store->AddSession(SessionNamed("s,1", "ann", 1000));
    store->AddSlate(SlateOf("s,1", 0));
    AddOne(*store, FeedbackOf("s,1", "e1"));
    FeedbackRecord later = FeedbackOf("s,1", "e2", 4000);
    later.behaviours = {{"like", 0}};
    AddOne(*store, later);
    store->EndSession("s,1", 5000, "client");
    store->AddSession(SessionNamed("t", "bob", 2000));
    return store;
  }
  std::string ImportFault(const std::string& text) {
    const std::filesystem::path file = folder_.Write("bad.jsonl", text);
    const auto store = Store("empty.db");
    const std::string fault = ErrorOf(ErrorKind::kData, [&] { ImportSessions(*store, file); });
    EXPECT_EQ(store->Size().sessions, 0);
    return fault;
  }

  TestFolder folder_;
  std::filesystem::path file_ = folder_.path() / "out" / "sessions.jsonl";
};

TEST_F(ExportTest, ComesBackAsItWas) {
  const auto from = Filled();
  EXPECT_EQ(ExportSessions(*from, {}, file_), 2);
  const auto to = Store("copy.db");
  ImportCounts counts = ImportSessions(*to, file_);
  EXPECT_EQ(counts.sessions, 2);
  EXPECT_EQ(counts.brought, 2);
  EXPECT_EQ(AllSessions(*to), AllSessions(*from));
  counts = ImportSessions(*to, file_);
  EXPECT_EQ(counts.brought, 0);
  EXPECT_EQ(AllSessions(*to), AllSessions(*from));
}

TEST_F(ExportTest, TakesItemsAlong) {
  const auto from = Filled();
  from->AddItems(std::vector{ItemNamed("b"), ItemNamed("a")});
  from->SetWithdrawn("b", 5000);
  from->SetWithdrawn("of the data", 6000);
  from->CountShown({{"a", 3}});
  ExportSessions(*from, {.from_us = 5000}, file_);
  const auto to = Store("copy.db");
  for (int time = 0; time < 2; ++time) {
    EXPECT_EQ(ImportSessions(*to, file_).items, 3);
    EXPECT_EQ(to->Items(), from->Items());
  }
  const auto other = Store("other.db");
  ItemRecord known = ItemNamed("a");
  known.title = "another";
  other->AddItems(std::vector{known});
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { ImportSessions(*other, file_); }),
              HasSubstr("item a: known otherwise"));
  EXPECT_EQ(other->Items().size(), 1U);
}

TEST_F(ExportTest, TakesSessionsOfARange) {
  EXPECT_EQ(ExportSessions(*Filled(), {.from_us = 1000, .to_us = 2000}, file_), 1);
}

TEST_F(ExportTest, WritesARowForEachItemShown) {
  EXPECT_EQ(ExportItems(*Filled(), {}, file_), 2);
  EXPECT_EQ(ReadFile(file_),
            "session,user,policy,started_us,step,shown_us,position,item,probability,answered_us,"
            "behaviour.like,behaviour.watch\n"
            "\"s,1\",ann,lerl,1000,0,2000,0,a,0.1,4000,0,0.1\n"
            "\"s,1\",ann,lerl,1000,0,2000,1,b,0.3333333333333333,,,\n");
}

TEST_F(ExportTest, NamesTheLineThatIsWrong) {
  ExportSessions(*Filled(), {}, file_);
  const std::string good = ReadFile(file_);
  EXPECT_THAT(ImportFault(good + "{\"id\": 7}\n"), HasSubstr("bad.jsonl:3: id: not a text"));
  EXPECT_THAT(ImportFault(good + "{\n"), HasSubstr("bad.jsonl:3: "));
  EXPECT_THAT(ImportFault(good + "\n"), HasSubstr("bad.jsonl:3: "));
  std::string unknown = good, infinite = good;
  unknown.replace(unknown.find("\"policy\""), 8, "\"Policy\"");
  EXPECT_THAT(ImportFault(unknown), HasSubstr("bad.jsonl:1: policy: missing"));
  infinite.replace(infinite.find("\"like\":1.0"), 10, "\"like\":1e999");
  EXPECT_THAT(ImportFault(infinite), HasSubstr("bad.jsonl:1: "));
}

TEST_F(ExportTest, LeavesNoFileWhereItFails) {
  const auto store = Filled();
  folder_.Write("file", "");
  ErrorOf(ErrorKind::kIo, [&] { ExportSessions(*store, {}, folder_.path() / "file" / "a"); });
  ErrorOf(ErrorKind::kIo, [&] { ImportSessions(*store, folder_.path() / "none.jsonl"); });
  std::filesystem::create_directories(folder_.path() / "taken");
  ErrorOf(ErrorKind::kIo, [&] { ExportSessions(*store, {}, folder_.path() / "taken"); });
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
    EXPECT_FALSE(entry.path().filename().string().starts_with(".")) << entry.path();
}

}  // namespace
}  // namespace lerl
