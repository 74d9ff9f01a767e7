# lerl_library(NAME COLD ORDER a b DEPS base data LIBS CLI11::CLI11 TESTING world)
#
# A folder of the project: static library lerl_NAME of every source in lerl/NAME and its subfolders.
# A unit is three files with one name side by side, x.h x.cc x_test.cc (tools/check_tree.py). All
# tests of the folder form one program, NAME_test.
#
# COLD     compiled as what drives others and computes little itself (LERL_COLD_CODE)
# ORDER    subfolders, and files that they build on, from the bottom up (tools/check_layers.py)
# DEPS     folders that this one may include
# TESTING  units of lerl/testing with a .cc of their own, for the tests of this folder alone; what
#          they define is in no library of the program
#
# Sources are compiled several at a time (LERL_UNITY), since templates that each of them would
# instantiate cost more than the sources themselves. Those that reach libtorch are batched apart; the
# module of the Python package is built without them.

# lerl_reaches_torch(FILE RESULT): whether a file of ours includes libtorch, directly or not.
function(lerl_reaches_torch file result)
  get_property(known GLOBAL PROPERTY "lerl_torch_${file}")
  if(NOT "${known}" STREQUAL "")
    set(${result} ${known} PARENT_SCOPE)
    return()
  endif()
  set_property(GLOBAL PROPERTY "lerl_torch_${file}" FALSE)  # ends circles
  file(STRINGS ${file} includes REGEX "^#include [<\"](lerl|torch)/")
  set(reaches FALSE)
  foreach(include IN LISTS includes)
    string(REGEX REPLACE "^#include [<\"]([^>\"]*).*" "\\1" path "${include}")
    if(path MATCHES "^torch/")
      set(reaches TRUE)
    elseif(EXISTS ${PROJECT_SOURCE_DIR}/${path})
      lerl_reaches_torch(${PROJECT_SOURCE_DIR}/${path} reaches)
    endif()
    if(reaches)
      break()
    endif()
  endforeach()
  set_property(GLOBAL PROPERTY "lerl_torch_${file}" ${reaches})
  set(${result} ${reaches} PARENT_SCOPE)
endfunction()

# lerl_split_torch(PLAIN TORCH SOURCES...): two lists out of one.
function(lerl_split_torch plain torch)
  set(plain_sources "")
  set(torch_sources "")
  foreach(source IN LISTS ARGN)
    lerl_reaches_torch(${source} reaches)
    if(reaches)
      list(APPEND torch_sources ${source})
    else()
      list(APPEND plain_sources ${source})
    endif()
  endforeach()
  set(${plain} "${plain_sources}" PARENT_SCOPE)
  set(${torch} "${torch_sources}" PARENT_SCOPE)
endfunction()

# lerl_torch_objects(TARGET SOURCES...): compiles into TARGET what reaches libtorch.
function(lerl_torch_objects target)
  add_library(${target}_torch OBJECT ${ARGN})
  target_link_libraries(${target}_torch PUBLIC lerl_torch $<TARGET_PROPERTY:${target},LINK_LIBRARIES>)
  target_include_directories(${target}_torch PUBLIC ${PROJECT_SOURCE_DIR})
  lerl_compile_as(${target}_torch torch)
  set_target_properties(${target}_torch PROPERTIES UNITY_BUILD ${LERL_UNITY}
                        UNITY_BUILD_BATCH_SIZE ${LERL_UNITY_BATCH_TORCH})
  target_sources(${target} PRIVATE $<TARGET_OBJECTS:${target}_torch>)
endfunction()

function(lerl_library name)
  cmake_parse_arguments(ARG "COLD" "" "ORDER;DEPS;LIBS;TESTING" ${ARGN})
  set(dir ${PROJECT_SOURCE_DIR}/lerl/${name})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${dir}/*.cc)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  lerl_split_torch(plain torch ${sources})

  set(deps ${ARG_DEPS})
  list(TRANSFORM deps PREPEND lerl_)
  add_library(lerl_${name} STATIC ${plain})
  target_include_directories(lerl_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(lerl_${name} PUBLIC lerl_options ${deps} ${ARG_LIBS})
  set_target_properties(lerl_${name} PROPERTIES UNITY_BUILD ${LERL_UNITY}
                        UNITY_BUILD_BATCH_SIZE ${LERL_UNITY_BATCH})
  if(ARG_COLD)
    lerl_compile_as(lerl_${name} cold)
  else()
    lerl_compile_as(lerl_${name} plain)
  endif()
  if(torch AND TARGET lerl_torch)
    lerl_torch_objects(lerl_${name} ${torch})
    target_link_libraries(lerl_${name} PUBLIC lerl_torch)
  endif()
  if(tests AND LERL_TESTS)
    lerl_tests(${name} "${tests}" "${ARG_TESTING}")
  endif()
endfunction()

# lerl_tests(NAME TESTS TESTING): the program NAME_test.
function(lerl_tests name tests testing)
  foreach(unit IN LISTS testing)
    list(APPEND tests ${PROJECT_SOURCE_DIR}/lerl/testing/${unit}.cc)
    if(EXISTS ${PROJECT_SOURCE_DIR}/lerl/testing/${unit}_test.cc)
      list(APPEND tests ${PROJECT_SOURCE_DIR}/lerl/testing/${unit}_test.cc)
    endif()
  endforeach()
  lerl_split_torch(plain torch ${tests})
  add_executable(${name}_test ${plain})
  target_link_libraries(${name}_test PRIVATE lerl_${name} lerl_test_main)
  lerl_compile_as(${name}_test test)
  set_target_properties(${name}_test PROPERTIES UNITY_BUILD ${LERL_UNITY}
                        UNITY_BUILD_BATCH_SIZE ${LERL_UNITY_BATCH})
  if(torch)
    lerl_torch_objects(${name}_test ${torch})
  endif()
  gtest_discover_tests(${name}_test TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 60
                       WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
                       PROPERTIES TIMEOUT 600 LABELS ${name})
endfunction()
