#pragma once
// SessionCache: sessions as policies see them, brought up to date from the store at each request.
// The store is what counts: a slate or an answer that another process wrote is seen by the next
// request. What the cache saves is reading the whole of a session each time.

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "lerl/events/event_store.h"
#include "lerl/serve/catalog.h"
#include "lerl/serve/open_session.h"

namespace lerl {

class SessionCache {
 public:
  // Keeps the newest `capacity` sessions. A session begins with the last `longest_past` slates of
  // the user's earlier ones. The store must outlive the cache.
  SessionCache(EventStore& store, std::shared_ptr<const Catalog> catalog, size_t capacity,
               size_t longest_past)
      : store_(store),
        capacity_(capacity),
        longest_past_(longest_past),
        catalog_(std::move(catalog)) {}

  // From here on sessions are read by another catalog; those that are kept are read anew.
  void SetCatalog(std::shared_ptr<const Catalog> catalog);

  // Whoever reads or writes a session holds its lock. Sessions may share one.
  [[nodiscard]] std::unique_lock<std::mutex> Lock(const std::string& id);

  // The session as it stands in the store now; nullptr where there is none.
  std::shared_ptr<OpenSession> Refresh(const std::string& id);

  // Forgets all that it keeps; what is in use lives on with who uses it.
  void Clear();
  int64_t size() const;

 private:
  struct Kept {
    std::shared_ptr<OpenSession> session;
    std::shared_ptr<const Catalog> catalog;  // by which it was read
    std::list<std::string>::iterator recent = {};
  };

  Kept Find(const std::string& id);
  void Keep(const std::string& id, Kept kept);
  std::shared_ptr<OpenSession> Read(const SessionRecord& record, const Catalog& catalog);

  EventStore& store_;
  const size_t capacity_, longest_past_;
  std::mutex locks_[256];
  mutable std::mutex mutex_;  // of what follows
  std::shared_ptr<const Catalog> catalog_;
  std::unordered_map<std::string, Kept> kept_;
  std::list<std::string> recent_;  // the least recently used first
};

}  // namespace lerl
