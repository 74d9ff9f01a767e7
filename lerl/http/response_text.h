#pragma once
// The bytes that an answer begins with.

#include <string>
#include <string_view>

#include "lerl/http/message.h"

namespace lerl {

// How an answer is sent.
struct Framing {
  bool keep_alive = true;  // the connection stays open for the next request
  bool http_1_0 = false;   // of the request
};

// Whether headers can be sent as they are: names are tokens (RFC 9110, 5.6.2), values have no
// control characters, and none is what the server itself sets (lengths, codings, the connection,
// the date). What is not sound could end a header and begin another answer.
bool AreSound(const Response& response);

// Status line and headers up to the empty line, with SecurityHeaders (http/access.h) and the
// request's id. The length is that of the body, also where the body is not sent (HEAD). A stream
// has none and ends with the connection.
std::string ResponseHead(const Response& response, const std::string& request_id, Framing framing);

// The time as HTTP writes it, such as "Sun, 06 Nov 1994 08:49:37 GMT", of seconds since 1970.
std::string HttpDate(int64_t seconds);

}  // namespace lerl
