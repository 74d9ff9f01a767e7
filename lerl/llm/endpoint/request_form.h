#pragma once
// What of a request a server takes. Servers refuse parameters that others want, each in words of
// its own. A refusal changes one thing of the form, and the request is sent again:
//
//   top_logprobs              lowered to the limit that the server names, or to 5 and 1;
//                             left out, with logprobs, where the server wants none
//   max_tokens                renamed to max_completion_tokens, then left out; or raised, where the
//                             server names a least number
//   seed, temperature, stream, response_format, grammar
//                             left out
//   system role               its text goes before the user's message
//
// Which of them it is about is read from what OpenAI's errors call `param`, from the place that
// FastAPI's call `loc` (its texts), and otherwise from the first name in the message. So a form
// changes at most some ten times.

#include <cstdint>
#include <string>

namespace lerl {

struct RequestForm {
  bool seed = true, temperature = true, stream = true;
  bool structure = true;                   // response_format, grammar
  bool system_role = true;                 // a message of its own
  std::string length_name = "max_tokens";  // "": there is no limit
  int64_t least_length = 0;
  int64_t top_logprobs = 20;  // 0: no log-probabilities are asked for

  bool operator==(const RequestForm&) const = default;
};

// What a request had beyond what every request has.
struct RequestParts {
  int64_t length = 1;
  bool logprobs = false, structure = false, system_role = false;
};

// Whether the server refused a request for what was in it: 400 and 422, and 500 and 501 where it
// says that something is not supported.
bool IsRefusal(int status, const std::string& body);

// The status of an answer by its words, where they say more than `status` (0: it has none): 401 of
// a key that is not valid, 402 of a quota that is used up, 404 of a model or a place that is not
// there. Otherwise `status`.
int StatusByWords(int status, const std::string& body);

// Whether a refusal names log-probabilities.
bool NamesLogprobs(const std::string& words);

// Changes the form by what the body of a refusal says. Returns what was changed, such as
// "temperature is left out", or "" where nothing that can be changed is named.
std::string Adapt(RequestForm& form, const RequestParts& parts, const std::string& body);

}  // namespace lerl
