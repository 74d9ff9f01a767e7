# Tests that cross folders. Each of tests/cli runs the built program.
if(NOT LERL_TESTS)
  return()
endif()

foreach(name help own_csv bad_input bad_folder resume)
  add_test(NAME cli.${name} COMMAND ${LERL_PYTHON} -B ${PROJECT_SOURCE_DIR}/tests/cli/test_${name}.py
           $<TARGET_FILE:lerl>)
  set_tests_properties(cli.${name} PROPERTIES LABELS cli TIMEOUT 900)
endforeach()
