#pragma once
// Lanes: as many floats as one register of this processor holds (16 with AVX-512, 8 with AVX, 4
// without either), by the compiler's vector extension, and the few functions on them that the
// kernels of nn need.

#if defined(__AVX__)
#include <immintrin.h>
#endif

#include <cstdint>
#include <cstring>

namespace lerl {

#if defined(__AVX512F__)
inline constexpr int kLanes = 16;
#elif defined(__AVX__)
inline constexpr int kLanes = 8;
#else
inline constexpr int kLanes = 4;
#endif
// The columns of a tile, in lanes, such that its 6 rows stay in the registers, of which there are
// 32 with AVX-512 and 16 otherwise.
inline constexpr int kTileColumns = kLanes == 16 ? 4 : 2;
typedef float Lanes __attribute__((vector_size(4 * kLanes)));
typedef int32_t IntLanes __attribute__((vector_size(4 * kLanes)));

constexpr int64_t RoundToLanes(int64_t count) { return (count + kLanes - 1) / kLanes * kLanes; }

#define LERL_INLINE inline __attribute__((always_inline))
// Stands before a short loop whose variables must stay in registers. At -O2 the compiler does not
// unroll loops by itself, and arrays that a loop indexes then live in memory.
#define LERL_UNROLL _Pragma("GCC unroll 16")

LERL_INLINE Lanes LoadLanes(const float* from) {
  Lanes lanes;
  std::memcpy(&lanes, from, sizeof(lanes));
  return lanes;
}

LERL_INLINE void StoreLanes(float* to, const Lanes& lanes) {
  std::memcpy(to, &lanes, sizeof(lanes));
}

// `value` in every lane. Adding to zeros would take an addition that the compiler must keep for the
// sake of -0; taking zeros away leaves a load into all lanes.
LERL_INLINE Lanes Broadcast(float value) { return value - Lanes{}; }

// sum + a b, with one rounding where the processor can do that. A kernel that promises the same
// bytes for a row wherever it stands must use this function and be compiled with -ffp-contract=off:
// left to itself, the compiler contracts one copy of a loop and not another.
LERL_INLINE Lanes MultiplyAdd(const Lanes& a, const Lanes& b, const Lanes& sum) {
#if defined(__AVX512F__)
  return reinterpret_cast<Lanes>(_mm512_fmadd_ps(
      reinterpret_cast<__m512>(a), reinterpret_cast<__m512>(b), reinterpret_cast<__m512>(sum)));
#elif defined(__FMA__)
  return reinterpret_cast<Lanes>(_mm256_fmadd_ps(
      reinterpret_cast<__m256>(a), reinterpret_cast<__m256>(b), reinterpret_cast<__m256>(sum)));
#else
  return a * b + sum;
#endif
}

LERL_INLINE Lanes SqrtLanes(const Lanes& x) {
#if defined(__AVX512F__)
  return reinterpret_cast<Lanes>(_mm512_maskz_sqrt_ps(0xffff, reinterpret_cast<__m512>(x)));
#elif defined(__AVX__)
  return reinterpret_cast<Lanes>(_mm256_sqrt_ps(reinterpret_cast<__m256>(x)));
#else
  Lanes root;
  for (int i = 0; i < kLanes; ++i) root[i] = __builtin_sqrtf(x[i]);
  return root;
#endif
}

// The sum over the lanes, in a fixed order.
LERL_INLINE float SumLanes(const Lanes& lanes) {
  Lanes partial = lanes;
  LERL_UNROLL for (int half = kLanes / 2; half > 0; half /= 2)
      LERL_UNROLL for (int i = 0; i < half; ++i) partial[i] += partial[i + half];
  return partial[0];
}

LERL_INLINE float MaxLanes(const Lanes& lanes) {
  float largest = lanes[0];
  LERL_UNROLL for (int i = 1; i < kLanes; ++i) largest = lanes[i] > largest ? lanes[i] : largest;
  return largest;
}

// e^x with a relative error below 2e-7: x = n ln 2 + r, and e^x = 2^n e^r with the polynomial of
// Cephes for e^r. The result is 0 for inputs below -87, and e^88 for inputs above 88.
LERL_INLINE Lanes ExpLanes(const Lanes& input) {
  const Lanes zero = {};
  Lanes x = input > 88.0f ? zero + 88.0f : input;
  x = x < -87.0f ? zero - 87.0f : x;
  const Lanes scaled = x * 1.44269504088896341f;
  const Lanes shifted = scaled + 12582912.0f;  // adding 1.5 * 2^23 rounds to the nearest integer
  const Lanes n = shifted - 12582912.0f;
  const Lanes r = MultiplyAdd(n, zero + 2.12194440e-4f, MultiplyAdd(n, zero - 0.693359375f, x));
  Lanes y = MultiplyAdd(r, zero + 1.9875691500e-4f, zero + 1.3981999507e-3f);
  y = MultiplyAdd(y, r, zero + 8.3334519073e-3f);
  y = MultiplyAdd(y, r, zero + 4.1665795894e-2f);
  y = MultiplyAdd(y, r, zero + 1.6666665459e-1f);
  y = MultiplyAdd(y, r, zero + 5.0000001201e-1f);
  y = MultiplyAdd(y * r, r, r + 1.0f);
  const IntLanes power = (__builtin_convertvector(n, IntLanes) + 127) << 23;
  Lanes scale;
  std::memcpy(&scale, &power, sizeof(scale));
  return input < -87.0f ? zero : y * scale;
}

}  // namespace lerl
