# The folders from the bottom up: a folder includes only folders above it here.
include(EmbedFiles)
lerl_library(base
  UNITS config config_text error field_visitor file hash log parallel progress rng tensor_file version
  HEADERS check
  LIBS PkgConfig::XXHASH)
target_include_directories(lerl_base PRIVATE ${PROJECT_BINARY_DIR}/generated)
add_dependencies(lerl_base lerl_commit)
lerl_library(data
  UNITS builder coat_like csv dataset fetch info kuairand kuairec matrix matrix_dataset movielens
        registry split store synthetic table
  HEADERS column data_testing options
  DEPS base)
lerl_library(nn
  UNITS incremental_transformer matrix_factorisation row_matmul transformer_cache
  TORCH_UNITS causal_transformer torch_arrays
  HEADERS nn_testing simd
  DEPS base data
  LIBS PkgConfig::OPENBLAS)
lerl_library(llm
  UNITS chat_api endpoint_client endpoint_pool http_transfer labels llama_cpp_backend llama_log
        llama_model lora_adapter model_file openai_backend quantise retry scripted_backend spending stub_endpoint
  HEADERS backend endpoint_config llm_testing
  DEPS base
  LIBS lerl_llama PkgConfig::CURL)
if(LERL_TESTS)
  target_compile_definitions(llm_test PRIVATE LERL_LLAMA_SERVER="${LERL_LLAMA_SERVER}")
endif()
lerl_library(sim
  UNITS cross_session_env env evolving_env evolving_state evolving_table evolving_users
        item_vectors
        leave_rules matrix_env matrix_truth mf_response oracle_table reorder response_metrics
        response_report response_store return_law session_env session_log tasks transformer_response
  TORCH_UNITS transformer_training
  HEADERS env_config matrix_testing response_config response_model sim_testing
  DEPS base data nn)
lerl_library(agents
  UNITS agent control_agents exploration gae item_factors registry session_replay session_tokens
        slate_selector
  TORCH_UNITS a2c actor_critic ddpg deterministic_actor dqn policy_head policy_loss ppo ppo_loss
              reinforce session_batch session_learner state_encoder td3
  HEADERS agent_context agents_testing learner_config replay_config
  DEPS base data nn sim)
lerl_library(planner
  UNITS critic fallback_planner fatigue_aware_planner llm_planner make_backend none_planner oracle_planner plan_cache plan_parser
        plan_policy prompt random_planner ranking reflection_pool registry round_robin_planner
        short_term_planner state_text
  HEADERS planner planner_config planner_testing
  DEPS base data nn llm)
lerl_embed_files(lerl_planner lerl/planner/prompt_files.h
  prompts/plan_system.txt prompts/plan_scores.txt prompts/plan_list.txt
  prompts/reflect_system.txt prompts/reflect.txt)
lerl_library(train
  UNITS held_out hindsight player run_config run_folder trainer world
  HEADERS train_testing
  DEPS base data sim agents planner)
lerl_library(eval
  UNITS category_entropy category_repeats comparison comparison_report coverage evaluation evaluator
        exposure_gini filter_bubble interest_coverage interest_narrowing intra_list_diversity
        latent_found majority_dominance novelty plan_alignment play_file registry regret report
        report_input return_days saturation session_length session_return slate_categories
        statistics table
  HEADERS eval_testing metric report_testing
  DEPS base data sim train)
lerl_embed_files(lerl_eval lerl/eval/report_files.h
  lerl/eval/report_page/page.html lerl/eval/report_page/report.css lerl/eval/report_page/charts.js
  lerl/eval/report_page/report.js
  third_party/d3/d3.min.js third_party/observable-plot/plot.umd.min.js)
if(LERL_TESTS)
  add_executable(statistics_numbers tests/numerics/statistics_numbers.cc)
  target_link_libraries(statistics_numbers PRIVATE lerl_eval)
  add_test(NAME numerics.statistics COMMAND ${LERL_PYTHON}
           ${PROJECT_SOURCE_DIR}/tests/numerics/check_statistics.py
           $<TARGET_FILE:statistics_numbers>)
endif()
lerl_library(bench
  UNITS bench
  SOURCES data_bench endpoint_bench env_bench matrix_env_bench planner_bench train_bench
  DEPS base data sim planner train)

file(GLOB command_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/lerl/cli/*.cc)
add_executable(lerl ${command_sources})
target_link_libraries(lerl PRIVATE lerl_eval lerl_bench CLI11::CLI11)
