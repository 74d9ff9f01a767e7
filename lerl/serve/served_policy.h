#pragma once
// ServedPolicy: a trained policy that chooses slates for people. It holds the states of the newest
// sessions ready, a slot for each, so that a request costs one step; a session that it does not
// hold, or whose past has changed because an answer came late, is built again from what was shown
// and answered. So a slate follows from the session alone, whoever has served it before.
//
// A step of a batch of sessions goes as in training (train/player.h): plan, score, select. Slates
// are drawn (serve/slate_draw.h); policies that explore in training show their mode here, so that
// the draw is all there is to a slate's probability. Some slates are drawn with optimism about what
// a product added (serve/new_item_draw.h). Not for several threads at once.
//
// Axes: K items of a slate, I items, C categories.

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "lerl/serve/deadline_planner.h"
#include "lerl/serve/live_slots.h"
#include "lerl/serve/new_items.h"
#include "lerl/serve/open_session.h"
#include "lerl/serve/served_run.h"
#include "lerl/serve/slate_draw.h"
#include "lerl/train/world.h"

namespace lerl {

// What a policy chose to show next.
struct Choice {
  DrawnSlate slate;
  SlotPlan plan;
  int64_t candidates = 0;  // items that the slate was drawn from
  std::string candidates_hash, plan_hash;
};

// What a policy chose in the place of another one, whose slate was shown.
struct ShadowChoice {
  Choice choice;
  std::vector<double> shown_probabilities;  // [K] of the items shown, given those before them
};

// What a policy would have thought of a slate of others.
struct Judgement {
  // [K] log of each item's probability, given those before it; minus infinity from the first item
  // on that the policy could not have shown.
  std::vector<double> log_probabilities;
  // What its factorisation expects to be liked: the mean over the slate, and over slates that the
  // policy would draw (estimated by kJudgedDraws of them).
  double modelled = 0, modelled_target = 0;
};
inline constexpr int kJudgedDraws = 20;

// A policy as it stands before a step: its scores [I], and the candidates, ascending.
struct ScoredStep {
  int32_t user = 0;
  std::span<const float> scores;
  std::span<const int32_t> candidates;
  double temperature = 1;
  int slate_size = 1;  // of the policy's own slates
};
// What it makes of the slate `items` [K].
Judgement JudgeScores(const MfModel& model, const ScoredStep& step, std::span<const int32_t> items,
                      Rng& rng);

// What a policy knows, beside what its encoder holds, before it shows the next slate of a session.
struct Sight {
  std::vector<uint8_t> dominant = {};    // [C] of the last slate
  float budget_left = 1;                 // share of the budget
  std::vector<int32_t> candidates = {};  // items that a slate is drawn from, ascending
  std::string candidates_hash = {}, plan_hash = {};
};

struct ServedPolicyConfig {
  int64_t slots = 256;  // sessions held ready
  double temperature = 0.2;
  std::string show_again = "next_session";
  int64_t plan_deadline_ms = 30;
  int64_t longest_past = 40;
  double new_items = 0.1;
  bool waits_for_planner = false;  // no setting: for whoever judges, and does not serve
  DeadlinePlanner::Wait plan_wait = DeadlinePlanner::WaitUntil;  // no setting: tests have their own

  void VisitFields(FieldVisitor& visit) {
    visit("slots", slots,
          "sessions whose states each policy holds ready; each takes a byte for each item",
          Range{1, 100000});
    visit("temperature", temperature,
          "tau of the draw of slates; near 0: the best items, high: any (serve/slate_draw.h)",
          Range{0.001, 1000});
    visit("show_again", show_again, "when an item that was shown to a user may come again",
          {"never", "next_session", "always"});
    visit("plan_deadline_ms", plan_deadline_ms,
          "that a request waits at most for the plan of a language model", Range{0, 60000});
    visit("longest_past", longest_past,
          "slates of a user's earlier sessions in service that a session starts with, at most",
          Range{0, 1000});
    visit("new_items", new_items,
          "share of slates that are drawn with optimism about added items (serve/new_item_draw.h)",
          Range{0, 1});
  }
};

class ServedPolicy {
 public:
  // Loads a run. `world` has the guest already, and may be shared by several policies; `items` says
  // what there is to know of its items besides.
  ServedPolicy(std::shared_ptr<const World> world, ServedRun run, const ServedPolicyConfig& config,
               ServedItems items = {});
  ~ServedPolicy();

  // The next slate of each session, which must all be different; nothing for one to which fewer
  // than K items may be shown.
  std::vector<std::optional<Choice>> Choose(std::span<const LiveSession* const> sessions);

  // What it would show in the place of a slate that another policy showed after the steps of a
  // session; nothing where fewer than K items may be shown.
  std::optional<ShadowChoice> ChooseInPlaceOf(const LiveSession& session,
                                              std::span<const int32_t> shown);

  // What the policy makes of a slate that was shown after the steps of a session.
  Judgement Judge(const LiveSession& session, std::span<const int32_t> items);

  // What the policy saw before it showed the next slate of a session under a plan [C].
  Sight See(const LiveSession& session, std::span<const uint8_t> plan);

  // The state in which a session will need a plan, where its planner is slow (DeadlinePlanner) and
  // it is due for one.
  std::optional<PlanSnapshot> Foresee(const LiveSession& session);
  DeadlinePlanner* deadline_planner() const { return deadline_planner_; }  // null: it is not slow

  // Throws Error(kUnusable) unless the policy gives a guest and a user of the data two good slates
  // each. For the moment when it is loaded.
  void SelfTest();

  const ServedRun& run() const { return run_; }
  const ServedPolicyConfig& config() const { return config_; }
  std::shared_ptr<const World> world() const { return world_; }
  const ServedItems& items() const { return items_; }
  int slate_size() const { return slate_size_; }

 private:
  // A session in a slot, as far as its state has taken it in.
  struct Held {
    std::string session;
    std::vector<LiveStep> steps;
    std::list<int>::iterator recent;
  };

  ActorParts Parts();
  int Hold(const LiveSession& session);  // returns its slot, with its state up to date
  int SlotFor(const LiveSession& session);
  void Begin(int slot, const LiveSession& session);
  bool Fits(const LiveStep& step) const;
  void TakeIn(int slot, const LiveStep& step);
  // Plans and scores for the sessions in the slots.
  struct Prospects;
  Prospects Look(std::span<const LiveSession* const> sessions, std::span<const int> slots);
  std::vector<int32_t> CandidatesOf(int slot, std::span<const uint8_t> plan,
                                    std::span<float> scores) const;
  ScoredStep Scored(const LiveSession& session, std::span<const float> scores,
                    std::span<const int32_t> candidates) const {
    return {session.user, scores, candidates, config_.temperature, slate_size_};
  }
  Choice Draw(const LiveSession& session, const SlotPlan& plan, std::span<const float> scores,
              std::span<const int32_t> candidates) const;
  // Scores with optimism about added items; empty where no slate is drawn so.
  std::vector<float> Raised(std::span<const float> scores,
                            std::span<const int32_t> candidates) const;
  // How likely a slate is by these scores and those.
  DrawnSlate Told(std::span<const float> scores, std::span<const float> raised,
                  std::span<const int32_t> candidates, std::span<const int32_t> slate) const;

  const std::shared_ptr<const World> world_;
  const ServedItems items_;
  const ServedRun run_;
  const ServedPolicyConfig config_;
  const int slate_size_;
  DeadlinePlanner* deadline_planner_ = nullptr;  // of actors_
  Actors actors_;
  LiveSlots live_;
  std::vector<Held> held_;                        // [slots]
  std::unordered_map<std::string, int> slot_of_;  // by session
  std::list<int> recent_;                         // slots, the least recently used first
  std::vector<float> scores_;                     // [n, I] of the latest Look
};

}  // namespace lerl
