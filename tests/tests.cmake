# Tests that cross folders. Each of tests/cli runs the built program.
if(NOT LERL_TESTS)
  return()
endif()

foreach(name help own_csv bad_input bad_folder resume)
  add_test(NAME cli.${name} COMMAND ${LERL_PYTHON} -B ${PROJECT_SOURCE_DIR}/tests/cli/test_${name}.py
           $<TARGET_FILE:lerl>)
  set_tests_properties(cli.${name} PROPERTIES LABELS cli TIMEOUT 900)
endforeach()

# Readable playthroughs, one per registered agent, planner and data set.
add_executable(playthrough tests/playthrough/playthrough.cc)
target_link_libraries(playthrough PRIVATE lerl_train GTest::gtest)
add_test(NAME goldens.playthroughs COMMAND ${LERL_PYTHON} -B ${PROJECT_SOURCE_DIR}/tools/goldens check
         --program $<TARGET_FILE:playthrough>)
set_tests_properties(goldens.playthroughs PROPERTIES LABELS goldens)

# Numerics against an independent implementation.
add_executable(learning_numbers tests/numerics/learning_numbers.cc)
target_link_libraries(learning_numbers PRIVATE lerl_agents)
target_precompile_headers(learning_numbers REUSE_FROM lerl_torch_pch)
add_test(NAME numerics.learning COMMAND ${LERL_PYTHON}
         ${PROJECT_SOURCE_DIR}/tests/numerics/check_learning.py $<TARGET_FILE:learning_numbers>)
