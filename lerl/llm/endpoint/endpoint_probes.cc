#include "lerl/llm/endpoint/endpoint_probes.h"

#include <utility>

#include "lerl/base/index.h"
#include "lerl/base/log.h"

namespace lerl {
namespace {

constexpr int kPageOk = 200;

bool IsSilence(int status) {
  return status == 0 || status == 502 || status == 503 || status == 504;
}

}  // namespace

EndpointProbes::EndpointProbes(const EndpointAccess& access, std::string model, double timeout,
                               EndpointPool& pool, HttpTransfer& transfer)
    : access_(access),
      model_(std::move(model)),
      timeout_(timeout),
      pool_(pool),
      transfer_(transfer),
      known_(access.urls.size()) {}

void EndpointProbes::Ask(int endpoint, ServerPage page, int64_t& next_id) {
  ++probes_[endpoint].pages_left;
  pages_[next_id] = {endpoint, page};
  transfer_.Start(next_id++, {.url = PageUrl(access_.urls[At(endpoint)], page) + access_.query,
                              .headers = access_.headers,
                              .body = "",
                              .timeout = timeout_,
                              .get = true});
}

void EndpointProbes::Begin(int64_t& next_id, double now) {
  for (int i = 0; i < static_cast<int>(access_.urls.size()); ++i) {
    if (!pool_.ProbeDue(i, now)) continue;
    pool_.ProbeBegan(i);
    for (const ServerPage page : kFirstPages) Ask(i, page, next_id);
  }
}

bool EndpointProbes::Take(int64_t id, const HttpResponse& response, int64_t& next_id, double now) {
  const auto found = pages_.extract(id);
  if (found.empty()) return false;
  const auto [endpoint, page] = found.mapped();
  Probe& probe = probes_.at(endpoint);
  --probe.pages_left;
  if (!probe.further && IsSilence(response.status)) probe.answered = false;
  if (response.status == kPageOk) ReadPage(page, response.body, model_, probe.facts);
  if (probe.pages_left > 0) return true;
  if (probe.answered && probe.facts.context == 0 && !std::exchange(probe.further, true)) {
    for (const ServerPage further : kFurtherPages) Ask(endpoint, further, next_id);
    return true;
  }
  const Probe ended = probe;
  probes_.erase(endpoint);
  if (!ended.answered) {
    pool_.ProbeFailed(endpoint, now);
    return true;
  }
  pool_.ProbeAnswered(endpoint, ended.facts);
  ServerFacts& known = known_[At(endpoint)];
  if (ended.facts.context > 0 && known != ended.facts)
    LogInfo(access_.urls[At(endpoint)] + " takes requests of up to " +
            std::to_string(ended.facts.context) + " tokens" +
            (ended.facts.slots > 0 ? ", " + std::to_string(ended.facts.slots) + " at once" : ""));
  known = ended.facts;
  return true;
}

void EndpointProbes::Cancel() {
  for (const auto& [id, page] : pages_) transfer_.Cancel(id);
  for (const auto& [endpoint, probe] : probes_) pool_.ProbeCancelled(endpoint);
  pages_.clear();
  probes_.clear();
}

}  // namespace lerl
