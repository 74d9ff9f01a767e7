#pragma once
// LiveFeed: what happens in a service, as it happens, for pages that watch. Each event has a
// number; whoever comes back with the last one that was seen gets what was missed, as far as it is
// still kept.

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "lerl/http/event_stream.h"

namespace lerl {

class LiveFeed {
 public:
  explicit LiveFeed(size_t keep = 500, size_t most_watchers = 100)
      : keep_(keep), most_watchers_(most_watchers) {}

  // Tells all who watch: an event with a text of JSON. Streams that were closed are let go.
  void Publish(const std::string& name, std::string json);

  // A stream of what is kept after the event of that number ("" for what comes from now on), and of
  // all that follows; nullptr where as many watch as may.
  std::shared_ptr<EventStream> Watch(const std::string& last_seen);

  // Keeps nothing of what was told so far, since it may name somebody who is to be forgotten.
  void Forget();

  // Ends all streams, before the server is drained.
  void Close();

 private:
  const size_t keep_, most_watchers_;
  std::mutex mutex_;
  bool closed_ = false;
  int64_t number_ = 0;  // of the newest event
  std::deque<StreamEvent> kept_;
  std::vector<std::shared_ptr<EventStream>> watchers_;
};

}  // namespace lerl
