#include "lerl/serve/recommender_config.h"

#include <algorithm>

#include "lerl/base/error.h"
#include "lerl/base/index.h"

namespace lerl {

bool RecommenderConfig::IsShadow(const std::string& policy) const {
  return std::ranges::count(shadows, policy) > 0;
}

void CheckRuns(std::span<const NamedRun> runs, const RecommenderConfig& config) {
  for (size_t n = 0; n < runs.size(); ++n)
    for (size_t m = 0; m < n; ++m)
      if (runs[n].name == runs[m].name)
        throw Error(ErrorKind::kUsage, "two policies are named " + runs[n].name +
                                           "; give them names: a=FOLDER b=FOLDER");
  if (std::ranges::count(runs, kProduct, &NamedRun::name) > 0)
    throw Error(ErrorKind::kUsage, std::string(kProduct) +
                                       " is the name of what a product shows by itself; give the "
                                       "policy another one: NAME=FOLDER");
  if (config.apprentice.given() && !config.experiment.shares.empty())
    throw Error(ErrorKind::kConfig,
                "recommend.shares: users are split only once the first policy is no apprentice; "
                "leave them out, or recommend.apprentice.agreement");
  for (const std::string& shadow : config.shadows) {
    const auto found = std::ranges::find(runs, shadow, &NamedRun::name);
    const auto refuse = [&](const std::string& why) {
      throw Error(ErrorKind::kConfig, "recommend.shadows: " + shadow + " " + why);
    };
    if (found == runs.end()) refuse("is not served; name its run: " + shadow + "=FOLDER");
    if (found == runs.begin()) refuse("is the first policy, which is shown; name another first");
    const auto place = At(found - runs.begin());
    const std::vector<double>& shares = config.experiment.shares;
    if (place < shares.size() && shares[place] > 0)
      refuse("has a share of the users; a shadow is shown to nobody, so give it 0");
  }
}

}  // namespace lerl
