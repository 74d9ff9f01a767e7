#pragma once
// Asks servers for the pages that tell of them (llm/endpoint/server_facts.h), beside the questions
// of a client and over the same transfers.
//
// A probe asks for the pages of kFirstPages together. Where both are answered, be it by 404, the
// server is there; where one is not, or by 502, 503 or 504, as of a server that still loads its
// model, the probe has failed. Where the first pages name no context, those of kFurtherPages are
// asked for, too; what becomes of them changes nothing else. The pool says when a probe is due and
// hears how it ended (llm/endpoint/endpoint_pool.h).

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "lerl/llm/endpoint/endpoint_access.h"
#include "lerl/llm/endpoint/endpoint_pool.h"
#include "lerl/llm/endpoint/http_transfer.h"

namespace lerl {

class EndpointProbes {
 public:
  // `access`, `pool` and `transfer` must outlive this. `timeout` is of a page, seconds.
  EndpointProbes(const EndpointAccess& access, std::string model, double timeout,
                 EndpointPool& pool, HttpTransfer& transfer);

  // Begins the probes that are due. `next_id` is the id of the next transfer.
  void Begin(int64_t& next_id, double now);
  // Takes the response if it is that of a page. Returns false if it is not.
  bool Take(int64_t id, const HttpResponse& response, int64_t& next_id, double now);
  // Gives up the probes that are under way. They become due again.
  void Cancel();
  bool under_way() const { return !probes_.empty(); }

 private:
  struct Probe {
    int pages_left = 0;
    bool answered = true;  // as far as is known
    bool further = false;  // whether the further pages were asked for
    ServerFacts facts;
  };
  struct Page {
    int endpoint = 0;
    ServerPage page = ServerPage::kProps;
  };

  void Ask(int endpoint, ServerPage page, int64_t& next_id);

  const EndpointAccess& access_;
  const std::string model_;
  const double timeout_;
  EndpointPool& pool_;
  HttpTransfer& transfer_;
  std::map<int, Probe> probes_;     // under way, by endpoint
  std::map<int64_t, Page> pages_;   // under way, by transfer
  std::vector<ServerFacts> known_;  // that a line has told
};

}  // namespace lerl
