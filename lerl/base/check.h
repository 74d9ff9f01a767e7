#pragma once
// LERL_CHECK*: conditions that only a bug can break. They stay on in release builds. A failed check
// throws CheckFailure with file, line and expression, and in the comparing forms with both values.

#include <sstream>
#include <stdexcept>
#include <string>

namespace lerl {

class CheckFailure : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

[[noreturn]] inline void FailCheck(const char* file, int line, const std::string& what) {
  throw CheckFailure(std::string(file) + ":" + std::to_string(line) + ": check failed: " + what);
}

template <typename A, typename B>
[[noreturn]] void FailCompare(const char* file, int line, const char* expression, const A& a,
                              const B& b) {
  std::ostringstream out;
  out << expression << " (" << a << " vs " << b << ")";
  FailCheck(file, line, out.str());
}

}  // namespace lerl

#define LERL_CHECK(condition)                                            \
  do {                                                                   \
    if (!(condition)) ::lerl::FailCheck(__FILE__, __LINE__, #condition); \
  } while (false)

#define LERL_CHECK_OP(a, op, b)                                                   \
  do {                                                                            \
    const auto& lerl_a = (a);                                                     \
    const auto& lerl_b = (b);                                                     \
    if (!(lerl_a op lerl_b))                                                      \
      ::lerl::FailCompare(__FILE__, __LINE__, #a " " #op " " #b, lerl_a, lerl_b); \
  } while (false)

#define LERL_CHECK_EQ(a, b) LERL_CHECK_OP(a, ==, b)
#define LERL_CHECK_LT(a, b) LERL_CHECK_OP(a, <, b)
#define LERL_CHECK_LE(a, b) LERL_CHECK_OP(a, <=, b)
#define LERL_CHECK_GT(a, b) LERL_CHECK_OP(a, >, b)
#define LERL_CHECK_GE(a, b) LERL_CHECK_OP(a, >=, b)
