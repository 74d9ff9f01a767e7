# Read by llama.cpp's own project where set-up builds llama-server: the server's code is compiled
# without optimisation, which takes a third of the time. What computes (llama, ggml) keeps its own.
function(lerl_compile_server_quickly)
  foreach(target llama-common mtmd llama-server-impl server-context llama-server)
    if(TARGET ${target})
      target_compile_options(${target} PRIVATE -O0)
    endif()
  endforeach()
endfunction()
cmake_language(DEFER CALL lerl_compile_server_quickly)
