#pragma once
// Random streams. A run has one seed, from which every stream is derived by name and index. The
// draws of a user therefore don't depend on which other users are played, in what order or on what
// thread.
//
//   Rng env_stream(seed, "env", user);
//
// The generator is xoshiro256++ (Blackman and Vigna, 2021), seeded through SplitMix64. The
// distributions are our own, since those of <random> differ between standard libraries.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace lerl {

class Rng {
 public:
  using State = std::array<uint64_t, 4>;

  explicit Rng(uint64_t seed, std::string_view stream = "", uint64_t index = 0);

  uint64_t Next();
  double Uniform();                // in [0, 1), 53 bits
  double Normal();                 // standard normal, Box-Muller without a kept second value
  uint64_t Below(uint64_t limit);  // uniform in [0, limit), unbiased; limit > 0
  bool Bernoulli(double p) { return Uniform() < p; }

  template <typename T>
  void Shuffle(std::span<T> values) {  // Fisher-Yates
    for (size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[Below(i)]);
  }

  const State& state() const { return state_; }
  // A state of zeros draws nothing but zeros, and is refused with Error(kCheckpoint).
  void set_state(const State& state);

 private:
  State state_;
};

// Derives a seed from another by name and index. The constructor of Rng uses it.
uint64_t DeriveSeed(uint64_t seed, std::string_view stream, uint64_t index = 0);

}  // namespace lerl
