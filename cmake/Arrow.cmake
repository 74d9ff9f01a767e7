# Target lerl_arrow: Apache Arrow as `tools/setup.sh arrow` has unpacked it, for lerl-parquet. It is
# optional: without it LERL_ARROW_FOUND is off, and nothing else needs it.

execute_process(
  COMMAND bash ${PROJECT_SOURCE_DIR}/tools/cache.sh arrow
  OUTPUT_VARIABLE arrow_dir OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
set(LERL_ARROW_FOUND OFF)
if(EXISTS ${arrow_dir}/include/parquet/arrow/reader.h)
  message(STATUS "Apache Arrow: ${arrow_dir}")
  set(LERL_ARROW_FOUND ON)
  file(GLOB arrow_libraries ${arrow_dir}/libarrow.so.* ${arrow_dir}/libparquet.so.*)
  add_library(lerl_arrow INTERFACE)
  target_include_directories(lerl_arrow SYSTEM INTERFACE ${arrow_dir}/include)
  target_link_libraries(lerl_arrow INTERFACE ${arrow_libraries})
endif()
