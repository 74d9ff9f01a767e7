#include "lerl/http/message.h"

#include <array>
#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/base/log.h"
#include "lerl/base/printable.h"

namespace lerl {
namespace {

constexpr size_t kLongestDetail = 500;  // bytes

void LogFault(const Request& request, const std::string& what) {
  LogWarning("request " + request.id + " failed: " + Printable(what, 2000));
}

Problem ProblemOfError(const Request& request, const Error& error) {
  switch (error.kind()) {
    case ErrorKind::kUsage:
    case ErrorKind::kConfig:
    case ErrorKind::kData:
      return {.status = 400, .detail = error.what()};
    case ErrorKind::kBusy:
    case ErrorKind::kIo:
      LogFault(request, error.what());
      return {.status = 503,
              .detail = "the service can't do this now; try again",
              .headers = {{"Retry-After", "1"}}};
    default:
      LogFault(request, error.what());
      return {.status = 500, .detail = "the service failed; its log names this request"};
  }
}

}  // namespace

const std::string& FieldOf(const Fields& fields, std::string_view name) {
  static const std::string none;
  const auto found = fields.find(name);
  return found == fields.end() ? none : found->second;
}

std::string_view ReasonOf(int status) {
  struct Row {
    int status;
    std::string_view reason;
  };
  static constexpr auto kRows = std::to_array<Row>({{200, "OK"},
                                                    {201, "Created"},
                                                    {202, "Accepted"},
                                                    {204, "No Content"},
                                                    {304, "Not Modified"},
                                                    {400, "Bad Request"},
                                                    {401, "Unauthorized"},
                                                    {403, "Forbidden"},
                                                    {404, "Not Found"},
                                                    {405, "Method Not Allowed"},
                                                    {408, "Request Timeout"},
                                                    {409, "Conflict"},
                                                    {410, "Gone"},
                                                    {413, "Content Too Large"},
                                                    {415, "Unsupported Media Type"},
                                                    {417, "Expectation Failed"},
                                                    {421, "Misdirected Request"},
                                                    {422, "Unprocessable Content"},
                                                    {429, "Too Many Requests"},
                                                    {431, "Request Header Fields Too Large"},
                                                    {500, "Internal Server Error"},
                                                    {501, "Not Implemented"},
                                                    {503, "Service Unavailable"},
                                                    {505, "HTTP Version Not Supported"}});
  for (const Row& row : kRows)
    if (row.status == status) return row.reason;
  return "Unknown";
}

std::string JsonBody(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Response JsonResponse(const nlohmann::json& json, int status) {
  return {.status = status, .content_type = "application/json", .body = JsonBody(json)};
}

Response ProblemResponse(const Request& request, const Problem& problem) {
  nlohmann::json json = {{"type", problem.type},
                         {"title", ReasonOf(problem.status)},
                         {"status", problem.status},
                         {"detail", Printable(problem.detail, kLongestDetail)},
                         {"instance", Printable(request.path)},
                         {"request_id", request.id}};
  for (const auto& [name, value] : problem.members)
    if (!json.contains(name)) json[name] = Printable(value);
  return {.status = problem.status,
          .content_type = "application/problem+json",
          .body = JsonBody(json),
          .headers = problem.headers};
}

Response FaultResponse(const Request& request, const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const ProblemError& problem) {
    return ProblemResponse(request, problem.problem());
  } catch (const Error& known) {
    return ProblemResponse(request, ProblemOfError(request, known));
  } catch (const std::exception& other) {
    LogFault(request, other.what());
  } catch (...) {
    LogFault(request, "what was thrown is no exception");
  }
  return ProblemResponse(
      request, {.status = 500, .detail = "the service failed; its log names this request"});
}

}  // namespace lerl
