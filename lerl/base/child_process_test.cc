#include "lerl/base/child_process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

TEST(ProgramBeside, LiesInTheFolderOfThisProgram) {
  EXPECT_TRUE(ProgramBeside("x").is_absolute());
  EXPECT_EQ(ProgramBeside("x").filename(), "x");
  EXPECT_TRUE(std::filesystem::exists(ProgramBeside("x").parent_path()));
}

TEST(ExitStatus, IsThatOfAProgramOnPathOrNothing) {
  EXPECT_EQ(ExitStatus({"sh", "-c", "exit 7"}), 7);
  EXPECT_EQ(ExitStatus({"/bin/sh", "-c", "kill -9 $$"}), 128 + 9);
  EXPECT_EQ(ExitStatus({"no-such-program"}), std::nullopt);
}

TEST(ExitStatus, GivesTheProgramItsFiles) {
  const TestFolder folder;
  const std::string path = (folder.path() / "said").string();
  const int file = ::open(path.c_str(), O_CREAT | O_RDWR, 0600);
  EXPECT_EQ(ExitStatus({"sh", "-c", "echo out; echo error >&2"}, {.output = file, .errors = file}),
            0);
  ::close(file);
  EXPECT_EQ(ReadFile(path), "out\nerror\n");
}

TEST(RunningChild, SaysWhetherItHasEnded) {
  RunningChild sleeper({"sleep", "60"});
  EXPECT_EQ(sleeper.Ended(), std::nullopt);
  sleeper.Send(SIGTERM);
  while (!sleeper.Ended()) ::usleep(1000);
  EXPECT_EQ(sleeper.Ended(), 128 + SIGTERM);
  EXPECT_EQ(sleeper.End(SIGTERM), 128 + SIGTERM);
}

TEST(RunningChild, EndsByASignalOrWithItsOwnStatus) {
  RunningChild sleeper({"sleep", "60"});
  EXPECT_GT(sleeper.id(), 0);
  EXPECT_EQ(sleeper.End(SIGTERM), 128 + SIGTERM);
  EXPECT_EQ(sleeper.id(), 0);
  int child = 0;
  {
    const RunningChild forgotten({"sleep", "60"});
    child = forgotten.id();
    EXPECT_EQ(::kill(child, 0), 0);
  }
  EXPECT_NE(::kill(child, 0), 0);
  EXPECT_THROW(RunningChild({"no-such-program"}), Error);
}

TEST(OutputOf, GivesWhatTheProgramPrintsWithItsArgumentsAsTheyAre) {
  EXPECT_EQ(OutputOf("/bin/echo", {"a 'b'", "$HOME;", "\"c\""}), "a 'b' $HOME; \"c\"\n");
  EXPECT_EQ(OutputOf("/bin/true", {}), "");
}

TEST(OutputOf, StopsAProgramThatPrintsMoreThanIsWanted) {
  const std::string text = OutputOf("/usr/bin/yes", {}, 100'000);
  EXPECT_GE(text.size(), 100'000U);
  EXPECT_LT(text.size(), 200'000U);
}

TEST(OutputOf, ThrowsWhereTheProgramFailsOrIsNotThere) {
  EXPECT_THAT(ErrorOf(ErrorKind::kIo, [] { OutputOf("/bin/false", {}); }),
              testing::HasSubstr("/bin/false: failed"));
  EXPECT_THAT(ErrorOf(ErrorKind::kIo,
                      [] {
                        OutputOf("/bin/false", {"a", "b"});
                      }),
              testing::HasSubstr("/bin/false a b: failed"));
  EXPECT_THAT(ErrorOf(ErrorKind::kIo, [] { OutputOf("/nowhere/program", {}); }),
              testing::HasSubstr("cannot be started"));
}

TEST(ChildOutput, ComesPieceByPieceToItsEnd) {
  ChildOutput output({"seq", "1", "100000"});
  std::string text;
  int pieces = 0;
  while (output.Read(text)) ++pieces;
  EXPECT_GT(pieces, 1);
  EXPECT_EQ(text.size(), 588'895U);
  EXPECT_TRUE(text.ends_with("\n100000\n"));
  EXPECT_FALSE(output.Read(text));
}

TEST(ChildOutput, OfAProgramThatFailsIsAnErrorAtItsEnd) {
  ChildOutput output({"sh", "-c", "echo a; exit 3"});
  std::string text;
  EXPECT_TRUE(output.Read(text));
  EXPECT_EQ(text, "a\n");
  EXPECT_THAT(ErrorOf(ErrorKind::kIo, [&] { output.Read(text); }), testing::HasSubstr("failed"));
  EXPECT_THROW(ChildOutput({"no-such-program"}), Error);
}

TEST(ChildOutput, StopsAProgramThatNobodyReadsToItsEnd) {
  std::string text;
  ChildOutput output({"yes"});
  EXPECT_TRUE(output.Read(text));
}

TEST(RunningChild, HasVariablesOfItsOwnInPlaceOfOurs) {
  const std::vector<std::string> words = {"sh", "-c", "test \"$HOME-$LERL_TEST_OWN\" = here-7"};
  RunningChild child(words, {}, {.environment = {"HOME=here", "LERL_TEST_OWN=7"}});
  std::optional<int> status;
  while (!status) status = child.Ended();
  EXPECT_EQ(status, 0);
  EXPECT_EQ(child.id(), 0);
  EXPECT_EQ(child.Ended(), 0);
  child.Send(SIGKILL);  // nothing that is not its own
}

TEST(RunningChild, MayBeInAGroupOfItsOwn) {
  RunningChild child({"sleep", "60"}, {}, {.own_group = true});
  EXPECT_EQ(::getpgid(child.id()), child.id());
  EXPECT_EQ(child.Ended(), std::nullopt);
  child.Send(SIGTERM);
  std::optional<int> status;
  while (!status) status = child.Ended();
  EXPECT_EQ(status, 128 + SIGTERM);
}

TEST(EndWithParent, EndsAProcessOfTheSameProgramWhenItsParentEnds) {
  std::array<int, 2> alive{};
  ASSERT_EQ(::pipe(alive.data()), 0);
  const pid_t parent = ::fork();
  if (parent == 0) {
    if (::fork() == 0) {
      EndWithParent();
      ::close(alive[0]);
      ::write(alive[1], "x", 1);
      ::pause();
    }
    ::close(alive[1]);
    char started = 0;
    ::read(alive[0], &started, 1);
    ::_exit(started == 'x' ? 0 : 1);
  }
  ::close(alive[1]);
  int status = 0;
  ::waitpid(parent, &status, 0);
  EXPECT_EQ(status, 0);
  char more = 0;
  EXPECT_EQ(::read(alive[0], &more, 1), 0);  // the end: the grandchild has closed it
  ::close(alive[0]);
}

}  // namespace
}  // namespace lerl
