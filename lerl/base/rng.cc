#include "lerl/base/rng.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

#include "lerl/base/check.h"
#include "lerl/base/error.h"

namespace lerl {
namespace {

uint64_t SplitMix(uint64_t& x) {
  x += 0x9e3779b97f4a7c15ULL;
  uint64_t z = x;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

}  // namespace

uint64_t DeriveSeed(uint64_t seed, std::string_view stream, uint64_t index) {
  uint64_t hash = 0xcbf29ce484222325ULL;  // FNV-1a over the name
  for (const char c : stream) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  uint64_t x = seed;
  x = SplitMix(x) ^ hash;
  x = SplitMix(x) ^ index;
  return SplitMix(x);
}

Rng::Rng(uint64_t seed, std::string_view stream, uint64_t index) {
  uint64_t x = DeriveSeed(seed, stream, index);
  for (uint64_t& word : state_) word = SplitMix(x);
}

uint64_t Rng::Next() {
  const uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
  const uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Rng::Uniform() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }

double Rng::Normal() {
  const double u = 1.0 - Uniform();  // in (0, 1]
  return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * Uniform());
}

uint64_t Rng::Below(uint64_t limit) {
  LERL_CHECK_GT(limit, 0u);
  const uint64_t threshold = -limit % limit;  // 2^64 mod limit
  uint64_t draw = Next();
  while (draw < threshold) draw = Next();
  return draw % limit;
}

void Rng::set_state(const State& state) {
  if (std::ranges::all_of(state, [](uint64_t word) { return word == 0; }))
    throw Error(ErrorKind::kCheckpoint, "the state of a random stream is all zero");
  state_ = state;
}

}  // namespace lerl
