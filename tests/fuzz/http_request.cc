// Bytes of a connection. However they are cut, the same requests are found in them, and each is
// answered by the router with an answer that can be sent and is no fault of the service.

#include <algorithm>
#include <utility>
#include <vector>

#include "lerl/base/check.h"
#include "lerl/http/request_reader.h"
#include "lerl/http/response_text.h"
#include "lerl/http/router.h"
#include "tests/fuzz/scratch_file.h"

namespace lerl {
namespace {

constexpr ReaderLimits kLimits = {.header_bytes = 4096, .body_bytes = 512};

// The requests up to the end of the bytes, or to the first that is refused.
std::vector<Request> ReadInParts(std::string_view bytes, size_t part) {
  RequestReader reader(kLimits);
  std::vector<Request> requests;
  for (size_t at = 0; at < bytes.size() && reader.state() != RequestReader::State::kRefused;
       at += part) {
    reader.Append(bytes.substr(at, part));
    // As a connection does: on from kBody, where it has looked at the headers, once.
    for (bool looked = false;;) {
      const RequestReader::State state = reader.Advance();
      if (state == RequestReader::State::kDone) {
        requests.push_back(reader.Take());
        looked = false;
      } else if (state != RequestReader::State::kBody || std::exchange(looked, true)) {
        break;
      }
    }
  }
  return requests;
}

Router MakeRouter() {
  const auto handle = [](const Request& request) {
    for (const auto& [name, value] : request.parameters) LERL_CHECK(!value.empty());
    return Response{.content_type = "text/plain", .body = request.body};
  };
  Router router;
  router.Add(
      {.method = "POST", .pattern = "/a/{id}/b", .name = "b", .json_body = true, .handle = handle});
  router.Add(
      {.method = "GET", .pattern = "/a/{id}:end", .name = "end", .query = {"k"}, .handle = handle});
  return router;
}

void CheckAnswer(Request& request) {
  static const Router router = MakeRouter();
  const Response response = router.Handle(request);
  LERL_CHECK(AreSound(response));
  LERL_CHECK(response.status < 500);
  LERL_CHECK(ResponseHead(response, "id", {}).ends_with("\r\n\r\n"));
}

}  // namespace
}  // namespace lerl

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = lerl::TextOf(data, size);
  std::vector<lerl::Request> whole = lerl::ReadInParts(bytes, std::max<size_t>(size, 1));
  const std::vector<lerl::Request> parts = lerl::ReadInParts(bytes, 7);
  LERL_CHECK_EQ(whole.size(), parts.size());
  for (size_t n = 0; n < whole.size(); ++n) {
    LERL_CHECK_EQ(whole[n].target, parts[n].target);
    LERL_CHECK_EQ(whole[n].body, parts[n].body);
    LERL_CHECK(whole[n].headers == parts[n].headers);
    lerl::CheckAnswer(whole[n]);
  }
  return 0;
}
