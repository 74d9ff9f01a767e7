#include "lerl/base/version.h"

#include "lerl/base/commit.h"  // made by cmake/Version.cmake

namespace lerl {

std::string Version() { return LERL_VERSION; }

std::string Commit() { return LERL_COMMIT; }

bool CanBeMadeAgain(const std::string& commit) {
  return !commit.empty() && commit != "unknown" && commit.find("-dirty") == std::string::npos;
}

}  // namespace lerl
