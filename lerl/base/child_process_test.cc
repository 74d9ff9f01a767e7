#include "lerl/base/child_process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

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

}  // namespace
}  // namespace lerl
