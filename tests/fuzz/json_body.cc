// The JSON body of a request, read as the API reads it. What can't be read is a problem of the
// client's, 400 or 422; what can is written and read again.

#include "lerl/base/check.h"
#include "lerl/base/json_text.h"
#include "lerl/base/printable.h"
#include "lerl/http/message.h"
#include "lerl/serve/api/body_reader.h"
#include "lerl/serve/time_format.h"
#include "tests/fuzz/scratch_file.h"

namespace lerl {
namespace {

void ReadEvent(const nlohmann::json& event, const std::string& pointer) {
  ObjectReader reader(event, pointer);
  reader.Text("id");
  reader.RequiredInteger("step");
  reader.TextOr("policy", "");
  if (const auto us = ParseTime(reader.TextOr("happened_at", "")))
    LERL_CHECK(ParseTime(FormatTime(*us)) == us);
  reader.Finish();
}

void ReadRequest(const nlohmann::json& body) {
  ObjectReader reader(body, "");
  reader.TextOr("user", "");
  reader.Integer("step");
  const nlohmann::json& events = reader.Any("events");
  for (size_t n = 0; events.is_array() && n < events.size(); ++n)
    ReadEvent(events[n], "/events/" + std::to_string(n));
  reader.Finish();
}

}  // namespace
}  // namespace lerl

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(lerl::TextOf(data, size));
  if (!lerl::IsUtf8(text)) return 0;  // the router refuses it before
  try {
    const nlohmann::json body = lerl::ReadBody(text, /*may_be_empty=*/true);
    LERL_CHECK(lerl::ParseJson(lerl::JsonBody(body)) == body);
    lerl::ReadRequest(body);
  } catch (const lerl::ProblemError& error) {
    const int status = error.problem().status;
    LERL_CHECK(status == 400 || status == 422);
    LERL_CHECK(!lerl::ProblemResponse({}, error.problem()).body.empty());
  }
  return 0;
}
