# lerl_embed_files(TARGET HEADER FILES...)
#
# Puts files into the program: text, and GGUF. For HEADER `lerl/eval/report/report_files.h` and a file `page.html` it
# makes, in the build folder, that header with
#     namespace lerl { extern const std::string_view kPageHtml; }
# and a .cc with the bytes, rebuilt when a file changes. The name is `k` and the file's name in
# CamelCase, its suffix included: d3.min.js -> kD3MinJs, planner_prompt.txt -> kPlannerPromptTxt.
# Paths are relative to the calling list file's project root.

set(LERL_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/EmbedOne.cmake)

function(lerl_embed_files target header)
  set(declarations "")
  foreach(file IN LISTS ARGN)
    get_filename_component(path ${file} ABSOLUTE BASE_DIR ${PROJECT_SOURCE_DIR})
    get_filename_component(base ${file} NAME)
    string(REGEX MATCHALL "[A-Za-z0-9]+" words ${base})
    set(variable k)
    foreach(word IN LISTS words)
      string(SUBSTRING ${word} 0 1 first)
      string(SUBSTRING ${word} 1 -1 rest)
      string(TOUPPER ${first} first)
      string(APPEND variable ${first}${rest})
    endforeach()
    set(output ${PROJECT_BINARY_DIR}/embedded/${target}/${variable}.cc)
    add_custom_command(
      OUTPUT ${output}
      COMMAND ${CMAKE_COMMAND} -DINPUT=${path} -DOUTPUT=${output} -DVARIABLE=${variable}
              -P ${LERL_EMBED_SCRIPT}
      DEPENDS ${path} ${LERL_EMBED_SCRIPT}
      COMMENT "Embedding ${file}" VERBATIM)
    target_sources(${target} PRIVATE ${output})
    set_source_files_properties(${output} PROPERTIES
                                SKIP_PRECOMPILE_HEADERS ON SKIP_UNITY_BUILD_INCLUSION ON)
    string(APPEND declarations "extern const std::string_view ${variable};  // ${file}\n")
  endforeach()
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/${header} @ONLY CONTENT
"#pragma once
// Made by cmake/EmbedFiles.cmake: the text of the files named below.

#include <string_view>

namespace lerl {

@declarations@
}  // namespace lerl
")
  target_include_directories(${target} PRIVATE ${PROJECT_BINARY_DIR}/generated)
endfunction()
