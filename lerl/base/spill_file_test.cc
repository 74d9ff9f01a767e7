#include "lerl/base/spill_file.h"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <string>

#include "lerl/base/error.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

TEST(SpillFile, GivesBackWhatWasAppendedAndShowsNoFile) {
  const TestFolder folder;
  SpillFile file(folder.path() / "deep" / "down");
  constexpr int64_t kValues = 400'000;  // 3.2 MB: several buffers
  for (int64_t n = 0; n < kValues; ++n) file.Add(n * n);
  EXPECT_EQ(file.size(), kValues * 8);
  const std::span<const int64_t> values = file.MapAs<int64_t>();
  ASSERT_EQ(std::ssize(values), kValues);
  for (int64_t n = 0; n < kValues; ++n) ASSERT_EQ(values[static_cast<size_t>(n)], n * n);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path() / "deep" / "down"));
}

TEST(SpillFile, ForgetsNoMoreThanItIsToldTo) {
  const TestFolder folder;
  SpillFile file(folder.path());
  const std::vector<std::byte> block(size_t{1} << 20, std::byte{7});
  for (int n = 0; n < 130; ++n) file.Append(block);
  const std::span<const std::byte> bytes = file.Map();
  file.Forget((size_t{64} << 20) + 5);
  EXPECT_EQ(bytes[size_t{64} << 20], std::byte{7});
  EXPECT_EQ(bytes.back(), std::byte{7});
}

TEST(SpillFile, OfNothingIsEmpty) {
  const TestFolder folder;
  EXPECT_TRUE(SpillFile(folder.path()).Map().empty());
}

TEST(SpillFile, SaysWhereItCouldNotBeMade) {
  try {
    SpillFile file("/proc/nothing/here");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(),
                testing::StartsWith("/proc/nothing/here: a temporary file cannot be"));
  }
}

TEST(SpillFile, SaysSoWhereTheDiskIsFull) {
  const TestFolder folder;
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1 << 20, 1 << 20};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    std::string said;
    try {
      SpillFile file(folder.path());
      for (int64_t n = 0; n < 1 << 18; ++n) file.Add(n);
    } catch (const Error& error) {
      said = error.what();
    }
    ::_exit(said.find("a temporary file cannot be written: File too large; the disk has") !=
                    std::string::npos
                ? 0
                : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST(RequireSpace, TellsWhatIsNeededAndWhatIsThere) {
  const TestFolder folder;
  RequireSpace(folder.path() / "not" / "there", 1, "the rows");
  try {
    RequireSpace(folder.path(), uint64_t{1} << 60, "the rows");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("the rows need about 1152921504607 MB"));
    EXPECT_THAT(error.what(), testing::HasSubstr(" MB free"));
  }
}

}  // namespace
}  // namespace lerl
