#pragma once
// HTTP requests, many in flight on one thread, by libcurl's multi interface. Connections are kept
// and reused. Redirects are not followed, so that a key goes to no other server, and the
// certificate of an https server is checked. Whatever a server does, nothing here throws: the
// response says what went wrong.
//
// Proxies are those of the environment: http_proxy (or HTTP_PROXY), https_proxy, all_proxy, and
// no_proxy, to which the machine itself is added.

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
  bool get = false;                  // asks by GET, without the body
};

struct HttpResponse {
  int status = 0;  // 0: no answer
  std::string body = {};
  std::string error = {};   // why there is no answer: one of few texts, without addresses or times
  std::string detail = {};  // the same in more words, for people
  std::string location = {};               // where a redirect leads
  std::optional<double> retry_after = {};  // seconds that the server asked for
};

// The most bytes that a body may have. A longer one is an error.
inline constexpr size_t kLongestHttpBody = size_t{4} << 20U;

class HttpTransfer {
 public:
  // `ca_file` holds the certificates that servers are checked by; empty: those that SSL_CERT_FILE
  // and SSL_CERT_DIR name, or the system's.
  explicit HttpTransfer(const std::string& ca_file = "");
  ~HttpTransfer();
  HttpTransfer(const HttpTransfer&) = delete;
  HttpTransfer& operator=(const HttpTransfer&) = delete;

  void Start(int64_t id, HttpRequest request);
  // Gives up the transfer with this id, if it is still in flight. Run does not return it.
  void Cancel(int64_t id);
  // Runs the transfers until some have ended or `seconds` have passed, and returns those that have
  // ended. Sleeps if no transfer is in flight.
  std::vector<std::pair<int64_t, HttpResponse>> Run(double seconds);
  int in_flight() const;

 private:
  struct Core;
  std::unique_ptr<Core> core_;
};

// The seconds of a steady clock.
double SteadySeconds();

// Returns why a text is no base URL, or "" if it is one. A base URL has http or https and a host,
// and no user, password, query or fragment.
std::string UrlFault(const std::string& url);

}  // namespace lerl
