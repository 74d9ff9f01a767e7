# Tests that cross folders. Each of tests/cli runs the built program.
if(NOT LERL_TESTS)
  return()
endif()

foreach(name help own_csv shop_events recommend data_guess bad_input bad_folder resume tune endpoint plan_export
        recipes report_export held_out audit plan_prompt plan_wish tune_model work serve openapi learn scale_out
        service_faults service_upkeep teacher_pool ranks beyond_memory ope_log sim_audit study)
  add_test(NAME cli.${name} COMMAND ${LERL_PYTHON} -B ${PROJECT_SOURCE_DIR}/tests/cli/test_${name}.py
           $<TARGET_FILE:lerl>)
  set_tests_properties(cli.${name} PROPERTIES LABELS cli TIMEOUT 900)
endforeach()

# What a service is installed by: the unit of systemd, the container, the settings.
add_test(NAME deploy.files COMMAND ${LERL_PYTHON} -B ${PROJECT_SOURCE_DIR}/tests/deploy/test_deploy.py
         $<TARGET_FILE:lerl>)
set_tests_properties(deploy.files PROPERTIES LABELS cli TIMEOUT 900)

# The Python package, with the module that the preset `python` builds.
execute_process(COMMAND bash ${PROJECT_SOURCE_DIR}/tools/cache.sh python OUTPUT_VARIABLE python_packages
                OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
foreach(name envs package notebook)
  add_test(NAME python.${name} COMMAND ${LERL_PYTHON} -B ${PROJECT_SOURCE_DIR}/tests/python/test_${name}.py
           ${PROJECT_SOURCE_DIR}/build/python $<TARGET_FILE:lerl>)
  set_tests_properties(python.${name} PROPERTIES LABELS python TIMEOUT 900
                       ENVIRONMENT PYTHONPATH=${python_packages})
endforeach()

# It writes its logs by Polars.
set_tests_properties(cli.beyond_memory PROPERTIES ENVIRONMENT PYTHONPATH=${python_packages})

# What `make test` leaves out (the label slow): the same with more of it.
add_test(NAME slow.kills COMMAND ${LERL_PYTHON} -B ${PROJECT_SOURCE_DIR}/tests/cli/test_serve.py $<TARGET_FILE:lerl>
         Serve.test_nothing_that_was_acknowledged_is_lost_when_the_process_is_killed)
add_test(NAME slow.scale_out COMMAND ${LERL_PYTHON} -B ${PROJECT_SOURCE_DIR}/tests/cli/test_scale_out.py
         $<TARGET_FILE:lerl>)
add_test(NAME slow.ranks COMMAND ${LERL_PYTHON} -B ${PROJECT_SOURCE_DIR}/tests/cli/test_ranks.py
         $<TARGET_FILE:lerl>)
add_test(NAME slow.openapi COMMAND ${LERL_PYTHON} -B ${PROJECT_SOURCE_DIR}/tests/cli/test_openapi.py
         $<TARGET_FILE:lerl>)
# Two real llama-servers, one of them killed under load.
add_test(NAME slow.teacher_pool COMMAND ${LERL_PYTHON} -B ${PROJECT_SOURCE_DIR}/tests/cli/test_teacher_pool.py
         $<TARGET_FILE:lerl>)
set_tests_properties(slow.teacher_pool PROPERTIES ENVIRONMENT LERL_LLAMA_SERVER=${LERL_LLAMA_SERVER})
add_test(NAME slow.python_clients COMMAND ${LERL_PYTHON} -B ${PROJECT_SOURCE_DIR}/tests/python/test_clients.py
         ${PROJECT_SOURCE_DIR}/build/python $<TARGET_FILE:lerl>)
execute_process(COMMAND bash ${PROJECT_SOURCE_DIR}/tools/cache.sh clients OUTPUT_VARIABLE client_packages
                OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
set_tests_properties(slow.python_clients PROPERTIES LABELS slow TIMEOUT 3600
                     ENVIRONMENT PYTHONPATH=${python_packages}:${client_packages})
add_test(NAME slow.recipes COMMAND ${LERL_PYTHON} -B ${PROJECT_SOURCE_DIR}/tests/cli/test_recipes.py $<TARGET_FILE:lerl>)
set_tests_properties(slow.recipes PROPERTIES LABELS slow TIMEOUT 3600
                     ENVIRONMENT PYTHONPATH=${python_packages}:${client_packages})
# 100 million interactions, some 12 GB of disk.
add_test(NAME slow.beyond_memory COMMAND ${LERL_PYTHON} -B ${PROJECT_SOURCE_DIR}/tests/cli/test_beyond_memory.py
         $<TARGET_FILE:lerl> BeyondMemory.test_a_large_log_is_prepared_and_trained_on)
set_tests_properties(slow.beyond_memory PROPERTIES LABELS slow TIMEOUT 7200
                     ENVIRONMENT "PYTHONPATH=${python_packages};LERL_ROWS=100000000")
set_tests_properties(slow.kills PROPERTIES ENVIRONMENT LERL_KILLS=100)
set_tests_properties(slow.scale_out PROPERTIES ENVIRONMENT LERL_KILLS=30)
set_tests_properties(slow.ranks PROPERTIES ENVIRONMENT LERL_RANKS=4)
set_tests_properties(slow.openapi PROPERTIES ENVIRONMENT LERL_API_EXAMPLES=300)
set_tests_properties(slow.kills slow.scale_out slow.ranks slow.openapi slow.teacher_pool PROPERTIES LABELS slow TIMEOUT 3600)

# Workers on a Ray cluster of two nodes, real processes of this machine.
execute_process(COMMAND bash ${PROJECT_SOURCE_DIR}/tools/cache.sh ray OUTPUT_VARIABLE ray_packages
                OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
add_test(NAME slow.ray COMMAND ${LERL_PYTHON} -B ${PROJECT_SOURCE_DIR}/tests/cluster/test_ray.py $<TARGET_FILE:lerl>)
set_tests_properties(slow.ray PROPERTIES LABELS slow TIMEOUT 3600 ENVIRONMENT PYTHONPATH=${ray_packages})

# The service's pages in a real browser; what they look like lies in build/screenshots afterwards.
add_test(NAME browser.service_pages COMMAND ${LERL_PYTHON} -B
         ${PROJECT_SOURCE_DIR}/tests/browser/test_service_pages.py $<TARGET_FILE:lerl>
         ${PROJECT_SOURCE_DIR}/build/screenshots)
set_tests_properties(browser.service_pages PROPERTIES LABELS browser TIMEOUT 900)

# Readable playthroughs, one per registered agent, planner and data set.
add_executable(playthrough tests/playthrough/playthrough.cc)
target_link_libraries(playthrough PRIVATE lerl_train GTest::gtest)
if(TARGET lerl_parquet_program)
  add_dependencies(playthrough lerl_parquet_program)  # which runs it
endif()
add_test(NAME goldens.playthroughs COMMAND ${LERL_PYTHON} -B ${PROJECT_SOURCE_DIR}/tools/goldens check
         --program $<TARGET_FILE:playthrough>)
set_tests_properties(goldens.playthroughs PROPERTIES LABELS goldens)

# Numerics against an independent implementation.
add_executable(learning_numbers tests/numerics/learning_numbers.cc)
target_link_libraries(learning_numbers PRIVATE lerl_agents)
lerl_compile_as(learning_numbers torch)
add_test(NAME numerics.learning COMMAND ${LERL_PYTHON}
         ${PROJECT_SOURCE_DIR}/tests/numerics/check_learning.py $<TARGET_FILE:learning_numbers>)

# Examples, each with the output that it must print.
foreach(name 01_load_and_describe 02_play_a_session)
  add_executable(example_${name} examples/${name}.cc)
  target_link_libraries(example_${name} PRIVATE lerl_train)
  add_test(NAME examples.${name} COMMAND ${LERL_PYTHON}
           ${PROJECT_SOURCE_DIR}/tests/examples/check_example.py ${name}
           $<TARGET_FILE:example_${name}>)
endforeach()
foreach(name 03_train_ppo_small 04_own_csv 05_figure 06_service)
  add_test(NAME examples.${name} COMMAND ${LERL_PYTHON}
           ${PROJECT_SOURCE_DIR}/tests/examples/check_example.py ${name}
           bash ${PROJECT_SOURCE_DIR}/examples/${name}.sh $<TARGET_FILE:lerl>)
endforeach()
set_tests_properties(examples.01_load_and_describe examples.02_play_a_session
                     examples.03_train_ppo_small examples.04_own_csv examples.05_figure
                     examples.06_service PROPERTIES LABELS examples)

# A planner and an agent from outside of the tree, through a whole study.
add_subdirectory(${PROJECT_SOURCE_DIR}/examples/09_own_method examples/09_own_method)
add_test(NAME examples.09_own_method COMMAND ${LERL_PYTHON} -B
         ${PROJECT_SOURCE_DIR}/tests/examples/test_own_method.py $<TARGET_FILE:own_lerl>)
set_tests_properties(examples.09_own_method PROPERTIES LABELS examples TIMEOUT 1800)

# The documents against the program.
add_test(NAME docs.pages COMMAND ${LERL_PYTHON} -B ${PROJECT_SOURCE_DIR}/tests/docs/test_docs.py
         $<TARGET_FILE:lerl>)
add_test(NAME docs.published COMMAND ${LERL_PYTHON} -B ${PROJECT_SOURCE_DIR}/tests/docs/test_published.py)
set_tests_properties(docs.pages docs.published PROPERTIES LABELS docs)
