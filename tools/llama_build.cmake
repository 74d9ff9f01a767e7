# Read by llama.cpp's own project where set-up builds it (tools/setup.sh). Most of its build is not
# arithmetic: ggml has the kernels, and keeps its own optimisation.

# llama: reads models and builds graphs. LERL_LLAMA_OPTIMISATION replaces its -O3, and all its sources are
# compiled 16 at a time, as llama.cpp itself does with those of models alone. One source shares the
# name of a function with another and stays by itself.
function(lerl_compile_library_quickly)
  target_compile_options(llama PRIVATE ${LERL_LLAMA_OPTIMISATION})
  get_target_property(folder llama SOURCE_DIR)
  get_target_property(sources llama SOURCES)
  list(FILTER sources INCLUDE REGEX "^llama[a-z-]*\\.cpp$|^unicode\\.cpp$")
  list(REMOVE_ITEM sources llama-kv-cache-dsv4.cpp)
  list(TRANSFORM sources PREPEND ${folder}/)
  set_source_files_properties(${sources} TARGET_DIRECTORY llama
                              PROPERTIES SKIP_UNITY_BUILD_INCLUSION OFF)
endfunction()

# llama-server: is compiled without optimisation, which takes a third of the time.
function(lerl_compile_server_quickly)
  foreach(target llama-common mtmd llama-server-impl server-context llama-server)
    if(TARGET ${target})
      target_compile_options(${target} PRIVATE -O0)
    endif()
  endforeach()
endfunction()

cmake_language(DEFER CALL lerl_compile_library_quickly)
cmake_language(DEFER CALL lerl_compile_server_quickly)
