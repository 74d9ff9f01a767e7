# Turns the file INPUT into OUTPUT, a .cc that defines lerl::VARIABLE (a std::string_view) with its bytes.

if(INPUT MATCHES "\\.gguf$")  # megabytes of no text: the assembler takes them as they are
  file(WRITE ${OUTPUT} "// Made by cmake/EmbedOne.cmake.
#include <string_view>

asm(R\"(.pushsection .rodata
.balign 64
lerl_${VARIABLE}_begin:
.incbin \"${INPUT}\"
lerl_${VARIABLE}_end:
.popsection)\");
extern \"C\" {
[[gnu::visibility(\"hidden\")]] extern const char lerl_${VARIABLE}_begin[], lerl_${VARIABLE}_end[];
}

namespace lerl {
extern const std::string_view ${VARIABLE};
const std::string_view ${VARIABLE}(lerl_${VARIABLE}_begin, lerl_${VARIABLE}_end);
}  // namespace lerl
")
  return()
endif()

file(READ ${INPUT} text)
file(SIZE ${INPUT} bytes)
string(FIND "${text}" ")LERL_EMBED\"" clash)
if(NOT clash EQUAL -1)
  message(FATAL_ERROR "${INPUT} holds the text that ends an embedded file")
endif()
file(WRITE ${OUTPUT} "// Made by cmake/EmbedOne.cmake.
#include <string_view>

namespace lerl {
using namespace std::string_view_literals;
extern const std::string_view ${VARIABLE};
constexpr std::string_view kText = R\"LERL_EMBED(${text})LERL_EMBED\"sv;
static_assert(kText.size() == ${bytes}, \"a byte was lost\");
const std::string_view ${VARIABLE} = kText;
}  // namespace lerl
")
