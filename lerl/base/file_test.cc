#include "lerl/base/file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <functional>

#include "lerl/base/error.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// What `work` throws as an Error of `kind`, or "" if it doesn't.
std::string FileTestComplaint(ErrorKind kind, const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.kind() == kind ? error.what() : "wrong kind: " + std::string(error.what());
  }
  return "";
}

// True if `work` returns true in a process of its own, whose limits and user it may change.
bool HoldsInAnotherProcess(const std::function<bool()>& work) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(work() ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int Entries(const fs::path& folder) {
  return static_cast<int>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

class FileTest : public ::testing::Test {
 protected:
  FileTest() {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    fs::permissions(folder_, fs::perms::all);
  }
  ~FileTest() override {
    fs::permissions(folder_, fs::perms::all);
    fs::remove_all(folder_);
  }
  const fs::path folder_ =
      ProcessFolder() /
      (std::string("file_test_") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(FileTest, WritesWholeIntoFoldersThatItMakesAndReplacesWhatIsThere) {
  const fs::path path = folder_ / "a" / "b" / "c.txt";
  const std::string bytes("one\0two", 7);
  WriteFileWhole(path, bytes);
  EXPECT_EQ(ReadFile(path), bytes);
  WriteFileWhole(path, "");
  EXPECT_EQ(ReadFile(path), "");
  EXPECT_EQ(Entries(path.parent_path()), 1);
}

TEST_F(FileTest, WritesPartsOneBehindTheOther) {
  const std::vector<std::string_view> parts = {"ab", "", "c"};
  const fs::path path = folder_ / "parts";
  WriteFileWhole(path, parts);
  EXPECT_EQ(ReadFile(path), "abc");
}

TEST_F(FileTest, WritesIntoTheCurrentFolder) {
  const fs::path before = fs::current_path();
  fs::current_path(folder_);
  WriteFileWhole("plain.txt", "x");
  fs::current_path(before);
  EXPECT_EQ(ReadFile(folder_ / "plain.txt"), "x");
}

TEST_F(FileTest, ReadingWhatIsNoFileNamesPathAndReason) {
  const fs::path absent = folder_ / "absent";
  EXPECT_EQ(FileTestComplaint(ErrorKind::kIo, [&] { ReadFile(absent); }),
            absent.string() + ": cannot be read: No such file or directory");
  EXPECT_THAT(FileTestComplaint(ErrorKind::kIo, [&] { ReadFile(folder_); }),
              HasSubstr("Is a directory"));
}

TEST_F(FileTest, ReadOnlyFolderIsAnErrorAndNothingIsLeft) {
  fs::permissions(folder_, fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_TRUE(HoldsInAnotherProcess([&] {
    if (::geteuid() == 0 && ::seteuid(65534) != 0) return false;  // root writes anywhere
    const auto write = [&] { WriteFileWhole(folder_ / "x", "bytes"); };
    const auto lock = [&] { FolderLock held(folder_); };
    const auto make = [&] { WriteFileWhole(folder_ / "deep" / "x", "bytes"); };
    for (const std::function<void()>& attempt : {std::function<void()>(write), {lock}, {make}}) {
      if (FileTestComplaint(ErrorKind::kIo, attempt).find("Permission denied") == std::string::npos)
        return false;
    }
    return true;
  }));
  EXPECT_EQ(Entries(folder_), 0);
}

TEST_F(FileTest, WriteThatFailsMidwayLeavesTheOldFileAndNoOther) {
  const fs::path path = folder_ / "x";
  WriteFileWhole(path, "old");
  EXPECT_TRUE(HoldsInAnotherProcess([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1000, 1000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const std::string message =
        FileTestComplaint(ErrorKind::kIo, [&] { WriteFileWhole(path, std::string(5000, 'n')); });
    return message.find(path.string() + ": cannot be written: File too large") == 0;
  }));
  EXPECT_EQ(ReadFile(path), "old");
  EXPECT_EQ(Entries(folder_), 1);
}

// Needs a disk of its own: where a small one can't be mounted, the test above stands for it.
TEST_F(FileTest, FullDiskLeavesTheOldFileAndNoOther) {
  EXPECT_TRUE(HoldsInAnotherProcess([&] {
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", folder_.c_str(), "tmpfs", 0, "size=64k") != 0)
      return true;
    const fs::path path = folder_ / "x";
    WriteFileWhole(path, "old");
    const std::string message =
        FileTestComplaint(ErrorKind::kIo, [&] { WriteFileWhole(path, std::string(100000, 'n')); });
    return message.find("No space left on device") != std::string::npos &&
           ReadFile(path) == "old" && Entries(folder_) == 1;
  }));
}

TEST_F(FileTest, MapsAFileAndAnEmptyOne) {
  WriteFileWhole(folder_ / "x", "mapped");
  EXPECT_EQ(MappedFile(folder_ / "x").text(), "mapped");
  EXPECT_EQ(MappedFile(folder_ / "x").bytes().size(), 6u);
  WriteFileWhole(folder_ / "empty", "");
  EXPECT_TRUE(MappedFile(folder_ / "empty").bytes().empty());
}

TEST_F(FileTest, MappingWhatIsNoFileIsAnErrorOfData) {
  EXPECT_THAT(FileTestComplaint(ErrorKind::kData, [&] { MappedFile mapped(folder_ / "absent"); }),
              HasSubstr("No such file"));
  EXPECT_THAT(FileTestComplaint(ErrorKind::kData, [&] { MappedFile mapped(folder_); }),
              HasSubstr("not a regular file"));
}

TEST_F(FileTest, SecondProcessCannotLockAFolderUntilTheFirstLetsGo) {
  const auto busy_elsewhere = [&] {
    return HoldsInAnotherProcess([&] {
      return FileTestComplaint(ErrorKind::kBusy, [&] { FolderLock lock(folder_ / "run"); }) != "";
    });
  };
  {
    const FolderLock lock(folder_ / "run");
    EXPECT_TRUE(busy_elsewhere());
    EXPECT_THAT(FileTestComplaint(ErrorKind::kBusy, [&] { FolderLock second(folder_ / "run"); }),
                HasSubstr("another lerl process"));
  }
  EXPECT_FALSE(busy_elsewhere());
}

TEST_F(FileTest, LockOfAKilledProcessIsFree) {
  const pid_t child = ::fork();
  if (child == 0) {
    const FolderLock lock(folder_);
    WriteFileWhole(folder_ / "held", "");
    ::pause();
  }
  while (!fs::exists(folder_ / "held")) ::usleep(1000);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_NO_THROW(FolderLock lock(folder_));
}

TEST(CacheDir, FollowsItsVariableThenTheUsersCacheFolder) {
  EXPECT_TRUE(HoldsInAnotherProcess([] {
    ::setenv("LERL_CACHE_DIR", "/own", 1);
    ::setenv("XDG_CACHE_HOME", "/xdg", 1);
    ::setenv("HOME", "/people/u", 1);
    if (CacheDir() != "/own") return false;
    ::unsetenv("LERL_CACHE_DIR");
    if (CacheDir() != "/xdg/lerl") return false;
    ::unsetenv("XDG_CACHE_HOME");
    return CacheDir() == "/people/u/.cache/lerl";
  }));
}

TEST_F(FileTest, AppendsLinesAndMendsOneThatWasCutShort) {
  const fs::path path = folder_ / "new" / "lines";
  AppendLine(path, "one");
  AppendLine(path, "two");
  EXPECT_EQ(ReadFile(path), "one\ntwo\n");
  WriteFileWhole(path, "one\ntw");
  AppendLine(path, "three");
  EXPECT_EQ(ReadFile(path), "one\ntw\nthree\n");
  EXPECT_THROW(AppendLine(folder_, "a folder"), Error);
}

TEST_F(FileTest, KeepsToTheUsersMask) {
  const mode_t mask = ::umask(0077);
  WriteFileWhole(folder_ / "mine", "secret");
  ::umask(mask);
  EXPECT_EQ(fs::status(folder_ / "mine").permissions() & fs::perms::all,
            fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(FileTest, PipeInAFolderIsNotWaitedFor) {
  const fs::path pipe = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT([&] { ReadFile(pipe); }, ThrowsMessage<Error>(HasSubstr("it is a pipe")));
  EXPECT_THAT([] { ReadFile("/dev/zero"); }, ThrowsMessage<Error>(HasSubstr("it is a device")));
  EXPECT_EQ(ReadFile("/dev/null"), "");
  EXPECT_THROW(MappedFile{pipe}, Error);
}

TEST_F(FileTest, FolderThatCannotBeWrittenToIsKnownBeforeTheWork) {
  RequireWritable(folder_);
  RequireWritable(folder_ / "to/be/made");
  EXPECT_FALSE(fs::exists(folder_ / "to"));
  WriteFileWhole(folder_ / "file", "mine");
  for (const char* path : {"file", "file/below"})
    EXPECT_THAT([&] { RequireWritable(folder_ / path); },
                ThrowsMessage<Error>(HasSubstr("cannot be written to")))
        << path;
  fs::create_directory_symlink(folder_ / "loop", folder_ / "loop");
  EXPECT_THROW(RequireWritable(folder_ / "loop"), Error);
  EXPECT_THROW(RequireWritable(folder_ / std::string(300, 'x')), Error);
}

}  // namespace
}  // namespace lerl
