#pragma once
// ChunkedBody: a body in chunks (RFC 9112, 7.1), read strictly.
//
//   3;name=value CRLF     the size in hexadecimal digits, and extensions, which are dropped
//   abc CRLF              the bytes
//   0 CRLF                the last chunk
//   Name: value CRLF      trailers, which are dropped
//   CRLF
//
// Every line must end in CRLF and be made of printable characters, so that nobody who reads the
// same bytes finds another end. Boost.Beast's own reader of chunks has conditions that clients can
// break, and stops a program in which such are checked.

#include <cstdint>
#include <string>
#include <string_view>

namespace lerl {

class ChunkedBody {
 public:
  enum class State {
    kMore,     // more bytes must follow
    kDone,     // all of it was read
    kInvalid,  // this is no chunked body
    kTooLong,  // it has more bytes than it may have
  };
  // The most bytes that the lines between chunks may have each, and all trailers together.
  static constexpr size_t kLongestLine = 4096;

  explicit ChunkedBody(int64_t most_bytes) : most_bytes_(most_bytes) {}

  // Reads on and appends to `body`. Returns how many of the bytes it used: all of them, unless the
  // body ends before, or is refused.
  size_t Take(std::string_view bytes, std::string& body);
  State state() const { return state_; }

 private:
  enum class Part { kSize, kData, kDataEnd, kTrailer };
  State EndLine(const std::string& body);
  State TakeSize(const std::string& body);

  const int64_t most_bytes_;
  State state_ = State::kMore;
  Part part_ = Part::kSize;
  std::string line_;      // the line so far, without its end
  size_t trailers_ = 0;   // bytes of them
  size_t data_left_ = 0;  // of the chunk
};

}  // namespace lerl
