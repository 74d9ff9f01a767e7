# Headers that are compiled once for all sources of a kind: sources of each kind have the same options,
# as g++ asks for. Sources still include what they use (the preset `tidy` is without these).
#
#   lerl_torch_pch   what reaches libtorch
#   lerl_plain_pch   the other sources
#   lerl_cold_pch    those that drive others and compute little themselves
#   lerl_test_pch    plain tests

# How all but plain sources are compiled in a release: what they call computes, they don't, and -O1 takes
# a third less time than -O2.
set(LERL_COLD_CODE $<$<CONFIG:Release>:-O1>)

set(common_headers <algorithm> <array> <atomic> <chrono> <cmath> <condition_variable> <cstdint>
    <filesystem> <functional> <map> <memory> <mutex> <optional> <set> <span> <string> <thread>
    <unordered_map> <utility> <vector> <nlohmann/json.hpp>)

function(lerl_options_of_kind target kind)
  if(NOT kind STREQUAL "plain")
    target_compile_options(${target} PRIVATE ${LERL_COLD_CODE})
  endif()
endfunction()

# lerl_compile_as(TARGET KIND): TARGET takes the shared headers of a kind, and its options.
function(lerl_compile_as target kind)
  lerl_options_of_kind(${target} ${kind})
  target_precompile_headers(${target} REUSE_FROM lerl_${kind}_pch)
endfunction()

file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/empty.cc CONTENT "")  # untouched when it is there
function(lerl_precompiled kind library)
  add_library(lerl_${kind}_pch OBJECT ${PROJECT_BINARY_DIR}/empty.cc)
  target_link_libraries(lerl_${kind}_pch PUBLIC lerl_options ${library})
  target_compile_options(lerl_${kind}_pch PRIVATE -fpch-preprocess)
  lerl_options_of_kind(lerl_${kind}_pch ${kind})
  target_precompile_headers(lerl_${kind}_pch PRIVATE ${ARGN})
endfunction()

if(TARGET lerl_torch)
  lerl_precompiled(torch lerl_torch ${PROJECT_SOURCE_DIR}/lerl/nn/torch.h)
endif()
lerl_precompiled(plain "" ${common_headers})
lerl_precompiled(cold "" ${common_headers})
if(LERL_TESTS)
  lerl_precompiled(test GTest::gmock ${common_headers} <gmock/gmock.h> <gtest/gtest.h>)
endif()
