// A body in chunks. However its bytes are cut it is the same body with the same end, and it is
// never longer than it may be.

#include "lerl/http/chunked_body.h"

#include <algorithm>

#include "lerl/base/check.h"
#include "tests/fuzz/scratch_file.h"

namespace lerl {
namespace {

constexpr int64_t kMost = 256;

struct ReadBody {
  std::string body;
  size_t used = 0;
  ChunkedBody::State state = ChunkedBody::State::kMore;
};

ReadBody ReadInPieces(std::string_view bytes, size_t piece) {
  ChunkedBody chunks(kMost);
  ReadBody read;
  while (read.used < bytes.size() && chunks.state() == ChunkedBody::State::kMore) {
    const std::string_view next = bytes.substr(read.used, piece);
    const size_t used = chunks.Take(next, read.body);
    LERL_CHECK(used <= next.size());
    LERL_CHECK(used == next.size() || chunks.state() != ChunkedBody::State::kMore);
    read.used += used;
  }
  read.state = chunks.state();
  return read;
}

}  // namespace
}  // namespace lerl

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = lerl::TextOf(data, size);
  const lerl::ReadBody whole = lerl::ReadInPieces(bytes, std::max<size_t>(size, 1));
  const lerl::ReadBody parts = lerl::ReadInPieces(bytes, 3);
  LERL_CHECK(whole.body.size() <= lerl::kMost);
  LERL_CHECK_EQ(whole.body, parts.body);
  LERL_CHECK(whole.state == parts.state);
  if (whole.state == lerl::ChunkedBody::State::kDone) LERL_CHECK_EQ(whole.used, parts.used);
  return 0;
}
