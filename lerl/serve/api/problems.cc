#include "lerl/serve/api/problems.h"

#include <utility>

namespace lerl {
namespace {

int StatusOf(RefusalKind kind) {
  switch (kind) {
    case RefusalKind::kInvalid:
      return 422;
    case RefusalKind::kNotFound:
      return 404;
    case RefusalKind::kConflict:
      return 409;
  }
  return 500;
}

}  // namespace

std::string ProblemType(const std::string& name) { return "urn:lerl:problem:" + name; }

Problem ProblemOf(const Refusal& refusal) {
  Problem problem{.status = StatusOf(refusal.kind), .detail = refusal.what()};
  problem.type = ProblemType(refusal.name);
  if (!refusal.field.empty()) problem.members["field"] = refusal.field;
  return problem;
}

Problem InvalidProblem(const std::string& name, const std::string& detail,
                       const std::string& field) {
  return ProblemOf(Refusal(RefusalKind::kInvalid, name, detail, field));
}

std::function<Response(const Request&)> WithProblems(
    std::function<Response(const Request&)> handle) {
  return [handle = std::move(handle)](const Request& request) {
    try {
      return handle(request);
    } catch (const Refusal& refusal) {
      throw ProblemError(ProblemOf(refusal));
    }
  };
}

}  // namespace lerl
