#include "lerl/serve/recommender.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/log.h"
#include "lerl/base/random_id.h"
#include "lerl/serve/guest.h"
#include "lerl/serve/plan_reason.h"
#include "lerl/serve/product_slate.h"
#include "lerl/serve/refusal.h"
#include "lerl/serve/time_format.h"
#include "lerl/sim/env_config.h"
#include "lerl/wishes/wish_text.h"

namespace lerl {
namespace {

constexpr size_t kLongestName = 128;  // bytes of a user's name and of an event's id
// That a planner is waited for before it takes the place of one that serves.
constexpr auto kLongestMaking = std::chrono::seconds(10);
constexpr int kRaces = 8;  // attempts at a step that other processes may take first

Refusal NoSession() {
  return Refusal(RefusalKind::kNotFound, "unknown-session", "there is no session of that id");
}

void RequireName(const std::string& name, const std::string& field) {
  if (name.empty() || name.size() > kLongestName || HasControlCharacter(name) || IsPathStep(name))
    throw Refusal(RefusalKind::kInvalid, "bad-name",
                  "it must have 1 to " + std::to_string(kLongestName) +
                      " bytes without control characters, and be neither . nor ..",
                  field);
}

}  // namespace

int64_t Recommender::SystemClock() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Recommender::Recommender(EventStore& store, std::vector<NamedRun> runs,
                         const RecommenderConfig& config, Clock clock)
    : store_(store),
      runs_(std::move(runs)),
      config_(config),
      clock_(std::move(clock)),
      items_({.store = store_,
              .catalog = [this] { return catalog(); },
              .refresh = [this] { RefreshItems(); },
              .clock = clock_}) {
  CheckRuns(runs_, config_);
  served_ = Load();
  const Dataset& dataset = served_.catalog->dataset();
  std::vector<std::string> names;
  names.reserve(runs_.size());
  for (const NamedRun& run : runs_) names.push_back(run.name);
  experiment_ = std::make_unique<Experiment>(store_, std::move(names), dataset.behaviours.at(0),
                                             config_.experiment, clock_);
  sessions_ = std::make_unique<SessionCache>(store_, served_.catalog, At(config_.open_sessions),
                                             At(config_.policy.longest_past));
  upkeep_ = std::make_unique<SessionUpkeep>(store_, config_, dataset, clock_);
  std::vector<std::string> shadows = config_.shadows;
  if (config_.apprentice.given()) {
    shadows.push_back(runs_[0].name);
    apprentice_ = std::make_unique<Apprentice>(
        store_, runs_[0].name, config_.apprentice, config_.experiment.experiment,
        [this] { return WorkerOf(runs_[0].name)->run().version; }, clock_);
  }
  if (!shadows.empty())
    shadows_ = std::make_unique<ShadowPolicies>(
        store_, [this] { return catalog(); }, std::move(shadows),
        [this](const std::string& policy) { return WorkerOf(policy); }, clock_);
  refresher_ = std::make_unique<Periodic>(
      "the items stay as they are",
      std::chrono::milliseconds(std::lround(1000 * config_.items_seconds)),
      [this] { RefreshItems(); });
}

Recommender::Served Recommender::Load() const {
  // A change after this is seen by the next look.
  Served served;
  served.items_revision = store_.ItemsRevision();
  const std::vector<ItemRecord> items = store_.Items();
  // By what decides them. At a reload the data that are there serve on.
  std::map<std::string, std::shared_ptr<const World>> data;
  std::map<std::string, ServedWorld> worlds;
  for (const auto& [name, worker] : served_.workers)
    data[WorldHash(worker->run().config)] = worker->items().known;
  served.fingerprint = served_.fingerprint;
  for (const NamedRun& named : runs_) {
    ServedRun run = ReadServedRun(named.folder);
    const std::string hash = WorldHash(run.config);
    std::shared_ptr<const World>& known = data[hash];
    if (known == nullptr) {
      std::unique_ptr<World> loaded = LoadWorld(run.config);
      AddGuest(*loaded);
      if (served.fingerprint.empty()) served.fingerprint = loaded->fingerprint;
      if (loaded->fingerprint != served.fingerprint)
        throw Error(ErrorKind::kData, named.folder.string() +
                                          ": the policy is of another data set than the others "
                                          "that are served; start a service of its own for it");
      known = std::move(loaded);
    }
    ServedWorld& world = worlds[hash];
    if (world.world == nullptr) world = WithStoredItems(known, items);
    if (served.catalog == nullptr) served.catalog = CatalogOf(world);
    auto policy =
        std::make_unique<ServedPolicy>(world.world, std::move(run), config_.policy, world.items);
    policy->SelfTest();
    const auto worker = std::make_shared<PolicyWorker>(std::move(policy));
    if (const auto before = served_.workers.find(named.name); before != served_.workers.end())
      worker->Replace(*before->second, kLongestMaking);
    served.workers.emplace(named.name, worker);
  }
  return served;
}

// Policies go first: they may know more items than the sessions that they serve, but not fewer.
void Recommender::Serve(Served served) {
  const std::shared_ptr<const Catalog> catalog = served.catalog;
  {
    const std::unique_lock lock(served_mutex_);
    std::swap(served_, served);
  }
  sessions_->SetCatalog(catalog);
}

std::vector<PolicyInfo> Recommender::Reload() {
  {
    const std::lock_guard lock(load_mutex_);
    CountShown();
    Serve(Load());
  }
  return Policies();
}

bool Recommender::RefreshItems() {
  const std::lock_guard lock(load_mutex_);
  CountShown();
  if (store_.ItemsRevision() == served_.items_revision) return false;
  Serve(Load());
  LogInfo("the policies know " + std::to_string(served_.catalog->num_added()) + " added items");
  return true;
}

// Tells the store how often added items were shown here since the last time.
void Recommender::CountShown() {
  for (const auto& [name, worker] : served_.workers)
    if (worker->items().shown != nullptr) store_.CountShown(worker->items().shown->TakeNew());
}

std::shared_ptr<const Catalog> Recommender::catalog() const {
  const std::shared_lock lock(served_mutex_);
  return served_.catalog;
}

std::vector<PolicyInfo> Recommender::Policies() const {
  std::vector<PolicyInfo> infos;
  const std::shared_lock lock(served_mutex_);
  for (const NamedRun& named : runs_) {
    const PolicyWorker& worker = *served_.workers.at(named.name);
    const RunConfig& config = worker.run().config;
    infos.push_back({named.name, worker.run().version, config.agent.name, config.planner.name,
                     worker.run().folder.string(), worker.slate_size(),
                     config_.IsShadow(named.name), worker.Health()});
  }
  return infos;
}

// The policy of that name; the first where it is not served any more.
std::shared_ptr<PolicyWorker> Recommender::WorkerOf(const std::string& policy) const {
  const std::shared_lock lock(served_mutex_);
  const auto found = served_.workers.find(policy);
  return found != served_.workers.end() ? found->second : served_.workers.at(runs_[0].name);
}

// Who serves a new session of a user that names no policy.
ChosenPolicy Recommender::Choose(const std::string& user) {
  if (apprentice_ != nullptr)
    if (const std::optional<std::string> split = apprentice_->Split()) return {kProduct, *split};
  return experiment_->Choose(user);
}

SessionRecord Recommender::Start(const std::string& user, const std::string& policy) {
  RequireName(user, "/user");
  const ChosenPolicy chosen = policy.empty() ? Choose(user) : ChosenPolicy{policy, ""};
  if (!policy.empty() && std::ranges::count(runs_, policy, &NamedRun::name) == 0)
    throw Refusal(RefusalKind::kInvalid, "unknown-policy", "no policy of that name is served",
                  "/policy");
  if (config_.IsShadow(chosen.policy))
    throw Refusal(RefusalKind::kInvalid, "shadow-policy",
                  "the policy is a shadow: it answers beside others and is shown to nobody",
                  "/policy");
  SessionRecord session{.id = RandomId(),
                        .user = user,
                        .policy = chosen.policy,
                        .seed = SystemRandom() >> 1,  // stores keep signed numbers
                        .started_us = clock_(),
                        .end = "",
                        .split = chosen.split};
  store_.AddSession(session);
  return session;
}

std::shared_ptr<OpenSession> Recommender::Open(const std::string& id) {
  std::shared_ptr<OpenSession> session = sessions_->Refresh(id);
  // Another process may have shown an item that was added a moment ago.
  if (session != nullptr && std::ranges::count(session->live_step, -1) > 0 && RefreshItems())
    session = sessions_->Refresh(id);
  if (session == nullptr) throw NoSession();
  return session;
}

void Recommender::RequireRunning(OpenSession& session, int64_t now) {
  const auto end = [&](const std::string& why) {
    if (!store_.EndSession(session.record.id, now, why)) return;
    session.record.ended_us = now;
    session.record.end = why;
  };
  if (session.record.ended_us == 0 && now - session.active_us > config_.idle_minutes * kMinuteUs)
    end(kIdleEnd);
  if (session.record.ended_us != 0)
    throw Refusal(RefusalKind::kConflict, "session-ended",
                  "the session has ended (" + session.record.end + "); start another one");
}

SlateRecord Recommender::Recommend(const std::string& id, std::optional<int32_t> step,
                                   const std::string& request,
                                   const std::vector<std::string>& product,
                                   const std::optional<std::string>& wish) {
  const std::string problem = wish ? WishProblem(*wish) : "";
  if (!problem.empty())
    throw Refusal(RefusalKind::kInvalid, "invalid-wish", "the wish can't be read: " + problem,
                  "/wish");
  const auto lock = sessions_->Lock(id);
  for (int race = 0; race < kRaces; ++race) {
    const std::shared_ptr<OpenSession> session = Open(id);
    const auto next = static_cast<int32_t>(session->slates.size());
    // 1. A slate that has been shown is shown again.
    if (step && *step < next && *step >= 0) return session->slates[At(*step)];
    if (step && *step != next)
      throw Refusal(RefusalKind::kConflict, "step-ahead",
                    "the next step is " + std::to_string(next), "/step");
    const int64_t now = clock_();
    RequireRunning(*session, now);
    if (next >= config_.max_steps) {
      End(id, "limit");
      throw Refusal(RefusalKind::kConflict, "session-ended",
                    "the session has reached its " + std::to_string(next) + " slates");
    }
    // 2. A new one, which counts once it is in the store.
    const std::shared_ptr<PolicyWorker> worker = WorkerOf(session->record.policy);
    session->live.wish = wish ? CheckedWish("/wish", *wish) : "";
    SlateRecord slate = session->record.policy == kProduct
                            ? ProductSlate(*session, product, worker->slate_size(), *catalog())
                            : NextSlate(*session, *worker);
    slate.shown_us = now;
    slate.request = request;
    if (!store_.AddSlate(slate)) continue;
    if (shadows_ != nullptr) shadows_->Add(session->live, slate, session->record.policy);
    TakeSlates(*session, {slate}, *catalog());  // as it stands in the store now
    if (const auto& shown = worker->items().shown; shown && session->live_step.back() >= 0)
      shown->Add(session->live.steps.back().items);
    ThinkAhead(id, *worker);
    return slate;
  }
  throw Refusal(RefusalKind::kConflict, "session-contended",
                "several requests ask for slates of this session at a time; ask again");
}

// Lets a slow planner begin with the plan of the next step.
void Recommender::ThinkAhead(const std::string& id, PolicyWorker& worker) {
  if (!worker.plans_ahead()) return;
  if (const auto session = sessions_->Refresh(id)) worker.Soon(session->live);
}

SlateRecord Recommender::NextSlate(const OpenSession& session, PolicyWorker& worker) const {
  const std::optional<Choice> choice = worker.Choose(session.live);
  if (!choice)
    throw Refusal(RefusalKind::kConflict, "nothing-left",
                  "fewer items than a slate has may still be shown to the user");
  SlateRecord slate;
  slate.session = session.record.id;
  slate.step = static_cast<int32_t>(session.slates.size());
  slate.version = worker.run().version;
  const Dataset& dataset = worker.world()->dataset;
  for (const int32_t item : choice->slate.items) slate.items.push_back(dataset.item_ids[At(item)]);
  slate.probabilities = choice->slate.probabilities;
  slate.log_probability = choice->slate.log_probability;
  slate.temperature = config_.policy.temperature;
  slate.candidates = choice->candidates;
  slate.candidates_hash = choice->candidates_hash;
  slate.plan_hash = choice->plan_hash;
  if (std::ranges::count(choice->plan.plan, uint8_t{0}) > 0)
    for (const int16_t category : choice->plan.InOrder())
      slate.plan.push_back(dataset.categories[At(category)]);
  slate.origin = kPlanOriginNames[At(choice->plan.origin)];
  const auto& steps = session.live.steps;
  slate.reason = PlanReason(choice->plan, worker.run().config.planner.name, dataset,
                            steps.empty() ? std::span<const int32_t>() : steps.back().items);
  return slate;
}

void Recommender::CheckFeedback(const OpenSession& session, const FeedbackRecord& record,
                                size_t n) const {
  const std::string at = "/events/" + std::to_string(n);
  RequireName(record.event, at + "/id");
  if (record.event.starts_with(kDefaultEventPrefix))
    throw Refusal(RefusalKind::kInvalid, "bad-name",
                  std::string("ids that begin with ") + kDefaultEventPrefix +
                      " are those of answers that the service gives itself",
                  at + "/id");
  if (record.step < 0 || record.step >= std::ssize(session.slates))
    throw Refusal(RefusalKind::kConflict, "never-shown", "the session has shown no such step",
                  at + "/step");
  // What was shown may have left the catalog since.
  if (std::ranges::count(session.slates[At(record.step)].items, record.item) == 0) {
    if (catalog()->Item(record.item))
      throw Refusal(RefusalKind::kConflict, "never-shown", "the item was not shown in this step",
                    at + "/item");
    RequireName(record.item, at + "/item");
    throw Refusal(RefusalKind::kInvalid, "unknown-item", "no item has this id", at + "/item");
  }
  if (record.behaviours.empty())
    throw Refusal(RefusalKind::kInvalid, "no-behaviour", "name at least one behaviour",
                  at + "/behaviours");
  for (const auto& [name, value] : record.behaviours) {
    if (!catalog()->Behaviour(name))
      throw Refusal(RefusalKind::kInvalid, "unknown-behaviour",
                    "the policies know no behaviour of that name", at + "/behaviours");
    if (!std::isfinite(value) || value < 0)
      throw Refusal(RefusalKind::kInvalid, "bad-value",
                    "a behaviour's value is 0 (not given) or above (given)", at + "/behaviours");
  }
}

// Whether all records are in the store, so that a request that is repeated changes nothing.
bool Recommender::AllKnown(const std::string& session, const std::vector<FeedbackRecord>& records) {
  const std::vector<FeedbackRecord> stored = store_.Feedback(session, 0);
  return std::ranges::all_of(records, [&](const FeedbackRecord& record) {
    return std::ranges::any_of(stored, [&](const FeedbackRecord& known) {
      return known.event == record.event && known.step == record.step &&
             known.item == record.item && known.behaviours == record.behaviours;
    });
  });
}

FeedbackCounts Recommender::TakeFeedback(const std::string& id,
                                         std::vector<FeedbackRecord> records) {
  const auto lock = sessions_->Lock(id);
  const std::shared_ptr<OpenSession> session = Open(id);
  const int64_t now = clock_();
  for (size_t n = 0; n < records.size(); ++n) {
    CheckFeedback(*session, records[n], n);
    records[n].session = id;
    records[n].received_us = now;
  }
  try {
    RequireRunning(*session, now);
  } catch (const Refusal&) {
    if (!AllKnown(id, records)) throw;
    return {.accepted = 0, .repeated = std::ssize(records)};
  }
  const std::vector<FeedbackOutcome> outcomes = store_.AddFeedback(records);
  if (std::ranges::count(outcomes, FeedbackOutcome::kNoSession) > 0) Open(id);  // it is gone
  for (size_t n = 0; n < outcomes.size(); ++n)
    if (outcomes[n] == FeedbackOutcome::kConflict)
      throw Refusal(RefusalKind::kConflict, "event-conflict",
                    "an event of this id says something else, perhaps in another session; nothing "
                    "of the request was taken",
                    "/events/" + std::to_string(n) + "/id");
  ThinkAhead(id, *WorkerOf(session->record.policy));
  const auto accepted = std::ranges::count(outcomes, FeedbackOutcome::kAdded);
  return {.accepted = accepted, .repeated = std::ssize(outcomes) - accepted};
}

bool Recommender::End(const std::string& id) {
  const auto lock = sessions_->Lock(id);
  Open(id);
  return End(id, "client");
}

bool Recommender::End(const std::string& id, const std::string& why) {
  return store_.EndSession(id, clock_(), why);
}

StoredSession Recommender::Session(const std::string& id) {
  const std::optional<SessionState> state = store_.FindSession(id);
  if (!state) throw NoSession();
  return {state->session, store_.Slates(id, 0), store_.Feedback(id, 0), store_.Shadows(id)};
}

}  // namespace lerl
