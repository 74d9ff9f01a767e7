#include "lerl/serve/api/live_feed.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace lerl {

void LiveFeed::Publish(const std::string& name, std::string json) {
  const std::lock_guard lock(mutex_);
  kept_.push_back({.data = std::move(json), .name = name, .id = std::to_string(++number_)});
  if (kept_.size() > keep_) kept_.pop_front();
  std::erase_if(watchers_, [&](const std::shared_ptr<EventStream>& watcher) {
    return !watcher->Push(kept_.back());
  });
}

std::shared_ptr<EventStream> LiveFeed::Watch(const std::string& last_seen) {
  const std::lock_guard lock(mutex_);
  std::erase_if(watchers_, [](const auto& watcher) { return watcher->closed(); });
  if (closed_ || watchers_.size() >= most_watchers_) return nullptr;
  auto stream = std::make_shared<EventStream>();
  int64_t seen = 0;
  const auto [end, error] =
      std::from_chars(last_seen.data(), last_seen.data() + last_seen.size(), seen);
  if (error == std::errc() && end == last_seen.data() + last_seen.size()) {
    // A number that is ahead of ours is that of a service before this one: all is new.
    if (seen > number_) seen = 0;
    const int64_t first = number_ - std::ssize(kept_) + 1;
    for (int64_t n = std::max(seen + 1, first); n <= number_; ++n)
      stream->Push(kept_[static_cast<size_t>(n - first)]);
  }
  watchers_.push_back(stream);
  return stream;
}

void LiveFeed::Forget() {
  const std::lock_guard lock(mutex_);
  kept_.clear();
}

void LiveFeed::Close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  for (const auto& watcher : watchers_) watcher->Close();
  watchers_.clear();
}

}  // namespace lerl
