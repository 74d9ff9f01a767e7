#include "lerl/http/chunked_body.h"

#include <algorithm>

#include "lerl/base/index.h"

namespace lerl {
namespace {

bool IsPrintableText(std::string_view line) {
  return std::ranges::all_of(line, [](char c) {
    return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != 0x7F);
  });
}

bool IsTrailer(std::string_view line) {
  const size_t colon = line.find(':');
  return colon != 0 && colon != std::string_view::npos && line.find_first_of(" \t") > colon &&
         IsPrintableText(line);
}

}  // namespace

// "1f;a=b": the size of the chunk that follows.
ChunkedBody::State ChunkedBody::TakeSize(const std::string& body) {
  constexpr std::string_view kHex = "0123456789abcdefABCDEF";
  constexpr size_t kMostDigits = 15;
  const size_t digits = std::min(line_.find_first_not_of(kHex), line_.size());
  const std::string_view rest = std::string_view(line_).substr(digits);
  if (digits == 0 || digits > kMostDigits || !IsPrintableText(rest)) return State::kInvalid;
  if (!rest.empty() && rest[0] != ';') return State::kInvalid;
  data_left_ = std::stoull(line_.substr(0, digits), nullptr, 16);
  if (data_left_ > At(most_bytes_) - body.size()) return State::kTooLong;
  part_ = data_left_ == 0 ? Part::kTrailer : Part::kData;
  return State::kMore;
}

ChunkedBody::State ChunkedBody::EndLine(const std::string& body) {
  if (!line_.ends_with('\r')) return State::kInvalid;
  line_.pop_back();
  switch (part_) {
    case Part::kSize:
      return TakeSize(body);
    case Part::kDataEnd:
      part_ = Part::kSize;
      return line_.empty() ? State::kMore : State::kInvalid;
    default:
      if (line_.empty()) return State::kDone;
      trailers_ += line_.size();
      return IsTrailer(line_) && trailers_ <= kLongestLine ? State::kMore : State::kInvalid;
  }
}

size_t ChunkedBody::Take(std::string_view bytes, std::string& body) {
  size_t at = 0;
  while (at < bytes.size() && state_ == State::kMore) {
    const std::string_view rest = bytes.substr(at);
    if (part_ == Part::kData) {
      const size_t count = std::min(data_left_, rest.size());
      body.append(rest.substr(0, count));
      at += count;
      data_left_ -= count;
      if (data_left_ == 0) part_ = Part::kDataEnd;
      continue;
    }
    const size_t end = std::min(rest.find('\n'), rest.size());
    line_.append(rest.substr(0, end));
    at += std::min(end + 1, rest.size());
    if (line_.size() > (part_ == Part::kDataEnd ? 1 : kLongestLine)) state_ = State::kInvalid;
    if (end == rest.size() || state_ != State::kMore) continue;
    state_ = EndLine(body);
    line_.clear();
  }
  return at;
}

}  // namespace lerl
