# Read by llama.cpp's own project where set-up builds it (tools/setup.sh). Most of its build is not
# arithmetic: ggml has the kernels, and keeps its own optimisation.

# llama: reads models and builds graphs. LERL_LLAMA_OPTIMISATION replaces its -O3, and its sources are
# compiled in a few groups: those of models 40 at a time where llama.cpp itself takes 16, the others in
# two halves. One source shares the name of a function with another, and one is a table: both stay by
# themselves. Of ggml, what reads files and what spreads a model over devices is compiled like it.
function(lerl_compile_library_quickly)
  target_compile_options(llama PRIVATE ${LERL_LLAMA_OPTIMISATION})
  get_target_property(folder llama SOURCE_DIR)
  get_target_property(sources llama SOURCES)
  set(models ${sources})
  list(FILTER models INCLUDE REGEX "models/")
  list(FILTER sources INCLUDE REGEX "^llama[a-z-]*\\.cpp$|^unicode\\.cpp$")
  list(REMOVE_ITEM sources llama-kv-cache-dsv4.cpp)
  list(TRANSFORM sources PREPEND ${folder}/)
  set_source_files_properties(${sources} TARGET_DIRECTORY llama
                              PROPERTIES SKIP_UNITY_BUILD_INCLUSION OFF)
  set_target_properties(llama PROPERTIES UNITY_BUILD_MODE GROUP)
  lerl_group("${sources}" core 15)
  lerl_group("${models}" models 40)
  get_target_property(ggml ggml-base SOURCE_DIR)
  set_source_files_properties(${ggml}/gguf.cpp ${ggml}/ggml-backend-meta.cpp TARGET_DIRECTORY ggml-base
                              PROPERTIES COMPILE_OPTIONS ${LERL_LLAMA_OPTIMISATION})
endfunction()

# lerl_group(SOURCES NAME SIZE): compiles SIZE of the sources at a time.
function(lerl_group sources name size)
  set(index 0)
  foreach(source IN LISTS sources)
    math(EXPR group "${index} / ${size}")
    set_source_files_properties(${source} TARGET_DIRECTORY llama PROPERTIES UNITY_GROUP ${name}${group})
    math(EXPR index "${index} + 1")
  endforeach()
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
