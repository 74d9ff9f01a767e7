#pragma once
// RequestReader: turns the bytes of a connection into requests (HTTP/1.1 and 1.0, RFC 9112), with
// the parser of Boost.Beast for their headers, and refuses beside what that refuses:
//   a length and a transfer coding in one request, several lengths, a coding other than chunked,
//   chunked in HTTP/1.0 (all of them ways to smuggle a request past a proxy)
//   no Host or several in HTTP/1.1, more than one Authorization or Content-Type
//   more than kMostFields headers, more of headers or body than the limits
// Requests that follow in the same bytes (pipelining) wait until the one before was taken.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lerl/http/chunked_body.h"
#include "lerl/http/message.h"

namespace lerl {

struct ReaderLimits {
  int64_t header_bytes = 16 << 10, body_bytes = 1 << 20;
};

class RequestReader {
 public:
  static constexpr int kMostFields = 100;

  enum class State {
    kNothing,  // no byte of a request yet
    kHeader,   // within its headers
    kBody,     // headers are read, the body is not
    kDone,     // Take it
    kRefused,  // see refusal(); the connection must end
  };

  explicit RequestReader(ReaderLimits limits);
  ~RequestReader();

  void Append(std::string_view bytes) { bytes_ += bytes; }
  // Reads on, as far as the bytes go. Returns at kBody once before it reads the body, so that a
  // caller may look at the headers first.
  State Advance();
  State state() const { return state_; }

  // From kBody on: method, target, path and headers of the request.
  const Request& head() const { return request_; }
  bool expects_continue() const;  // the client waits for "100 Continue" before it sends the body
  bool keep_alive() const { return keep_alive_; }
  bool http_1_0() const { return http_1_0_; }
  // Bytes that it holds.
  int64_t held() const;

  // At kDone: the request. The next one begins.
  Request Take();
  // At kRefused: why, as an answer.
  const Problem& refusal() const { return refusal_; }

 private:
  struct Parser;
  State Refuse(int status, const std::string& detail);
  State RefuseBody();
  State ReadHeader();
  State TakeHeader();
  State CheckHeader();
  State ReadBody();

  const ReaderLimits limits_;
  std::unique_ptr<Parser> parser_;
  std::string bytes_;  // not yet read
  size_t at_ = 0;      // of bytes_, where to read on
  State state_ = State::kNothing;
  Request request_;
  int64_t body_left_ = 0;  // of a body with a length
  std::optional<ChunkedBody> chunks_;
  bool keep_alive_ = false, http_1_0_ = false;
  Problem refusal_;
};

}  // namespace lerl
