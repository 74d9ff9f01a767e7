#include "lerl/http/chunked_body.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

using ChunkState = ChunkedBody::State;

// Reads bytes in cuts of `size`.
ChunkState ReadChunks(const std::string& bytes, std::string& body, size_t size = 1000) {
  ChunkedBody chunks(10);
  for (size_t at = 0; at < bytes.size(); at += size) {
    const std::string cut = bytes.substr(at, size);
    if (chunks.Take(cut, body) < cut.size()) break;
  }
  return chunks.state();
}

ChunkState StateOf(const std::string& bytes) {
  std::string body;
  return ReadChunks(bytes, body);
}

TEST(ChunkedBody, IsReadAlikeHoweverItIsCut) {
  const std::string bytes = "3;a=\"b\"\r\nabc\r\n02\r\n\r\n\r\n0;z\r\nX: y\r\nY:\r\n\r\n";
  for (size_t size = 1; size <= bytes.size(); ++size) {
    std::string body;
    EXPECT_EQ(ReadChunks(bytes, body, size), ChunkState::kDone) << size;
    EXPECT_EQ(body, "abc\r\n");
  }
}

TEST(ChunkedBody, LeavesWhatFollows) {
  ChunkedBody chunks(10);
  std::string body;
  EXPECT_EQ(chunks.Take("1\r\na\r\n0\r\n\r\nGET /", body), 11U);
  EXPECT_EQ(chunks.state(), ChunkState::kDone);
  EXPECT_EQ(chunks.Take("GET /", body), 0U);
}

TEST(ChunkedBody, WaitsForItsEnd) {
  for (const char* part : {"", "3", "3\r", "3\r\n", "3\r\nab", "3\r\nabc", "3\r\nabc\r", "0\r\n",
                           "0\r\n\r", "0\r\nX: y\r\n"})
    EXPECT_EQ(StateOf(part), ChunkState::kMore) << part;
}

TEST(ChunkedBody, RefusesOtherForms) {
  for (const std::string& bad :
       {std::string("g\r\n"),
        std::string("\r\n"),
        std::string("-1\r\n"),
        std::string("0x1\r\n"),
        std::string(" 1\r\n"),
        std::string("1 \r\n"),
        std::string("1\n"),
        std::string("1\r\nab\r\n"),
        std::string("1\r\na\n"),
        std::string("1\r\nabc"),
        std::string("1;\x01\r\n"),
        std::string("1\r;\r\n"),
        std::string("0000000000000001\r\n"),
        std::string("0\r\nX\r\n"),
        std::string("0\r\nX : y\r\n"),
        std::string("0\r\n: y\r\n"),
        std::string("0\r\n X: y\r\n"),
        std::string("0\r\nX: \x01\r\n"),
        std::string("0\r\n\n"),
        "1;" + std::string(5000, 'a'),
        "0\r\nX: " + std::string(3000, 'a') + "\r\nX: " + std::string(3000, 'a') + "\r\n"})
    EXPECT_EQ(StateOf(bad), ChunkState::kInvalid) << bad.substr(0, 30);
}

TEST(ChunkedBody, RefusesWhatIsTooLong) {
  EXPECT_EQ(StateOf("a\r\n0123456789\r\n0\r\n\r\n"), ChunkState::kDone);
  EXPECT_EQ(StateOf("b\r\n"), ChunkState::kTooLong);
  EXPECT_EQ(StateOf("9\r\n012345678\r\n2\r\n"), ChunkState::kTooLong);
  EXPECT_EQ(StateOf("fffffffffffffff\r\n"), ChunkState::kTooLong);
}

}  // namespace
}  // namespace lerl
