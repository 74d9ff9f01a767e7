#pragma once
// EventStream: an answer that goes on, as server-sent events (HTML standard, 9.2). A handler makes
// one, keeps a pointer to it and answers with it; any thread then pushes events into it.
//
//   auto stream = std::make_shared<EventStream>();
//   watchers.push_back(stream);
//   return {.stream = stream};
//
// A client that takes events more slowly than they come is cut, once the bytes that wait for it
// exceed the bound, so it costs no more memory. It comes back with Last-Event-ID, which the handler
// finds in the request's headers ("last-event-id").

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

namespace lerl {

struct StreamEvent {
  std::string data;       // one line or more
  std::string name = {};  // "": a message
  std::string id = {};    // what a client hands back as Last-Event-ID
};

class EventStream {
 public:
  explicit EventStream(int64_t most_bytes = 256 << 10) : most_bytes_(most_bytes) {}

  // Returns false, and drops the event, once the stream is closed: by either side, or because the
  // client is too slow. Line ends and NUL in a name or an id are left out.
  bool Push(const StreamEvent& event);
  // Ends the answer after what was pushed.
  void Close();
  bool closed() const;
  // Whether it was closed because the client was too slow.
  bool overrun() const;

  // Of the server. `wake` is called, under a lock, when there is something new to take. Detach ends
  // that and closes the stream.
  void Attach(std::function<void()> wake);
  void Detach();
  std::string Take();

 private:
  const int64_t most_bytes_;
  mutable std::mutex mutex_;
  std::string waiting_;
  bool closed_ = false, overrun_ = false;
  std::function<void()> wake_;
};

// The text of an event on the wire.
std::string EventText(const StreamEvent& event);

}  // namespace lerl
