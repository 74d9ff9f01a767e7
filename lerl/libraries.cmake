# The folders from the bottom up: a folder includes only folders above it here.
include(EmbedFiles)
lerl_library(base COLD LIBS PkgConfig::XXHASH)
target_include_directories(lerl_base PRIVATE ${PROJECT_BINARY_DIR}/generated)
add_dependencies(lerl_base lerl_commit)
if(LERL_TESTS)
  add_library(lerl_test_main STATIC lerl/testing/main.cc)
  target_link_libraries(lerl_test_main PUBLIC lerl_base GTest::gmock)
endif()

lerl_library(cells COLD
  ORDER cell_ledger memory_cells worker study_run
  DEPS base)

lerl_library(http COLD
  DEPS base
  LIBS Boost::headers PkgConfig::CRYPTO)
if(LERL_SANITIZE MATCHES thread)  # which knows nothing of fences
  target_compile_definitions(lerl_http PUBLIC BOOST_ASIO_DISABLE_FENCED_BLOCK)
endif()
if(TARGET http_test)
  target_link_libraries(http_test PRIVATE PkgConfig::CURL)  # a client of the server under test
endif()

lerl_library(data COLD
  ORDER column growing_column options dataset split new_items training_rows prices encoding line_text parquet_rows source_text json_text
        category_text time_text id_match table bad_rows row_sorter builder log_rows store matrix sources guess
  DEPS base
  LIBS PkgConfig::ZLIB)

lerl_library(events COLD
  ORDER item_record event_store record_checks record_json sql migrations sql_shadows sql_records
        default_answers decision_rows sql_items sql_store group_commit connection_pool store_config
        store_url sqlite_connection sqlite_log postgres_connection sqlite_file sqlite_backup
        sqlite_store postgres_store make_event_store export
  DEPS base
  LIBS SQLiteCpp PkgConfig::PQXX
  TESTING postgres_server)

lerl_library(sql_cells COLD
  DEPS base cells events
  TESTING postgres_server)

lerl_library(wishes COLD
  ORDER bank phrasings wish_text wish_clauses wish_writer named_titles
  DEPS base data)
lerl_embed_files(lerl_wishes lerl/wishes/bank/phrasings_file.h lerl/wishes/bank/phrasings.txt)

lerl_library(nn
  DEPS base data
  LIBS PkgConfig::OPENBLAS)

lerl_library(llm COLD
  ORDER backend text_embedder labels answer_text endpoint llama
  DEPS base
  LIBS lerl_llama PkgConfig::CURL)
lerl_embed_files(lerl_llm lerl/llm/llama/adapter_files.h adapters/ml-100k.gguf)
if(LERL_TESTS)
  target_compile_definitions(llm_test PRIVATE LERL_LLAMA_SERVER="${LERL_LLAMA_SERVER}")
endif()

lerl_library(sim
  ORDER env_config session_log env item_vectors rules response slot_env evolving matrix
  DEPS base data wishes nn
  TESTING env_settings)

lerl_library(agents
  ORDER agent slate_selector agent_turn items agent_context learning user_models playing
  DEPS base data nn sim
  TESTING agent_settings known_world)

lerl_library(planner COLD
  ORDER planner ranking state_text session_state student_config planner_config planner_context
        profiles rules learned llm wishes student
  DEPS base data wishes nn llm
  TESTING planner_settings)
lerl_embed_files(lerl_planner lerl/planner/llm/prompt_files.h
  prompts/plan_system.txt prompts/plan_letters.txt prompts/plan_list.txt
  prompts/names_categories.txt prompts/names_films.txt
  prompts/reflect_system.txt prompts/reflect.txt
  prompts/wish_names.txt)

lerl_library(train COLD DEPS base cells data nn sim agents planner TESTING lying_env)

lerl_library(eval COLD
  ORDER metrics quantiles statistics interval_json off_policy significance run_scores ledger evaluation claims play_file
        evaluator comparison_config tables audit sim_audit report
  DEPS base cells data sim train
  TESTING written_report)
lerl_embed_files(lerl_eval lerl/eval/report/report_files.h
  lerl/eval/report/page/page.html lerl/eval/report/page/report.css
  lerl/eval/report/page/charts.js lerl/eval/report/page/report.js
  third_party/d3/d3.min.js third_party/observable-plot/plot.umd.min.js)
if(LERL_TESTS)
  add_executable(statistics_numbers tests/numerics/statistics_numbers.cc)
  target_link_libraries(statistics_numbers PRIVATE lerl_eval)
  add_test(NAME numerics.statistics COMMAND ${LERL_PYTHON}
           ${PROJECT_SOURCE_DIR}/tests/numerics/check_statistics.py
           $<TARGET_FILE:statistics_numbers>)
endif()

lerl_library(study COLD
  ORDER study_config study_design study_plan study_power claim_tests rank_intervals study_analysis
        study_outcome study_text study_latex study_page study_files study
  DEPS base cells data sim planner train eval)

lerl_library(python
  ORDER observation_memory session_features shared_planner batch_env callback_agent
  DEPS base data nn sim agents planner train eval)
if(LERL_PYTHON_MODULE)
  return()  # the module has nothing of what follows
endif()

lerl_library(lm_tuning
  ORDER llama_file lora_file tuned_llama model_tuner tuning_examples wish_examples return_rounds
  DEPS base data nn llm sim agents planner train)

lerl_library(serve COLD
  ORDER refusal time_format split_sessions user_means experiment slate_draw guest title_index
        new_item_draw new_items catalog item_desk open_session past_sessions live_slots
        deadline_planner served_run served_policy policy_worker plan_reason default_answer
        shadow_policies apprentice product_slate session_cache recommender_config session_upkeep
        recommender judged_events memory_ceiling service_config api page
  DEPS base http data events sim agents planner train eval)
lerl_embed_files(lerl_serve lerl/serve/api/openapi_file.h lerl/serve/api/openapi.json)
lerl_embed_files(lerl_serve lerl/serve/page/page_files.h
  lerl/serve/page/dashboard.html lerl/serve/page/try.html lerl/serve/page/icon.svg
  lerl/serve/page/base.css lerl/serve/page/dashboard.css lerl/serve/page/try.css
  lerl/serve/page/api.js lerl/serve/page/dom.js lerl/serve/page/events.js
  lerl/serve/page/apprentice.js lerl/serve/page/dashboard.js lerl/serve/page/experiment.js lerl/serve/page/figures.js
  lerl/serve/page/sessions.js lerl/serve/page/try.js lerl/serve/page/player.js
  lerl/serve/page/plan_view.js)

lerl_library(learn COLD
  ORDER learn_config held_out_gain stored_slates fine_tune learned_run
  DEPS base data nn events sim agents train eval serve)

lerl_library(bench
  DEPS base cells http data events sql_cells lm_tuning sim planner train eval
  LIBS PkgConfig::OPENBLAS)
lerl_embed_files(lerl_bench lerl/bench/service_load_file.h lerl/bench/service_load.lua)

# The commands, and the program of them. A program of one's own has the same commands, and beside
# them sources that add planners and agents (PlannerAdded, AgentAdded): lerl_program(NAME SOURCES...).
file(GLOB command_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/lerl/cli/*.cc)
list(REMOVE_ITEM command_sources ${PROJECT_SOURCE_DIR}/lerl/cli/main.cc)
add_library(lerl_commands STATIC ${command_sources})
target_link_libraries(lerl_commands PUBLIC lerl_eval lerl_study lerl_lm_tuning lerl_sql_cells lerl_serve lerl_learn
                                           CLI11::CLI11)
lerl_compile_as(lerl_commands cold)
lerl_embed_files(lerl_commands lerl/cli/ray_files.h lerl/cli/ray_launcher.py)
# What is compiled last is cut into smaller parts, so that all cores end together.
set_target_properties(lerl_commands PROPERTIES UNITY_BUILD ${LERL_UNITY} UNITY_BUILD_BATCH_SIZE 6)

function(lerl_program name)
  add_executable(${name} ${PROJECT_SOURCE_DIR}/lerl/cli/main.cc ${ARGN})
  target_link_libraries(${name} PRIVATE lerl_commands)
  target_compile_options(${name} PRIVATE ${LERL_COLD_CODE})
endfunction()
lerl_program(lerl)
if(LERL_OWN)
  add_subdirectory(${LERL_OWN} own)
endif()

# The benchmarks, which `lerl bench` runs.
add_executable(lerl_bench_program lerl/cli/bench/main.cc lerl/cli/program.cc)
target_link_libraries(lerl_bench_program PRIVATE lerl_bench CLI11::CLI11)
target_compile_options(lerl_bench_program PRIVATE ${LERL_COLD_CODE})
set_target_properties(lerl_bench_program PROPERTIES OUTPUT_NAME lerl-bench)

# The reader and writer of Parquet, which `lerl` runs; it stands on no library of ours.
if(LERL_ARROW_FOUND)
  add_executable(lerl_parquet_program lerl/cli/parquet/main.cc lerl/cli/parquet/write_table.cc)
  target_include_directories(lerl_parquet_program PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(lerl_parquet_program PRIVATE lerl_arrow nlohmann_json::nlohmann_json)
  target_compile_options(lerl_parquet_program PRIVATE ${LERL_COLD_CODE})
  set_target_properties(lerl_parquet_program PROPERTIES OUTPUT_NAME lerl-parquet)
  if(TARGET data_test)
    add_dependencies(data_test lerl_parquet_program)  # which runs it
  endif()
endif()
