#include "lerl/http/event_stream.h"

#include <string_view>
#include <utility>

namespace lerl {
namespace {

std::string OneLine(std::string_view text) {
  std::string line;
  for (const char c : text)
    if (c != '\r' && c != '\n' && c != '\0') line += c;
  return line;
}

}  // namespace

std::string EventText(const StreamEvent& event) {
  std::string text;
  if (!event.name.empty()) text += "event: " + OneLine(event.name) + "\n";
  if (!event.id.empty()) text += "id: " + OneLine(event.id) + "\n";
  std::string_view rest = event.data;
  while (true) {  // "\r", "\n" and "\r\n" end a line
    const size_t end = rest.find_first_of("\r\n");
    text.append("data: ").append(rest.substr(0, end)).append("\n");
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + (rest.substr(end).starts_with("\r\n") ? 2 : 1));
  }
  return text + "\n";
}

bool EventStream::Push(const StreamEvent& event) {
  const std::string text = EventText(event);
  const std::scoped_lock lock(mutex_);
  if (closed_) return false;
  const bool first = waiting_.empty();
  if (std::ssize(waiting_) + std::ssize(text) > most_bytes_) {
    closed_ = overrun_ = true;
    waiting_.clear();
  } else {
    waiting_ += text;
  }
  if (wake_ && (first || closed_)) wake_();
  return !closed_;
}

void EventStream::Close() {
  const std::scoped_lock lock(mutex_);
  if (closed_) return;
  closed_ = true;
  if (wake_) wake_();
}

bool EventStream::closed() const {
  const std::scoped_lock lock(mutex_);
  return closed_;
}

bool EventStream::overrun() const {
  const std::scoped_lock lock(mutex_);
  return overrun_;
}

void EventStream::Attach(std::function<void()> wake) {
  const std::scoped_lock lock(mutex_);
  wake_ = std::move(wake);
}

void EventStream::Detach() {
  const std::scoped_lock lock(mutex_);
  wake_ = nullptr;
  closed_ = true;
  waiting_.clear();
}

std::string EventStream::Take() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(waiting_, {});
}

}  // namespace lerl
