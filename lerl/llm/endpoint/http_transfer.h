#pragma once
// HTTP requests, many in flight on one thread (libcurl's multi interface). Connections are kept and
// reused. Redirects are not followed, so that a key goes to no other server; the certificate of an
// https server is checked. Nothing here throws for a server's sake: what went wrong is in the
// response.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lerl {

struct HttpRequest {
  std::string url;
  std::vector<std::string> headers;  // "Name: value"
  std::string body;                  // sent by POST
  double timeout = 10;               // seconds, connecting included
};

struct HttpResponse {
  int status = 0;  // 0: no answer
  std::string body = {};
  std::string error = {};  // why there is none: one of few texts, without addresses or times
  std::optional<double> retry_after = {};  // seconds that the server asked for
};

// Bytes of a body; a longer one is an error.
inline constexpr size_t kLongestHttpBody = size_t{4} << 20U;

class HttpTransfer {
 public:
  HttpTransfer();
  ~HttpTransfer();
  HttpTransfer(const HttpTransfer&) = delete;
  HttpTransfer& operator=(const HttpTransfer&) = delete;

  void Start(int64_t id, HttpRequest request);
  // Runs the transfers until some have ended or `seconds` have passed, and gives those that have
  // ended. Without a transfer in flight it sleeps.
  std::vector<std::pair<int64_t, HttpResponse>> Run(double seconds);
  int in_flight() const;

 private:
  struct Core;
  std::unique_ptr<Core> core_;
};

// Seconds of a steady clock.
double SteadySeconds();

// Why a text is not a base URL as settings name it: http or https, a host, no user, password, query
// or fragment. Empty if it is one.
std::string UrlFault(const std::string& url);

}  // namespace lerl
