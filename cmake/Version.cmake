# Target lerl_commit writes generated/lerl/base/commit.h at each build, and only when its text
# changes, so that a commit recompiles one small file. As a script (-P) it does the writing.

if(CMAKE_SCRIPT_MODE_FILE)
  cmake_minimum_required(VERSION 3.25)
  execute_process(COMMAND git -C ${SOURCE} describe --always --dirty --abbrev=12 --exclude=*
                  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE
                  RESULT_VARIABLE failed ERROR_QUIET)
  if(failed)
    set(commit unknown)
  elseif(commit MATCHES "-dirty$")
    execute_process(COMMAND git -C ${SOURCE} diff HEAD OUTPUT_VARIABLE changes)
    string(SHA256 changes "${changes}")
    string(SUBSTRING ${changes} 0 8 changes)
    string(APPEND commit "-${changes}")
  endif()
  file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT
"#pragma once
// Made by cmake/Version.cmake.
#define LERL_VERSION \"@VERSION@\"
#define LERL_COMMIT \"@commit@\"
")
  return()
endif()

set(commit_header ${PROJECT_BINARY_DIR}/generated/lerl/base/commit.h)
add_custom_target(lerl_commit BYPRODUCTS ${commit_header}
  COMMAND ${CMAKE_COMMAND} -DSOURCE=${PROJECT_SOURCE_DIR} -DOUTPUT=${commit_header}
          -DVERSION=${PROJECT_VERSION} -P ${CMAKE_CURRENT_LIST_FILE}
  COMMENT "Naming the commit" VERBATIM)
