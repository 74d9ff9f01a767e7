#include "lerl/http/access.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "lerl/base/error.h"
#include "lerl/base/file.h"

namespace lerl {
namespace {

const std::string kReader = "reader-0123456789", kWriter = "writer-0123456789";

class AccessTest : public ::testing::Test {
 protected:
  void SetUp() override { ::unsetenv(kTokensVariable); }
  void TearDown() override {
    ::unsetenv(kTokensVariable);
    std::filesystem::remove(file_);
  }
  std::string File(const std::string& text, mode_t mode = 0600) {
    std::filesystem::remove(file_);
    std::ofstream(file_) << text;
    ::chmod(file_.c_str(), mode);
    return file_;
  }
  // The status of a request with this Authorization; 200 where it may go on.
  static int StatusOf(const Access& access, const std::string& header, Scope scope) {
    Request request;
    if (!header.empty()) request.headers["authorization"] = header;
    try {
      access.Check(request, scope);
    } catch (const ProblemError& error) {
      EXPECT_TRUE(error.problem().headers.contains("WWW-Authenticate"));
      EXPECT_EQ(error.problem().detail.find("0123456789"), std::string::npos);
      return error.problem().status;
    }
    return 200;
  }
  static std::string RefusalOf(const std::string& tokens_file) {
    try {
      const Access access(AccessConfig{.tokens_file = tokens_file});
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kConfig);
      return error.what();
    }
    return "";
  }
  const std::string file_ =
      (std::filesystem::temp_directory_path() / ("lerl-tokens-" + std::to_string(::getpid())))
          .string();
};

TEST_F(AccessTest, TakesACredentialOfSystemdWithTheAccessListsRights) {
  const std::string file = File("read:" + kReader + "\n", 0440);
  EXPECT_NE(RefusalOf(file), "");
  ::setenv("CREDENTIALS_DIRECTORY", std::filesystem::path(file).parent_path().c_str(), 1);
  EXPECT_EQ(RefusalOf(file), "");
  EXPECT_NE(RefusalOf(File("read:" + kReader + "\n", 0444)), "");
  ::unsetenv("CREDENTIALS_DIRECTORY");
}

TEST_F(AccessTest, GivesEachTokenItsScope) {
  const Access access(AccessConfig{
      .tokens_file = File("# ours\nread:" + kReader + "\n\nwrite:" + kWriter + "\r\n")});
  EXPECT_TRUE(access.has_tokens());
  EXPECT_EQ(StatusOf(access, "Bearer " + kReader, Scope::kRead), 200);
  EXPECT_EQ(StatusOf(access, "bearer  " + kWriter, Scope::kRead), 200);
  EXPECT_EQ(StatusOf(access, "Bearer " + kWriter, Scope::kWrite), 200);
  EXPECT_EQ(StatusOf(access, "Bearer " + kReader, Scope::kWrite), 403);
  EXPECT_EQ(StatusOf(access, "", Scope::kNone), 200);
  for (const std::string& wrong :
       {std::string(), "Bearer " + kReader + "0", "Bearer " + kReader.substr(1),
        std::string("Bearer"), std::string("Bearer "), "Basic " + kReader, kReader})
    EXPECT_EQ(StatusOf(access, wrong, Scope::kRead), 401) << wrong;
}

TEST_F(AccessTest, TakesTokensFromTheEnvironment) {
  ::setenv(kTokensVariable, (" read:" + kReader + " write:" + kWriter + "\n").c_str(), 1);
  const Access access{AccessConfig{}};
  EXPECT_EQ(StatusOf(access, "Bearer " + kWriter, Scope::kWrite), 200);
  EXPECT_EQ(StatusOf(access, "Bearer " + kReader, Scope::kRead), 200);
}

TEST_F(AccessTest, RefusesAFileThatOthersMayRead) {
  for (const mode_t mode : {0640, 0604, 0620, 0644})
    EXPECT_NE(RefusalOf(File("read:" + kReader, mode)).find("chmod 600"), std::string::npos);
  EXPECT_EQ(RefusalOf(File("read:" + kReader, 0400)), "");
  EXPECT_NE(RefusalOf("/nowhere/tokens"), "");
}

TEST_F(AccessTest, NamesAWrongLineAndNotItsToken) {
  for (const std::string& line : {"admin:" + kReader, kReader, std::string("read:short0123"),
                                  "read:" + kReader + " x", "read:" + std::string(600, '0')}) {
    const std::string refusal = RefusalOf(File("# one\n" + line + "\n"));
    EXPECT_NE(refusal.find(":2: "), std::string::npos) << refusal;
    EXPECT_EQ(refusal.find("0123"), std::string::npos) << refusal;
  }
}

TEST_F(AccessTest, AllowsEverythingWithoutTokens) {
  EXPECT_EQ(StatusOf(Access(), "", Scope::kWrite), 200);
}

TEST_F(AccessTest, AsksForATokenWhereOthersCanReachTheServer) {
  EXPECT_NO_THROW(RequireTokens("127.0.0.1", Access()));
  EXPECT_NO_THROW(RequireTokens("::1", Access()));
  EXPECT_THROW(RequireTokens("0.0.0.0", Access()), Error);
  EXPECT_THROW(RequireTokens("::", Access()), Error);
  EXPECT_THROW(RequireTokens("192.168.0.1", Access()), Error);
  const Access access(AccessConfig{.tokens_file = File("read:" + kReader)});
  EXPECT_NO_THROW(RequireTokens("0.0.0.0", access));
}

TEST_F(AccessTest, KnowsItsOwnNamesOnTheLoopback) {
  for (const char* known : {"localhost", "LOCALHOST:80", "127.0.0.1:8080", "[::1]:8080", "[::1]"})
    EXPECT_TRUE(KnowsHost(known, "127.0.0.1", {})) << known;
  for (const char* other : {"evil.example", "evil.example:8080", "", "127.0.0.1.evil.example",
                            "localhost.evil.example", "[::2]:80", "[::1"})
    EXPECT_FALSE(KnowsHost(other, "127.0.0.1", {})) << other;
  EXPECT_TRUE(KnowsHost("films.example:80", "127.0.0.1", {"films.example"}));
  EXPECT_TRUE(KnowsHost("127.0.0.5", "127.0.0.5", {}));
  EXPECT_TRUE(KnowsHost("any.example", "0.0.0.0", {}));
  EXPECT_FALSE(KnowsHost("any.example", "0.0.0.0", {"films.example"}));
}

TEST_F(AccessTest, TellsPagesOfOtherOrigins) {
  const auto crosses = [](const std::string& origin) {
    Request request;
    request.headers = {{"host", "127.0.0.1:80"}};
    if (!origin.empty()) request.headers["origin"] = origin;
    return IsCrossOrigin(request);
  };
  EXPECT_FALSE(crosses(""));
  EXPECT_FALSE(crosses("http://127.0.0.1:80"));
  EXPECT_TRUE(crosses("null"));
  EXPECT_TRUE(crosses("http://127.0.0.1:81"));
  EXPECT_TRUE(crosses("https://evil.example"));
}

TEST_F(AccessTest, ForbidsFramesAndGuesses) {
  const Fields& headers = SecurityHeaders();
  EXPECT_NE(headers.at("Content-Security-Policy").find("default-src 'self'"), std::string::npos);
  EXPECT_NE(headers.at("Content-Security-Policy").find("frame-ancestors 'none'"),
            std::string::npos);
  EXPECT_EQ(headers.at("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(headers.at("Cache-Control"), "no-store");
  EXPECT_FALSE(headers.contains("Access-Control-Allow-Origin"));
}

}  // namespace
}  // namespace lerl
