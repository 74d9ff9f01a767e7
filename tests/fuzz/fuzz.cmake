# Fuzz targets, one for each parser of what comes from outside (the preset `fuzz`, by clang).
#
# lerl_fuzz(NAME LIBS library... SOURCES source...): the program fuzz_NAME of tests/fuzz/NAME.cc, and
# the test fuzz.NAME that runs it for LERL_FUZZ_SECONDS on the folder of its name in tests/fuzz/seeds.
# What it finds beside these is kept in the build folder, and so is the input of a fault.
#
# LIBS     libraries of ours that have the parser
# SOURCES  or its sources alone, where the library would want much else built
if(NOT LERL_FUZZ)
  return()
endif()
set(LERL_FUZZ_SECONDS 30 CACHE STRING "how long the test of a fuzz target runs")
add_custom_target(fuzz)

function(lerl_fuzz name)
  cmake_parse_arguments(ARG "" "" "LIBS;SOURCES" ${ARGN})
  list(TRANSFORM ARG_SOURCES PREPEND ${PROJECT_SOURCE_DIR}/)
  add_executable(fuzz_${name} EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/tests/fuzz/${name}.cc ${ARG_SOURCES})
  target_link_libraries(fuzz_${name} PRIVATE ${ARG_LIBS})
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  set_target_properties(fuzz_${name} PROPERTIES UNITY_BUILD ${LERL_UNITY})
  add_dependencies(fuzz fuzz_${name})

  set(found ${PROJECT_BINARY_DIR}/found/${name})
  file(MAKE_DIRECTORY ${found} ${PROJECT_BINARY_DIR}/faults)
  add_test(NAME fuzz.${name} COMMAND fuzz_${name} -max_total_time=${LERL_FUZZ_SECONDS} -timeout=10
           -max_len=4096 -print_final_stats=1 -artifact_prefix=${PROJECT_BINARY_DIR}/faults/${name}-
           ${found} ${PROJECT_SOURCE_DIR}/tests/fuzz/seeds/${name})
  math(EXPR timeout "${LERL_FUZZ_SECONDS} + 120")
  set_tests_properties(fuzz.${name} PROPERTIES LABELS slow TIMEOUT ${timeout})
endfunction()

lerl_fuzz(http_request LIBS lerl_http)
lerl_fuzz(chunked_body LIBS lerl_http)
lerl_fuzz(json_body LIBS lerl_http SOURCES lerl/data/time_text.cc lerl/serve/api/body_reader.cc
          lerl/serve/api/problems.cc lerl/serve/time_format.cc)
lerl_fuzz(event_file LIBS lerl_base SOURCES lerl/events/default_answers.cc lerl/events/export.cc
          lerl/events/record_checks.cc lerl/events/record_json.cc lerl/events/sql_records.cc
          lerl/events/sql_shadows.cc)
lerl_fuzz(tensor_file LIBS lerl_base)
lerl_fuzz(toml_config LIBS lerl_base)
lerl_fuzz(data_file LIBS lerl_data)
lerl_fuzz(ope_log LIBS lerl_data SOURCES lerl/eval/off_policy/log_fields.cc lerl/eval/off_policy/read_log.cc)
lerl_fuzz(gguf_header LIBS lerl_base lerl_llama SOURCES lerl/llm/llama/llama_log.cc
          lerl/llm/llama/model_file.cc lerl/llm/llama/quantise.cc)
lerl_fuzz(plan_answer LIBS lerl_base SOURCES lerl/llm/answer_text.cc lerl/llm/endpoint/chat_api.cc
          lerl/llm/endpoint/label_scores.cc lerl/llm/labels.cc lerl/planner/llm/plan_parser.cc)
