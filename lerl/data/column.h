#pragma once
// A read-only column. It owns its values, or views those of a mapped file, which it keeps open.

#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace lerl {

template <typename T>
class Column {
 public:
  Column() = default;
  Column(std::vector<T> values)  // NOLINT: a vector is a column
      : owner_(std::make_shared<std::vector<T>>(std::move(values))),
        view_(*static_cast<const std::vector<T>*>(owner_.get())) {}
  Column(std::shared_ptr<const void> owner, std::span<const T> view)
      : owner_(std::move(owner)), view_(view) {}

  const T& operator[](size_t i) const { return view_[i]; }
  size_t size() const { return view_.size(); }
  bool empty() const { return view_.empty(); }
  const T* data() const { return view_.data(); }
  auto begin() const { return view_.begin(); }
  auto end() const { return view_.end(); }
  std::span<const T> span() const { return view_; }
  std::span<const T> span(size_t begin, size_t end) const {
    return view_.subspan(begin, end - begin);
  }

 private:
  std::shared_ptr<const void> owner_;
  std::span<const T> view_;
};

}  // namespace lerl
