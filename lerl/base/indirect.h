#pragma once
// Indirect: a value that lies apart from what holds it and is copied with it, as std::indirect of
// C++26. A header may so hold settings that it only declares: a change of theirs recompiles those
// who read them, and not all who pass the holder on.
//
//   struct EnvConfig;                            // in the header of the holder
//   extern template class Indirect<EnvConfig>;
//   struct RunConfig {
//     Indirect<EnvConfig> env;                   // env->budget, *env
//   };
//   template class Indirect<EnvConfig>;          // in its .cc, which knows all of EnvConfig

#include <memory>
#include <utility>

namespace lerl {

template <typename T>
class Indirect {
 public:
  Indirect();  // a value by default
  Indirect(const Indirect& other);
  Indirect(Indirect&& other) noexcept;  // `other` is without a value from then on
  Indirect& operator=(Indirect other) noexcept;
  ~Indirect();

  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  T* operator->() { return value_.get(); }
  const T* operator->() const { return value_.get(); }

 private:
  std::unique_ptr<T> value_;
};

// Not inline, so that `extern template` keeps them out of where T is only declared.
template <typename T>
Indirect<T>::Indirect() : value_(std::make_unique<T>()) {}

template <typename T>
Indirect<T>::Indirect(const Indirect& other) : value_(std::make_unique<T>(*other)) {}

template <typename T>
Indirect<T>::Indirect(Indirect&& other) noexcept = default;

template <typename T>
Indirect<T>& Indirect<T>::operator=(Indirect other) noexcept {
  value_ = std::move(other.value_);
  return *this;
}

template <typename T>
Indirect<T>::~Indirect() = default;

}  // namespace lerl
