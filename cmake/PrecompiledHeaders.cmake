# Headers that are compiled once for all sources of a kind: sources of each kind have the same options,
# as g++ asks for. Sources still include what they use (the preset `tidy` is without these).
#
#   lerl_torch_pch   what reaches libtorch
#   lerl_plain_pch   the other sources
#   lerl_cold_pch    those that are compiled by LERL_COLD_CODE
#   lerl_test_pch    plain tests

# How commands, cold libraries and plain tests are compiled in a release: what they call computes,
# they don't, and -O1 takes a third less time than -O2.
set(LERL_COLD_CODE $<$<CONFIG:Release>:-O1>)

set(common_headers <algorithm> <array> <atomic> <chrono> <cmath> <condition_variable> <cstdint>
    <filesystem> <functional> <map> <memory> <mutex> <optional> <set> <span> <string> <thread>
    <unordered_map> <utility> <vector> <nlohmann/json.hpp>)

file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/empty.cc CONTENT "")  # untouched when it is there
function(lerl_precompiled name)
  add_library(${name} OBJECT ${PROJECT_BINARY_DIR}/empty.cc)
  target_link_libraries(${name} PUBLIC lerl_options)
  target_compile_options(${name} PRIVATE -fpch-preprocess)
endfunction()

lerl_precompiled(lerl_torch_pch)
target_link_libraries(lerl_torch_pch PUBLIC lerl_torch)
target_compile_options(lerl_torch_pch PRIVATE ${LERL_COLD_CODE})
target_precompile_headers(lerl_torch_pch PRIVATE ${PROJECT_SOURCE_DIR}/lerl/nn/torch.h)

lerl_precompiled(lerl_plain_pch)
target_precompile_headers(lerl_plain_pch PRIVATE ${common_headers})

lerl_precompiled(lerl_cold_pch)
target_compile_options(lerl_cold_pch PRIVATE ${LERL_COLD_CODE})
target_precompile_headers(lerl_cold_pch PRIVATE ${common_headers})

if(LERL_TESTS)
  lerl_precompiled(lerl_test_pch)
  target_link_libraries(lerl_test_pch PUBLIC GTest::gmock)
  target_compile_options(lerl_test_pch PRIVATE ${LERL_COLD_CODE})
  target_precompile_headers(lerl_test_pch PRIVATE ${common_headers} <gmock/gmock.h> <gtest/gtest.h>)
endif()
