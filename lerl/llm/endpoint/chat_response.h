#pragma once
// What a server's response to a question says, whatever it is: an answer, an error, a redirect, or
// nothing.

#include <string>

#include "lerl/llm/endpoint/chat_api.h"
#include "lerl/llm/endpoint/http_transfer.h"

namespace lerl {

// Returns the answer, from the server at `url`, or why there is none and what to do. The key is cut
// out of the response and of what was read from it, which may spell it where the body did not. The
// status of the response becomes the one that its words give (StatusByWords).
ChatAnswer ReadResponse(HttpResponse& response, const std::string& url, const std::string& key);

}  // namespace lerl
