#include "lerl/http/router.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/base/printable.h"
#include "lerl/http/target.h"

namespace lerl {

struct PatternSegment {
  std::string text;       // fixed, or what follows the parameter
  std::string parameter;  // its name; "": the segment is fixed

  char rank() const { return parameter.empty() ? 'a' : text.empty() ? 'c' : 'b'; }
  // The value of the parameter, "" of a fixed segment; nothing where it does not fit.
  std::optional<std::string> Match(const std::string& segment) const {
    if (parameter.empty()) return segment == text ? std::optional(std::string()) : std::nullopt;
    if (segment.size() <= text.size() || !segment.ends_with(text)) return std::nullopt;
    return segment.substr(0, segment.size() - text.size());
  }
};

struct Router::Place {
  std::string pattern;
  std::vector<PatternSegment> segments;
  std::map<std::string, size_t> routes;  // by method

  std::string rank() const {
    std::string rank;
    for (const PatternSegment& segment : segments) rank += segment.rank();
    return rank;
  }
  std::optional<Fields> Match(const std::vector<std::string>& path) const {
    if (path.size() != segments.size()) return std::nullopt;
    Fields parameters;
    for (size_t i = 0; i < path.size(); ++i) {
      std::optional<std::string> value = segments[i].Match(path[i]);
      if (!value) return std::nullopt;
      if (!segments[i].parameter.empty())
        parameters.emplace(segments[i].parameter, std::move(*value));
    }
    return parameters;
  }
};

struct Router::Found {
  const Route* route = nullptr;
  Fields parameters = {};
  std::set<std::string> allowed = {};  // methods of the path; none: there is no such path
};

namespace {

std::vector<PatternSegment> ReadPattern(const std::string& pattern) {
  LERL_CHECK(pattern.starts_with('/'));
  std::vector<PatternSegment> segments;
  for (size_t begin = 1; begin <= pattern.size();) {
    const size_t end = std::min(pattern.find('/', begin), pattern.size());
    const std::string text = pattern.substr(begin, end - begin);
    const size_t close = text.find('}');
    if (text.starts_with('{')) {
      LERL_CHECK(close != std::string::npos && close > 1);
      segments.push_back({text.substr(close + 1), text.substr(1, close - 1)});
    } else {
      LERL_CHECK_EQ(text.find_first_of("{}%"), std::string::npos);
      segments.push_back({text, ""});
    }
    begin = end + 1;
  }
  return segments;
}

std::string Joined(const std::set<std::string>& methods) {
  std::string text;
  for (const std::string& method : methods) text += (text.empty() ? "" : ", ") + method;
  return text;
}

[[noreturn]] void RefuseMedia(const std::string& detail) {
  throw ProblemError(
      {.status = 415, .detail = detail, .headers = {{"Accept", "application/json"}}});
}

// Throws unless the header says JSON, in UTF-8 where it names a charset.
void CheckMediaType(const std::string& header) {
  std::string_view rest = header;
  const size_t end = rest.find(';');
  const std::string type = SmallLetters(std::string(Trimmed(rest.substr(0, end), " \t")));
  if (type != "application/json")
    RefuseMedia("the body must be JSON; say Content-Type: application/json");
  while (!rest.empty() && rest.find(';') != std::string_view::npos) {
    rest.remove_prefix(rest.find(';') + 1);
    const std::string parameter =
        SmallLetters(std::string(Trimmed(rest.substr(0, rest.find(';')), " \t")));
    if (parameter.starts_with("charset=") && parameter != "charset=utf-8" &&
        parameter != "charset=\"utf-8\"")
      RefuseMedia("the body must be in UTF-8");
  }
}

void CheckBody(const Request& request, const Route& route) {
  if (!route.json_body) {
    if (!request.body.empty())
      throw ProblemError({.status = 400, .detail = "no body is taken here"});
    return;
  }
  if (request.body.empty() && !request.headers.contains("content-type")) return;  // left out
  const std::string coding = SmallLetters(FieldOf(request.headers, "content-encoding"));
  if (!coding.empty() && coding != "identity") RefuseMedia("the body must not be compressed");
  CheckMediaType(FieldOf(request.headers, "content-type"));
  if (!IsUtf8(request.body)) throw ProblemError({.status = 400, .detail = "the body is no UTF-8"});
}

void CheckQuery(const Request& request, const Route& route) {
  for (const auto& [name, value] : request.query) {
    if (std::ranges::find(route.query, name) == route.query.end())
      throw ProblemError({.status = 400,
                          .detail = "there is no query parameter " + Printable(name, 60),
                          .members = {{"field", name}}});
  }
}

}  // namespace

Router::Router() = default;
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::Add(Route route) {
  LERL_CHECK(route.handle != nullptr && !route.name.empty() && !route.method.empty());
  auto place = std::ranges::find(places_, route.pattern, &Place::pattern);
  if (place == places_.end())
    place = places_.insert(places_.end(), {route.pattern, ReadPattern(route.pattern), {}});
  const bool added = place->routes.emplace(route.method, routes_.size()).second;
  LERL_CHECK(added);
  routes_.push_back(std::move(route));
  std::ranges::stable_sort(places_, {}, &Place::rank);
}

Router::Found Router::Find(const Request& request, const std::vector<std::string>& segments) const {
  Found found;
  for (const Place& place : places_) {
    std::optional<Fields> parameters = place.Match(segments);
    if (!parameters) continue;
    for (const auto& [method, index] : place.routes) found.allowed.insert(method);
    found.allowed.insert("OPTIONS");
    if (found.allowed.contains("GET")) found.allowed.insert("HEAD");
    auto route = place.routes.find(request.method);
    if (route == place.routes.end() && request.method == "HEAD") route = place.routes.find("GET");
    if (route != place.routes.end()) found.route = &routes_[route->second];
    found.parameters = std::move(*parameters);
    break;
  }
  return found;
}

Response Router::Run(Request& request, const Route& route) const {
  if (guard_) guard_(request, route.scope);
  CheckQuery(request, route);
  CheckBody(request, route);
  return route.handle(request);
}

Response Router::Handle(Request& request) const {
  const Route* route = nullptr;
  Response response;
  try {
    if (request.target == "*" && request.method == "OPTIONS") return {.status = 204};
    Target target = ReadTarget(request.target);
    Found found = Find(request, target.segments);
    route = found.route;
    const std::string allow = Joined(found.allowed);
    if (found.allowed.empty())
      throw ProblemError({.status = 404, .detail = "there is no such path"});
    if (route == nullptr && request.method == "OPTIONS")
      return {.status = 204, .headers = {{"Allow", allow}}};
    if (route == nullptr)
      throw ProblemError(
          {.status = 405, .detail = "this path knows " + allow, .headers = {{"Allow", allow}}});
    request.query = std::move(target.query);
    request.parameters = std::move(found.parameters);
    response = Run(request, *route);
  } catch (...) {
    response = FaultResponse(request, std::current_exception());
  }
  if (route != nullptr) response.route = route->name;
  return response;
}

}  // namespace lerl
