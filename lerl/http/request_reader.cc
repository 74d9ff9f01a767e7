#include "lerl/http/request_reader.h"

#include <algorithm>
#include <array>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>

#include "lerl/base/index.h"
#include "lerl/base/printable.h"

namespace lerl {
namespace {

namespace beast_http = boost::beast::http;

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

struct RequestReader::Parser : beast_http::request_parser<beast_http::empty_body> {};

RequestReader::RequestReader(ReaderLimits limits) : limits_(limits) {}
RequestReader::~RequestReader() = default;

bool RequestReader::expects_continue() const {
  return !http_1_0_ && SmallLetters(FieldOf(request_.headers, "expect")) == "100-continue";
}

int64_t RequestReader::held() const { return std::ssize(bytes_) + std::ssize(request_.body); }

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
  return CheckHeader();
}

RequestReader::State RequestReader::CheckHeader() {
  const Fields& headers = request_.headers;
  chunks_.reset();
  body_left_ = 0;
  if (headers.contains("transfer-encoding")) {
    if (http_1_0_) return Refuse(400, "HTTP/1.0 has no transfer codings");
    if (SmallLetters(FieldOf(headers, "transfer-encoding")) != "chunked")
      return Refuse(501, "no transfer coding but chunked");
    chunks_.emplace(limits_.body_bytes);
  } else if (headers.contains("content-length")) {
    const std::string& length = FieldOf(headers, "content-length");
    if (length.empty() || length.find_first_not_of("0123456789") != std::string::npos)
      return Refuse(400, "Content-Length is no number");
    body_left_ = std::stoll(length.substr(0, 18));  // the parser has read it as 64 bits
    if (length.size() > 18 || body_left_ > limits_.body_bytes) return RefuseBody();
  }
  const std::string& host = FieldOf(headers, "host");
  if (!http_1_0_ && host.empty()) return Refuse(400, "there is no header Host");
  if (host.find_first_of(" \t,/@?#") != std::string::npos)
    return Refuse(400, "the header Host names no host");
  const std::string expect = SmallLetters(FieldOf(headers, "expect"));
  if (!expect.empty() && expect != "100-continue")
    return Refuse(417, "nothing can be expected but 100-continue");
  return state_ = State::kBody;
}

RequestReader::State RequestReader::RefuseBody() {
  return Refuse(413, "the body is longer than " + std::to_string(limits_.body_bytes) + " bytes");
}

RequestReader::State RequestReader::ReadHeader() {
  boost::system::error_code error;
  const boost::asio::const_buffer rest(bytes_.data() + at_, bytes_.size() - at_);
  at_ += parser_->put(rest, error);
  const bool more = error == beast_http::error::need_more;
  const int64_t waiting = std::ssize(bytes_) - static_cast<int64_t>(at_);
  if (error == beast_http::error::header_limit || (more && waiting > limits_.header_bytes))
    return Refuse(431, "the headers are too long");
  if (more) return state_;
  if (error) return Refuse(400, "this is no HTTP: " + Printable(error.message()));
  return parser_->is_done() ? TakeHeader() : state_;
}

RequestReader::State RequestReader::ReadBody() {
  const std::string_view rest = std::string_view(bytes_).substr(at_);
  if (chunks_) {
    at_ += chunks_->Take(rest, request_.body);
    switch (chunks_->state()) {
      case ChunkedBody::State::kMore:
        return state_;
      case ChunkedBody::State::kDone:
        return state_ = State::kDone;
      case ChunkedBody::State::kTooLong:
        return RefuseBody();
      case ChunkedBody::State::kInvalid:
        return Refuse(400, "this is no body in chunks");
    }
  }
  const int64_t count = std::min(body_left_, std::ssize(rest));
  request_.body.append(rest.substr(0, At(count)));
  at_ += At(count);
  body_left_ -= count;
  if (body_left_ == 0) state_ = State::kDone;
  return state_;
}

RequestReader::State RequestReader::Advance() {
  if (state_ == State::kNothing && at_ < bytes_.size()) {
    request_ = {};
    parser_ = std::make_unique<Parser>();
    parser_->header_limit(static_cast<uint32_t>(limits_.header_bytes));
    parser_->skip(true);  // the body is read here
    state_ = State::kHeader;
  }
  if (state_ == State::kBody) {
    ReadBody();
  } else {
    bool on = state_ == State::kHeader && at_ < bytes_.size();
    while (on) {
      const size_t at = at_;
      on = ReadHeader() == State::kHeader && at_ > at && at_ < bytes_.size();
    }
  }
  bytes_.erase(0, at_);
  at_ = 0;
  return state_;
}

Request RequestReader::Take() {
  Request request = std::move(request_);
  request_ = {};
  parser_.reset();
  if (bytes_.empty())
    std::string().swap(bytes_);  // a connection that lies idle holds no memory for it
  state_ = State::kNothing;
  return request;
}

}  // namespace lerl
