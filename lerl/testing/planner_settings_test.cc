// Every setting of every planner changes what is planned, or is listed with the reason why it does
// not (testing/every_setting.h).

#include "lerl/testing/planner_settings.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <optional>

#include "lerl/base/hash.h"
#include "lerl/base/index.h"
#include "lerl/base/registry.h"
#include "lerl/base/rng.h"
#include "lerl/data/sources/synthetic.h"
#include "lerl/llm/scripted_backend.h"
#include "lerl/llm/text_embedder.h"
#include "lerl/planner/plan_policy.h"
#include "lerl/testing/data_files.h"
#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

// A text's vector follows from the text alone.
class HashedTexts : public TextEmbedder {
 public:
  std::string name() const override { return "hashed"; }
  int64_t width() const override { return 4; }
  std::vector<float> Embed(std::span<const std::string> texts) override {
    std::vector<float> vectors;
    for (const std::string& text : texts) {
      Rng rng(Hash(std::as_bytes(std::span(text))));
      std::array<float, 4> vector{};
      for (float& x : vector) x = static_cast<float>(rng.Normal());
      const float length =
          std::sqrt(std::inner_product(vector.begin(), vector.end(), vector.begin(), 0.0F));
      for (const float x : vector) vectors.push_back(x / length);
    }
    return vectors;
  }
};

class SmallPlans {
 public:
  SmallPlans() {
    model_ = {.users = static_cast<int>(data_.num_users()),
              .items = static_cast<int>(data_.num_items()),
              .factors = 1,
              .user_factors = {},
              .item_factors = {},
              .user_bias = {},
              .item_bias = {}};
    Rng rng(3, "factors");
    const auto fill = [&rng](std::vector<float>& values, int count) {
      for (int i = 0; i < count; ++i) values.push_back(static_cast<float>(rng.Normal()));
    };
    fill(model_.user_factors, model_.users), fill(model_.user_bias, model_.users);
    fill(model_.item_factors, model_.items), fill(model_.item_bias, model_.items);
  }

  // What is planned in three iterations of training and in some sessions after them.
  std::string Play(const PlannerConfig& config) const {
    PlanPolicy policy(data_, config, MakePlanner(config, Context()), kSlate);
    std::string said;
    for (uint64_t n = 0; n < 3; ++n) {
      policy.planner().BeginIteration(n, PlanMode::kTraining);
      std::vector<OwnedSession> sessions;
      for (uint64_t s = 0; s < 12; ++s)
        sessions.push_back(PlaySession(policy, 100 * n + s, PlanMode::kTraining, said));
      std::vector<EndedSession> ended;
      for (const OwnedSession& session : sessions) ended.push_back(session.View());
      policy.planner().Reflect(ended);
      for (uint64_t s = 0; s < 2; ++s)
        PlaySession(policy, 500 + s + n, PlanMode::kValidation, said);
    }
    policy.planner().BeginIteration(9, PlanMode::kEvaluation);
    for (uint64_t s = 0; s < 6; ++s) PlaySession(policy, 900 + s, PlanMode::kEvaluation, said);
    return HashText(said);
  }

 private:
  static constexpr int kSlate = 3, kSteps = 7;

  // Scores follow from the prompt and the label alone. Asked for a list, the model writes another
  // one each time, and every third time nothing; asked for a reflection, it writes one that follows
  // from the prompt.
  PlannerContext Context() const {
    const auto score = [](const std::string& prefix, const std::string& suffix,
                          const std::string& label) {
      const std::string all = prefix + suffix + label;
      return Rng(Hash(std::as_bytes(std::span(all)))).Normal();
    };
    const auto complete = [lists = uint64_t{0}](const std::string& prefix,
                                                const std::string& suffix) mutable {
      constexpr std::string_view kShown = "Categories: ";  // the first of them follows
      if (const size_t at = suffix.find(kShown); at != std::string::npos) {
        const std::string category = suffix.substr(at + kShown.size());
        return Completion{
            category.substr(0, category.find(' ')) + " " + HashText(prefix + suffix) + ".", ""};
      }
      if (++lists % 3 == 0) return Completion{};
      Rng rng(lists, "list");
      std::string label(1, static_cast<char>('A' + rng.Below(6)));
      return Completion{std::move(label), ""};
    };
    return {.dataset = data_,
            .split = split_,
            .policy_model = model_,
            .backend = MakeScriptedBackend({.score = score, .complete = complete}),
            .oracle =
                [](int slot, std::span<float> rewards) {
                  for (size_t c = 0; c < rewards.size(); ++c)
                    rewards[c] = static_cast<float>((c * 5 + At(slot)) % 7);
                },
            .craving = [](int, std::span<float> added) { added[1] = 2, added[2] = -1; },
            .embedder = std::make_shared<HashedTexts>()};
  }

  OwnedSession PlaySession(PlanPolicy& policy, uint64_t seed, PlanMode mode,
                           std::string& said) const {
    const auto categories = At(data_.num_categories());
    Rng rng(seed, "session");
    OwnedSession session({}, {}, {}, categories);
    session.user = split_.train_users[rng.Below(split_.train_users.size())];
    session.seed = rng.Next();
    std::vector<uint8_t> dominant(categories), excluded(At(data_.num_items()));
    policy.Prepare(1);
    policy.Start(0, session.user, session.seed);
    std::string wish;
    if (FindPlannerRow(policy.config().name).heeds_wishes)
      wish = "some " + data_.categories[seed % categories] + ", no " +
             data_.categories[(seed + 2) % categories];
    for (int step = 0; step < kSteps; ++step) {
      const SlotInput input = {
          .slot = 0, .step = step, .dominant = dominant, .excluded = excluded, .wish = wish};
      std::vector<SlotPlan> plans;
      policy.Plan({&input, 1}, mode, plans);
      said += std::string(plans[0].plan.begin(), plans[0].plan.end()) + plans[0].reason +
              std::to_string(static_cast<int>(plans[0].origin));
      Take(plans[0], dominant, session);
      ShowItems(plans[0], excluded, dominant, session, rng);
      const auto last = session.items.size() - kSlate;
      policy.Observe(0, std::span(session.items).subspan(last),
                     std::span(session.responses).subspan(last));
    }
    return session;
  }

  // Writes the plan and what was known before it into the session.
  void Take(const SlotPlan& plan, const std::vector<uint8_t>& dominant,
            OwnedSession& session) const {
    session.plans.insert(session.plans.end(), plan.plan.begin(), plan.plan.end());
    session.dominant.insert(session.dominant.end(), dominant.begin(), dominant.end());
    session.rankings.insert(session.rankings.end(), plan.ranking.begin(), plan.ranking.end());
    session.rankings.resize(session.plans.size(), -1);
  }

  // Shows the first items inside the plan, and draws the answers.
  void ShowItems(const SlotPlan& plan, std::vector<uint8_t>& excluded,
                 std::vector<uint8_t>& dominant, OwnedSession& session, Rng& rng) const {
    std::fill(dominant.begin(), dominant.end(), uint8_t{0});
    int shown = 0;
    float reward = 0;
    for (int32_t item = 0; item < data_.num_items() && shown < kSlate; ++item) {
      const auto of_item = data_.CategoriesOf(item);
      const bool inside =
          std::ranges::any_of(of_item, [&plan](int32_t c) { return plan.plan[At(c)] != 0; });
      if (!inside || excluded[At(item)] != 0) continue;
      excluded[At(item)] = 1;
      if (shown++ == 0)
        for (const int32_t c : of_item) dominant[At(c)] = 1;
      session.items.push_back(item);
      session.responses.push_back(rng.Bernoulli((item + session.user) % 3 == 0 ? 0.9 : 0.2));
      reward += static_cast<float>(session.responses.back()) / kSlate;
    }
    session.rewards.push_back(reward);
  }

  const Dataset data_ = MakeSyntheticDataset(
      {.users = 30, .items = 120, .categories = 6, .rows_per_user = 14, .seed = 1});
  const Split split_ = MakeSplit(data_, {});
  MfModel model_;
};

// Tables of plans are kept in a cache of the test's own, and made anew each time.
class PlannerSettings : public ::testing::TestWithParam<std::string> {
 protected:
  PlannerSettings() {
    const char* before = std::getenv("LERL_CACHE_DIR");
    if (before != nullptr) before_ = before;
    setenv("LERL_CACHE_DIR", cache_.c_str(), 1);
  }
  ~PlannerSettings() override {
    if (before_) {
      setenv("LERL_CACHE_DIR", before_->c_str(), 1);
    } else {
      unsetenv("LERL_CACHE_DIR");
    }
  }

  std::string Play(const PlannerConfig& config) const {
    std::filesystem::remove_all(cache_);
    return world_.Play(config);
  }

 private:
  const SmallPlans world_;
  const std::filesystem::path cache_ = ProcessFolder() / "planner_settings";
  std::optional<std::string> before_;
};

TEST_P(PlannerSettings, EachCountsOrIsListedWithTheReason) {
  const PlannerRow& row = FindPlannerRow(GetParam());
  EverySetting<PlannerConfig> settings(SmallPlanner(GetParam()), PlannerSettingNotes(row),
                                       [&](const PlannerConfig& config) { return Play(config); });
  settings.Check("planner " + GetParam(),
                 [&row](const std::string& path) { return IsOfPlanner(row, path); });
}

// A student's teacher reads the same section.
class TeacherSettings : public PlannerSettings {};

TEST_P(TeacherSettings, EachCountsOrIsListedWithTheReason) {
  PlannerConfig config = SmallPlanner("student");
  config.student.teacher = GetParam();
  EverySetting<PlannerConfig> settings(config, TeacherSettingNotes(),
                                       [&](const PlannerConfig& own) { return Play(own); });
  settings.Check("a student of " + GetParam(),
                 [](const std::string& path) { return path.starts_with("llm."); });
}

INSTANTIATE_TEST_SUITE_P(Registry, TeacherSettings, ::testing::Values("llm"),
                         [](const auto& info) { return info.param; });

INSTANTIATE_TEST_SUITE_P(Registry, PlannerSettings, ::testing::ValuesIn(RowNames(PlannerRows())),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace lerl
