#include "lerl/eval/audit/scripted_truth.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "lerl/base/index.h"
#include "lerl/llm/scripted_backend.h"
#include "lerl/planner/llm/prompt.h"
#include "lerl/planner/profiles/profile_scores.h"

namespace lerl {
namespace {

// z(v_uc) by the user's and the category's name, as prompts show them.
using Truth = std::map<std::string, std::map<std::string, double>>;

Truth TruthOf(const World& world, const EnvConfig& config) {
  Truth truth;
  const std::unique_ptr<Env> env = MakeWorldEnv(world, config, 1);
  const auto categories = At(world.dataset.num_categories());
  std::vector<float> worth(categories);
  for (const auto* users : UserLists(world.split)) {
    for (const int32_t user : *users) {
      if (!world.split.closed.empty() && world.split.closed[At(user)] != 0) continue;
      env->Start(0, user, /*session_seed=*/1);
      env->OracleCategoryRewards(0, worth);
      env->Stop(0);
      std::vector<double> z(worth.begin(), worth.end());
      Standardise(z);
      auto& of_user = truth[SafeText(world.dataset.user_ids[At(user)], kLongestName)];
      for (size_t c = 0; c < categories; ++c)
        of_user[SafeText(world.dataset.categories[c], kLongestName)] = z[c];
    }
  }
  return truth;
}

// What stands between `begin` and `end` in a text; "" where `begin` does not occur.
std::string Between(const std::string& text, const std::string& begin, char end) {
  const size_t found = text.find(begin);
  if (found == std::string::npos) return "";
  const size_t from = found + begin.size();
  return text.substr(from, text.find(end, from) - from);
}

// Whom a prompt names: of letters "user 42: ...", of names "... is called 42.".
std::string NamedUser(const std::string& suffix) {
  const std::string of_names = Between(suffix, " is called ", '\n');
  return of_names.empty() ? Between(suffix, "user ", ':') : of_names.substr(0, of_names.size() - 1);
}

// The category that a label of the prompt stands for: a name stands for itself.
std::string NamedCategory(const std::string& prefix, const std::string& label) {
  const std::string of_letter = Between(prefix, "\n" + label + ": ", '\n');
  return of_letter.empty() ? label.substr(std::min(label.size(), label.find_first_not_of(' ')))
                           : of_letter;
}

// The names of all categories as prompts show them.
std::vector<std::string> NamesOf(const Dataset& dataset) {
  std::vector<std::string> names;
  for (const std::string& category : dataset.categories)
    names.push_back(SafeText(category, kLongestName));
  return names;
}

// The names in an order drawn from `rng`, of which the first `count` have been moved on by one: the
// category whose value the category in the same place of `from` is given.
std::map<std::string, std::string> Swapped(const std::vector<std::string>& names, size_t count,
                                           Rng rng) {
  std::vector<std::string> from = names;
  rng.Shuffle(std::span(from));
  std::map<std::string, std::string> of;
  for (size_t i = 0; i < count; ++i) of[from[i]] = from[(i + 1) % count];
  return of;
}

// Which category's score a wrong answer gives to each; categories that it does not hold are right.
class Mistakes {
 public:
  Mistakes(const Dataset& dataset, const ScriptedErrors& errors, uint64_t seed)
      : names_(NamesOf(dataset)), errors_(errors), seed_(seed) {
    const double mistaken = errors.systematic ? errors.share : 0;
    always_ = Swapped(
        names_, static_cast<size_t>(std::lround(mistaken * static_cast<double>(names_.size()))),
        Rng(seed, "mistaken categories"));
  }
  std::string In(const std::string& suffix, const std::string& category) const {
    const auto found = always_.find(category);
    if (found != always_.end()) return found->second;
    if (errors_.systematic || errors_.share == 0) return category;
    Rng rng(seed_, "corrupted answer " + suffix);
    if (rng.Uniform() >= errors_.share) return category;
    const auto swapped = Swapped(names_, names_.size(), rng);
    const auto other = swapped.find(category);
    return other == swapped.end() ? category : other->second;
  }

 private:
  const std::vector<std::string> names_;
  const ScriptedErrors errors_;
  const uint64_t seed_;
  std::map<std::string, std::string> always_;
};

}  // namespace

std::shared_ptr<LlmBackend> MakeScriptedTruth(const World& world, const EnvConfig& env, double nu,
                                              uint64_t seed, const ScriptedErrors& errors) {
  Script script;
  script.score = [truth = TruthOf(world, env), mistakes = Mistakes(world.dataset, errors, seed), nu,
                  seed](const std::string& prefix, const std::string& suffix,
                        const std::string& label) {
    const auto user = truth.find(NamedUser(suffix));
    if (user == truth.end()) return 0.0;
    const auto value = user->second.find(mistakes.In(suffix, NamedCategory(prefix, label)));
    if (value == user->second.end()) return 0.0;
    return (1 - nu) * value->second + nu * Rng(seed, suffix + "|" + label).Normal();
  };
  return MakeScriptedBackend(script);
}

}  // namespace lerl
