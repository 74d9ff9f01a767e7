#pragma once
// How the servers of an endpoint are reached: where requests go, and the headers and the key that
// they carry. All of it is checked here, before anything is asked.

#include <string>
#include <vector>

#include "lerl/llm/endpoint/endpoint_config.h"

namespace lerl {

struct EndpointAccess {
  std::vector<std::string> urls;     // where questions are sent, without the query, for people too
  std::string query;                 // "" or "?...", the key in it where it has {key}
  std::vector<std::string> headers;  // of each request, the one with the key among them
  std::string key;                   // "" without one
};

// Throws Error(kConfig) when a text is no URL, header, query or JSON object, when a file is not
// there, or when the variable of the environment holds no key. No message shows a key, nor what
// looks like one.
EndpointAccess ReadAccess(const EndpointConfig& config);

// No setting but the variable's name may lead to a key: the texts of settings stand in run.json and
// in checkpoints. What looks like a key is refused in urls, headers, query, body and model, and so
// is whatever stands in a header, parameter or member that holds keys by its name.
//
// Whether a text that should be the name of a variable, or a header's value, looks like a key.
bool LooksLikeKey(const std::string& text);

}  // namespace lerl
