# The folders from the bottom up: a folder includes only folders above it here.
include(EmbedFiles)
lerl_library(base
  UNITS cache_file config config_text error field_visitor file halton hash log memory parallel progress rng tensor_file version
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
  UNITS banded_attention incremental_transformer layer_norm matrix_factorisation mf_arrays
        ridge row_matmul tile_matmul transformer_cache transformer_pass
  TORCH_UNITS adam causal_transformer mean_over mlp torch_arrays
  HEADERS nn_testing simd
  DEPS base data
  LIBS PkgConfig::OPENBLAS)
# Units whose results must not depend on which copy of a loop computes them (nn/simd.h).
foreach(unit banded_attention incremental_transformer layer_norm tile_matmul transformer_pass)
  set_source_files_properties(${PROJECT_SOURCE_DIR}/lerl/nn/${unit}.cc PROPERTIES
                              COMPILE_OPTIONS -ffp-contract=off)
endforeach()
lerl_library(llm
  UNITS chat_api endpoint_client endpoint_pool http_transfer labels llama_cpp_backend llama_log
        llama_model lora_adapter model_file name_scores openai_backend quantise retry scripted_backend
        secret spending stub_endpoint
  HEADERS backend endpoint_config llm_testing token_batch
  DEPS base
  LIBS lerl_llama PkgConfig::CURL)
if(LERL_TESTS)
  target_compile_definitions(llm_test PRIVATE LERL_LLAMA_SERVER="${LERL_LLAMA_SERVER}")
endif()
lerl_library(sim
  UNITS cross_session_env env evolving_env evolving_state evolving_table evolving_users
        item_vectors
        leave_rules matrix_env matrix_truth mf_response oracle_table reorder response_metrics
        response_report response_store return_calibration return_law session_env session_log tasks transformer_response
  TORCH_UNITS transformer_training
  HEADERS env_config matrix_testing response_config response_model session_testing sim_testing
  DEPS base data nn)
lerl_library(agents
  UNITS agent behaviour_entropy control_agents epsilon_greedy exploration exposure gae
        imagined_sessions item_factors item_groups item_statistics known_world linear_bandit
        linucb mmr registry search_space session_replay session_tokens slate_selector
        training_rows
  TORCH_UNITS a2c actor_critic advantages cirs ddpg deterministic_actor dnair dorl double_q dqn
              exposure_model factor_model hac her4if item_values model_based_agent policy_head
              policy_loss ppo ppo_loss reinforce replay_learner sac4ir session_batch
              session_learner state_encoder td3 world_ensemble
  HEADERS a2c_learner agent_context agents_testing exposure_testing learner_config
          model_based_config overexposure_testing popularity_testing ppo_learner replay_config
          stats_testing
  DEPS base data nn sim)
lerl_library(planner
  UNITS agreement category_features category_returns category_values critic fallback_planner
        fatigue_aware_planner label label_choice learned_planner least_recent_planner llm_grounded_planner llm_planner
        make_backend none_planner oracle_planner own_history_planner plan_cache plan_parser plan_policy
        plan_snapshot popularity_planner prior_weight profile_scores prompt random_planner
        random_unseen_planner ranking reflection_pool registry round_robin_planner
        session_state short_term_planner state_text student_features student_network
        student_planner teacher user_profiles weight_slope
  HEADERS planner planner_config planner_testing planner_world_testing student_config
  DEPS base data nn llm)
# Whose golden must not depend on whether the processor multiplies and adds in one step.
set_source_files_properties(${PROJECT_SOURCE_DIR}/lerl/planner/student_network.cc PROPERTIES
                            COMPILE_OPTIONS -ffp-contract=off)
lerl_embed_files(lerl_planner lerl/planner/prompt_files.h
  prompts/plan_system.txt prompts/plan_scores.txt prompts/plan_list.txt
  prompts/reflect_system.txt prompts/reflect.txt)
lerl_library(train
  UNITS factor_store held_out hindsight player run_config run_folder trainer tuning world
  HEADERS train_testing
  DEPS base data sim agents planner)
lerl_library(eval
  UNITS audit_table category_entropy category_repeats closed_loop_audit closed_loop_bars
        closed_loop_cell closed_loop_table cold_start comparison comparison_report coverage
        evaluation evaluator exposure_gini filter_bubble interest_coverage interest_narrowing
        intra_list_diversity latent_found majority_dominance ndcg novelty plan_alignment
        planner_audit planner_practice play_file registry regret report report_input return_days
        saturation scripted_truth session_length session_return slate_categories statistics table
  HEADERS closed_loop_testing eval_testing metric report_testing
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
  UNITS bench child generated_data learning_bench machine session_check train_setup
  SOURCES all_bench data_bench endpoint_bench env_bench matrix_env_bench memory_bench planner_bench
          response_bench start_bench student_bench train_bench
  DEPS base data sim planner train eval
  LIBS PkgConfig::OPENBLAS)

file(GLOB command_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/lerl/cli/*.cc)
add_executable(lerl ${command_sources})
target_link_libraries(lerl PRIVATE lerl_eval lerl_bench CLI11::CLI11)
