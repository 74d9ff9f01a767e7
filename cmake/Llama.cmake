# Target lerl_llama: the llama.cpp that tools/setup.sh has built for this compiler and processor.
# LERL_LLAMA_DIR (variable or environment) names another folder with include/ and lib/.

set(LERL_LLAMA_DIR "$ENV{LERL_LLAMA_DIR}" CACHE PATH "llama.cpp's include/ and lib/; empty: the cache")
set(llama_dir "${LERL_LLAMA_DIR}")
if(NOT llama_dir)
  set(llama_cxx ${CMAKE_CXX_COMPILER})
  if(LERL_FUZZ)
    set(llama_cxx c++)  # the one of set-up does
  endif()
  execute_process(
    COMMAND ${CMAKE_COMMAND} -E env CXX=${llama_cxx} bash ${PROJECT_SOURCE_DIR}/tools/cache.sh llama
    OUTPUT_VARIABLE llama_dir OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
endif()
if(NOT EXISTS ${llama_dir}/lib/libllama.a OR NOT EXISTS ${llama_dir}/include/llama.h)
  message(FATAL_ERROR "llama.cpp is not built in ${llama_dir}; run `make setup` first")
endif()
message(STATUS "llama.cpp: ${llama_dir}")
set(LERL_LLAMA_SERVER ${llama_dir}/bin/llama-server)  # of the tests; need not be there

add_library(lerl_llama INTERFACE)
target_include_directories(lerl_llama SYSTEM INTERFACE ${llama_dir}/include)
foreach(library llama ggml ggml-cpu ggml-base)
  target_link_libraries(lerl_llama INTERFACE ${llama_dir}/lib/lib${library}.a)
endforeach()
target_link_libraries(lerl_llama INTERFACE Threads::Threads ${CMAKE_DL_LIBS})
