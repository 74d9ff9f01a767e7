#include "lerl/events/group_commit.h"

#include <gmock/gmock.h>

#include <atomic>
#include <stdexcept>

namespace lerl {
namespace {

using ::testing::ElementsAre;

// Writes down what happens, and fails where it is told to.
class Diary : public GroupCommit::Transaction {
 public:
  void Begin() override {
    if (const auto before = before_begin) before();
    if (fail_begin) throw std::runtime_error("begin");
    entries.emplace_back("begin");
  }
  void Apply(const std::function<void()>& change) override { change(); }
  void Commit() override {
    if (fail_commit) throw std::runtime_error("commit");
    entries.emplace_back("commit");
  }
  void RollBack() noexcept override { entries.emplace_back("roll back"); }
  bool IsLost(const std::exception_ptr& error) override {
    try {
      std::rethrow_exception(error);
    } catch (const std::logic_error&) {
      return true;
    } catch (...) {
      return false;
    }
  }
  std::function<void()> before_begin;
  std::vector<std::string> entries;
  std::atomic<bool> fail_begin{false}, fail_commit{false};
};

// Runs changes so that all of them stand in one group: a first one holds the thread meanwhile.
std::vector<std::string> RunTogether(GroupCommit& commits,
                                     const std::vector<std::function<void()>>& changes) {
  std::promise<void> started, go;
  std::thread first([&] {
    commits.Run([&] {
      started.set_value();
      go.get_future().wait();
    });
  });
  started.get_future().wait();
  std::vector<std::exception_ptr> thrown(changes.size());
  std::vector<std::thread> threads;
  for (size_t i = 0; i < changes.size(); ++i) {
    threads.emplace_back([&, i] {
      try {
        commits.Run(changes[i]);
      } catch (...) {
        thrown[i] = std::current_exception();
      }
    });
  }
  while (commits.waiting() < std::ssize(changes)) std::this_thread::yield();
  go.set_value();
  first.join();
  for (std::thread& thread : threads) thread.join();
  // Read once all have ended: several may have been handed the same exception.
  std::vector<std::string> faults(changes.size());
  for (size_t i = 0; i < changes.size(); ++i) {
    try {
      if (thrown[i]) std::rethrow_exception(thrown[i]);
    } catch (const std::exception& fault) {
      faults[i] = fault.what();
    }
  }
  return faults;
}

TEST(GroupCommit, ReturnsAfterTheCommit) {
  Diary diary;
  GroupCommit commits(diary);
  commits.Run([&] { diary.entries.emplace_back("change"); });
  EXPECT_THAT(diary.entries, ElementsAre("begin", "change", "commit"));
}

TEST(GroupCommit, CommitsWhatWaitsTogetherOnce) {
  Diary diary;
  GroupCommit commits(diary);
  std::vector<std::function<void()>> changes(5, [&] { diary.entries.emplace_back("change"); });
  RunTogether(commits, changes);
  EXPECT_EQ(std::count(diary.entries.begin(), diary.entries.end(), "commit"), 2);
  EXPECT_EQ(std::count(diary.entries.begin(), diary.entries.end(), "change"), 5);
}

TEST(GroupCommit, AChangeThatFailsHarmsNoOther) {
  Diary diary;
  GroupCommit commits(diary);
  const auto good = [] {};
  const auto bad = [] { throw std::runtime_error("bad"); };
  EXPECT_THAT(RunTogether(commits, {good, bad, good}), ElementsAre("", "bad", ""));
}

TEST(GroupCommit, AFailedCommitFailsAllOfItsChangesAndNoneThatComeLater) {
  Diary diary;
  GroupCommit commits(diary);
  const auto failing = [&] { diary.fail_commit = true; };
  EXPECT_THAT(RunTogether(commits, {failing, failing}), ElementsAre("commit", "commit"));
  EXPECT_EQ(diary.entries.back(), "roll back");
  diary.fail_commit = false;
  commits.Run([] {});
  EXPECT_EQ(diary.entries.back(), "commit");
}

TEST(GroupCommit, ALostTransactionFailsAllOfItsChanges) {
  Diary diary;
  GroupCommit commits(diary);
  const auto lost = [] { throw std::logic_error("lost"); };
  EXPECT_THAT(RunTogether(commits, {lost, lost}), ElementsAre("lost", "lost"));
  EXPECT_EQ(diary.entries.back(), "roll back");
}

TEST(GroupCommit, SaysWhyItCouldNotBegin) {
  Diary diary;
  GroupCommit commits(diary);
  diary.fail_begin = true;
  EXPECT_THROW(commits.Run([] {}), std::runtime_error);
  diary.fail_begin = false;
  commits.Run([] {});
}

// A store that is locked keeps each caller waiting once, not once for every group before it.
TEST(GroupCommit, WhoCameWhileItCouldNotBeginIsToldAtOnce) {
  Diary diary;
  GroupCommit commits(diary);
  std::promise<void> waiting, go;
  diary.before_begin = [&] {
    waiting.set_value();
    go.get_future().wait();
  };
  diary.fail_begin = true;
  std::atomic<int> failed = 0;
  const auto change = [&] {
    try {
      commits.Run([] {});
    } catch (const std::runtime_error&) {
      ++failed;
    }
  };
  std::thread first(change);
  waiting.get_future().wait();
  diary.before_begin = nullptr;
  std::vector<std::thread> late;
  for (int n = 0; n < 3; ++n) late.emplace_back(change);
  while (commits.waiting() < 3) std::this_thread::yield();
  go.set_value();
  first.join();
  for (std::thread& thread : late) thread.join();
  EXPECT_EQ(failed, 4);
  EXPECT_THAT(diary.entries, ElementsAre("roll back"));
}

TEST(GroupCommit, MakesWhatWaitsBeforeItEnds) {
  Diary diary;
  std::atomic<int> made{0};
  {
    GroupCommit commits(diary);
    RunTogether(commits, {[&] { ++made; }, [&] { ++made; }});
  }
  EXPECT_EQ(made, 2);
}

}  // namespace
}  // namespace lerl
