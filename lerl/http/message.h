#pragma once
// What a client asks and what it is answered: plain data, without sockets.
//
// Errors are answered as problems (RFC 9457, application/problem+json):
//   {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "k: it is no number",
//    "instance": "/v1/items", "request_id": "7f0c...", "field": "k"}

#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

namespace lerl {

class EventStream;

using Fields = std::map<std::string, std::string, std::less<>>;

struct Request {
  std::string method = {};  // "GET"
  std::string target = {};  // as it was sent, query included; it is never logged
  std::string path = {};    // the target before its query, still encoded
  Fields parameters = {};   // of the path, decoded; the router fills them in
  Fields query = {};        // decoded; the router fills them in
  Fields headers = {};      // by names in small letters; fields of one name are joined by ", "
  std::string body = {};
  std::string remote = {};  // address of the client, without its port
  std::string id = {};      // of the request: the client's own where it is well formed
};

struct Response {
  int status = 200;
  std::string content_type = {};
  std::string body = {};
  Fields headers = {};                       // beside those that the server sets
  std::shared_ptr<EventStream> stream = {};  // in place of a body: events until it is closed
  std::string route = {};                    // its name, for logs and metrics; the router sets it
};

// The value of a field; "" where there is none.
const std::string& FieldOf(const Fields& fields, std::string_view name);

// The words of a status, such as "Not Found".
std::string_view ReasonOf(int status);

// JSON as text. Bytes that are no UTF-8 are replaced, so it never throws.
std::string JsonBody(const nlohmann::json& json);
Response JsonResponse(const nlohmann::json& json, int status = 200);

struct Problem {
  int status = 500;
  std::string detail = {};
  Fields members = {};  // further ones, such as field
  Fields headers = {};
  std::string type = "about:blank";
};

Response ProblemResponse(const Request& request, const Problem& problem);

// A problem that the code below a handler meets: the answer is its ProblemResponse.
class ProblemError : public std::runtime_error {
 public:
  explicit ProblemError(Problem problem)
      : std::runtime_error(problem.detail), problem_(std::move(problem)) {}
  const Problem& problem() const { return problem_; }

 private:
  Problem problem_;
};

// The answer to a request whose handler threw `error`. Error of the kinds kUsage, kConfig and kData
// is the client's (400, with its text), kBusy and kIo may pass (503 with Retry-After), all else is
// ours (500). Of the last two the client learns the request's id alone; the log has the text.
Response FaultResponse(const Request& request, const std::exception_ptr& error);

}  // namespace lerl
