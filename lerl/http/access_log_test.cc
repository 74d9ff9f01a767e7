#include "lerl/http/access_log.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "lerl/base/json_text.h"

namespace lerl {
namespace {

TEST(AccessLog, IsALineOfJson) {
  const std::string line = LogLine({.request_id = "r-1",
                                    .method = "GET",
                                    .route = "item",
                                    .remote = "127.0.0.1",
                                    .status = 200,
                                    .bytes = 12,
                                    .seconds = 0.25},
                                   "2026-11-28T16:32:09Z");
  EXPECT_EQ(ParseJson(line), nlohmann::json({{"bytes", 12},
                                             {"cut", false},
                                             {"method", "GET"},
                                             {"remote", "127.0.0.1"},
                                             {"request_id", "r-1"},
                                             {"route", "item"},
                                             {"seconds", 0.25},
                                             {"status", 200},
                                             {"time", "2026-11-28T16:32:09Z"}}));
}

TEST(AccessLog, AMessageIsALineOfJsonToo) {
  const std::string line = MessageLine("warning", "two\nlines, \"quoted\" \xFF", "t");
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(ParseJson(line), nlohmann::json({{"level", "warning"},
                                             {"message", "two\nlines, \"quoted\" \uFFFD"},
                                             {"time", "t"}}));
}

TEST(AccessLog, StaysALineWhateverAMethodIs) {
  const std::string line = LogLine({.method = "G\r\n\x1b[2J\"\xFF"}, "t");
  EXPECT_EQ(line.find_first_of("\r\n\x1b"), std::string::npos);
  EXPECT_TRUE(ParseJson(line).is_object());
}

}  // namespace
}  // namespace lerl
