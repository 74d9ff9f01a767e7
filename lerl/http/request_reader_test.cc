#include "lerl/http/request_reader.h"

#include <gtest/gtest.h>

#include <vector>

namespace lerl {
namespace {

using ReaderState = RequestReader::State;

constexpr ReaderLimits kSmall = {.header_bytes = 1024, .body_bytes = 100};

// Reads on past the stop before the body.
ReaderState AdvanceOver(RequestReader& reader) {
  if (reader.Advance() == ReaderState::kBody) return reader.Advance();
  return reader.state();
}

// The status that bytes are refused with; 0 where they are a request, -1 where more must follow.
int RefusalOf(const std::string& bytes) {
  RequestReader reader(kSmall);
  reader.Append(bytes);
  const ReaderState state = AdvanceOver(reader);
  if (state == ReaderState::kRefused) return reader.refusal().status;
  return state == ReaderState::kDone ? 0 : -1;
}

const std::string kGet = "GET /a?b=c HTTP/1.1\r\nHost: h\r\n";
const std::string kPost = "POST /a HTTP/1.1\r\nHost: h\r\n";

TEST(RequestReader, ReadsARequest) {
  RequestReader reader(kSmall);
  EXPECT_EQ(reader.Advance(), ReaderState::kNothing);
  reader.Append("POST /a?b=c HTTP/1.1\r\nHost: h\r\nX-Two: 1\r\nx-two: 2\r\nContent-Length: 3\r\n");
  EXPECT_EQ(reader.Advance(), ReaderState::kHeader);
  reader.Append("\r\nab");
  EXPECT_EQ(reader.Advance(), ReaderState::kBody);
  EXPECT_EQ(reader.head().target, "/a?b=c");
  EXPECT_EQ(reader.Advance(), ReaderState::kBody);
  reader.Append("c");
  ASSERT_EQ(reader.Advance(), ReaderState::kDone);
  EXPECT_TRUE(reader.keep_alive());
  const Request request = reader.Take();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/a");
  EXPECT_EQ(request.body, "abc");
  EXPECT_EQ(FieldOf(request.headers, "x-two"), "1, 2");
  EXPECT_EQ(reader.Advance(), ReaderState::kNothing);
}

TEST(RequestReader, ReadsRequestsThatFollowInOrder) {
  RequestReader reader(kSmall);
  reader.Append("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n" + kPost +
                "Content-Length: 1\r\n\r\nxGET /3 HTTP/1.0\r\n\r\n");
  std::vector<std::string> seen;
  while (AdvanceOver(reader) == ReaderState::kDone) {
    const Request request = reader.Take();
    seen.push_back(request.path + request.body);
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"/1", "/ax", "/3"}));
  EXPECT_TRUE(reader.http_1_0());
  EXPECT_FALSE(reader.keep_alive());
}

TEST(RequestReader, ReadsAnyCutOfTheBytesAlike) {
  const std::string bytes = kPost +
                            "Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\n"
                            "X-Trailer: Host: evil\r\n\r\n";
  for (size_t size = 1; size <= bytes.size(); ++size) {
    RequestReader reader(kSmall);
    for (size_t at = 0; at < bytes.size(); at += size) {
      reader.Append(bytes.substr(at, size));
      AdvanceOver(reader);
    }
    ASSERT_EQ(reader.state(), ReaderState::kDone) << size;
    const Request request = reader.Take();
    EXPECT_EQ(request.body, "abcde");
    EXPECT_FALSE(request.headers.contains("x-trailer"));
  }
}

TEST(RequestReader, RefusesWhatASmugglerSends) {
  const std::string body = "\r\n0\r\n\r\n";
  EXPECT_EQ(RefusalOf(kPost + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n" + body), 400);
  EXPECT_EQ(RefusalOf(kPost + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n" + body), 400);
  EXPECT_EQ(RefusalOf(kPost + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"), 400);
  EXPECT_EQ(RefusalOf(kPost + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na"), 400);
  for (const char* length : {"1, 1", "+1", "-1", "0x1", "1 1", "", "99999999999999999999"})
    EXPECT_GE(RefusalOf(kPost + "Content-Length: " + length + "\r\n\r\na"), 400) << length;
  for (const char* coding : {"gzip", "chunked, gzip", "gzip, chunked", "xchunked", "identity", ""})
    EXPECT_GE(RefusalOf(kPost + "Transfer-Encoding: " + coding + "\r\n" + body), 400) << coding;
  EXPECT_EQ(RefusalOf("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n" + body), 400);
  EXPECT_EQ(RefusalOf(kPost + "Transfer-Encoding : chunked\r\n" + body), 400);
  EXPECT_EQ(
      RefusalOf(kPost + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n" + body),
      400);
  for (const char* chunk : {"g\r\n", "-1\r\n", "0x1\r\n", "fffffffffffffffff\r\n", "1\r\nab\r\n"})
    EXPECT_GE(RefusalOf(kPost + "Transfer-Encoding: chunked\r\n\r\n" + chunk + body), 400) << chunk;
}

TEST(RequestReader, RefusesWhatIsNoHttp) {
  const std::vector<std::string> bad = {"\r\n\r\nx",
                                        "GET\r\n\r\n",
                                        "GET / HTTP/3.0\r\n\r\n",
                                        "GET / HTTP/1.1 \r\n\r\n",
                                        "GET /\x01 HTTP/1.1\r\nHost: h\r\n\r\n",
                                        "G T / HTTP/1.1\r\n\r\n",
                                        kGet + "X\r\n\r\n",
                                        kGet + "X : 1\r\n\r\n",
                                        kGet + "X: a\nY: b\r\n\r\n",
                                        kGet + std::string("X: a\0b\r\n\r\n", 10),
                                        kGet + ": b\r\n\r\n"};
  for (const std::string& bytes : bad) EXPECT_EQ(RefusalOf(bytes), 400) << bytes;
}

TEST(RequestReader, WantsOneHost) {
  EXPECT_EQ(RefusalOf("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(RefusalOf("GET / HTTP/1.0\r\n\r\n"), 0);
  EXPECT_EQ(RefusalOf(kGet + "Host: h\r\n\r\n"), 400);
  EXPECT_EQ(RefusalOf("GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"), 400);
  EXPECT_EQ(RefusalOf(kGet + "Authorization: a\r\nAuthorization: b\r\n\r\n"), 400);
}

TEST(RequestReader, TakesTheHostOfATargetWithOne) {
  RequestReader reader(kSmall);
  reader.Append("GET http://other:80?x=1 HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_EQ(AdvanceOver(reader), ReaderState::kDone);
  const Request request = reader.Take();
  EXPECT_EQ(request.target, "/?x=1");
  EXPECT_EQ(FieldOf(request.headers, "host"), "other:80");
}

TEST(RequestReader, RefusesWhatIsTooLong) {
  EXPECT_EQ(RefusalOf(kGet + "X: " + std::string(2000, 'a') + "\r\n\r\n"), 431);
  EXPECT_EQ(RefusalOf("GET /" + std::string(2000, 'a')), 431);
  std::string many = kGet;
  for (int i = 0; i < 150; ++i) many += "a:b\r\n";
  EXPECT_EQ(RefusalOf(many + "\r\n"), 431);
  EXPECT_EQ(RefusalOf(kPost + "Content-Length: 101\r\n\r\n"), 413);
  EXPECT_EQ(RefusalOf(kPost + "Content-Length: 100\r\n\r\n"), -1);
  EXPECT_EQ(RefusalOf(kPost + "Transfer-Encoding: chunked\r\n\r\n65\r\n"), 413);
  EXPECT_EQ(RefusalOf(kPost + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(5000, 'a')),
            400);
}

TEST(RequestReader, ExpectsNothingButContinue) {
  RequestReader reader(kSmall);
  reader.Append(kPost + "Expect: 100-Continue\r\nContent-Length: 1\r\n\r\n");
  ASSERT_EQ(reader.Advance(), ReaderState::kBody);
  EXPECT_TRUE(reader.expects_continue());
  EXPECT_EQ(RefusalOf(kPost + "Expect: tea\r\nContent-Length: 1\r\n\r\n"), 417);
}

}  // namespace
}  // namespace lerl
