#include "lerl/http/request_reader.h"

#include <array>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "lerl/base/printable.h"

namespace lerl {
namespace {

namespace beast_http = boost::beast::http;

// A line of chunked coding, or its trailers, may have so many bytes.
constexpr int64_t kLongestChunkHead = 4096;

// Header fields by small names. Returns the first name that must not come twice and does, or "".
std::string TakeFields(const beast_http::fields& from, Fields& to) {
  static constexpr auto kOnce =
      std::to_array<std::string_view>({"authorization", "content-length", "content-type", "expect",
                                       "host", "origin", "transfer-encoding"});
  for (const auto& field : from) {
    const std::string name = SmallLetters(std::string(field.name_string()));
    const std::string value(field.value());
    const auto [place, added] = to.emplace(name, value);
    if (added) continue;
    for (const std::string_view once : kOnce)
      if (name == once) return name;
    place->second += ", " + value;
  }
  return "";
}

// Splits "http://host/path" into its parts, of which the host wins over the header (RFC 9112,
// 3.2.2). Other targets stay as they are.
void ReadAbsoluteForm(Request& request) {
  const std::string start = SmallLetters(request.target.substr(0, 8));
  const size_t scheme = start.starts_with("http://") ? 7 : start == "https://" ? 8 : 0;
  if (scheme == 0) return;
  const size_t end = std::min(request.target.find_first_of("/?", scheme), request.target.size());
  request.headers["host"] = request.target.substr(scheme, end - scheme);
  request.target.erase(0, end);
  if (!request.target.starts_with('/')) request.target.insert(0, "/");
}

}  // namespace

struct RequestReader::Parser : beast_http::request_parser<beast_http::string_body> {};

RequestReader::RequestReader(ReaderLimits limits) : limits_(limits) {}
RequestReader::~RequestReader() = default;

bool RequestReader::expects_continue() const {
  return !http_1_0_ && SmallLetters(FieldOf(request_.headers, "expect")) == "100-continue";
}

int64_t RequestReader::held() const {
  return std::ssize(bytes_) + (parser_ ? std::ssize(parser_->get().body()) : 0);
}

RequestReader::State RequestReader::Refuse(int status, const std::string& detail) {
  refusal_ = {.status = status, .detail = detail};
  return state_ = State::kRefused;
}

RequestReader::State RequestReader::TakeHeader() {
  const auto& message = parser_->get();
  http_1_0_ = message.version() == 10;
  keep_alive_ = parser_->keep_alive();
  request_.method = std::string(message.method_string());
  request_.target = std::string(message.target());
  if (std::distance(message.begin(), message.end()) > kMostFields)
    return Refuse(431, "more than " + std::to_string(kMostFields) + " headers");
  const std::string twice = TakeFields(message.base(), request_.headers);
  if (!twice.empty()) return Refuse(400, "more than one header " + twice);
  ReadAbsoluteForm(request_);
  request_.path = request_.target.substr(0, request_.target.find('?'));
  const std::string& coding = FieldOf(request_.headers, "transfer-encoding");
  if (request_.headers.contains("transfer-encoding")) {
    if (http_1_0_) return Refuse(400, "HTTP/1.0 has no transfer codings");
    if (SmallLetters(coding) != "chunked") return Refuse(501, "no transfer coding but chunked");
  }
  const std::string& length = FieldOf(request_.headers, "content-length");
  if (length.find_first_not_of("0123456789") != std::string::npos)
    return Refuse(400, "Content-Length is no number");
  const std::string& host = FieldOf(request_.headers, "host");
  if (!http_1_0_ && host.empty()) return Refuse(400, "there is no header Host");
  if (host.find_first_of(" \t,/@?#") != std::string::npos)
    return Refuse(400, "the header Host names no host");
  const std::string expect = SmallLetters(FieldOf(request_.headers, "expect"));
  if (!expect.empty() && expect != "100-continue")
    return Refuse(417, "nothing can be expected but 100-continue");
  return state_ = State::kBody;
}

// One call of the parser. Returns kHeader or kBody where it wants more bytes.
RequestReader::State RequestReader::Step() {
  boost::system::error_code error;
  const boost::asio::const_buffer rest(bytes_.data() + at_, bytes_.size() - at_);
  at_ += parser_->put(rest, error);
  if (error == beast_http::error::need_more) {
    const int64_t waiting = std::ssize(bytes_) - static_cast<int64_t>(at_);
    if (state_ == State::kHeader && waiting > limits_.header_bytes)
      return Refuse(431, "the headers are too long");
    if (state_ == State::kBody && waiting > kLongestChunkHead)
      return Refuse(400, "a chunk begins with too long a line");
    return state_;
  }
  if (error == beast_http::error::header_limit) return Refuse(431, "the headers are too long");
  if (error == beast_http::error::body_limit)
    return Refuse(413, "the body is longer than " + std::to_string(limits_.body_bytes) + " bytes");
  if (error) return Refuse(400, "this is no HTTP: " + Printable(error.message()));
  if (state_ == State::kHeader && parser_->is_header_done()) return TakeHeader();
  return state_;
}

RequestReader::State RequestReader::Advance() {
  if (state_ == State::kNothing && at_ < bytes_.size()) {
    request_ = {};
    parser_ = std::make_unique<Parser>();
    parser_->header_limit(static_cast<uint32_t>(limits_.header_bytes));
    parser_->body_limit(static_cast<uint64_t>(limits_.body_bytes));
    state_ = State::kHeader;
  }
  while (state_ == State::kHeader || state_ == State::kBody) {
    if (parser_->is_done()) {
      state_ = State::kDone;
      break;
    }
    const State before = state_;
    const size_t at = at_;
    if (at_ == bytes_.size() || Step() != before || at_ == at) break;
  }
  bytes_.erase(0, at_);
  at_ = 0;
  return state_;
}

Request RequestReader::Take() {
  Request request = std::move(request_);
  request.body = std::move(parser_->get().body());
  parser_.reset();
  if (bytes_.empty())
    std::string().swap(bytes_);  // a connection that lies idle holds no memory for it
  state_ = State::kNothing;
  return request;
}

}  // namespace lerl
