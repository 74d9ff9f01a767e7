# The module of the Python package, lerl._engine: simulator, planners, data and evaluation, and no
# libtorch, since two libtorchs in one process break. What learns is the program `lerl`, which the
# package runs as a child process (python/lerl/train.py).
find_package(Python 3.11 REQUIRED COMPONENTS Interpreter Development.Module)
execute_process(COMMAND ${Python_EXECUTABLE} -m nanobind --cmake_dir OUTPUT_VARIABLE nanobind_ROOT
                OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
# The stable ABI, from CPython 3.12 on: CMake before 3.26 does not know it. What nanobind has cached is
# of the Python that was configured for before.
if(NOT TARGET Python::SABIModule)
  add_library(Python::SABIModule INTERFACE IMPORTED)
  target_include_directories(Python::SABIModule INTERFACE ${Python_INCLUDE_DIRS})
endif()
foreach(of_python NB_SUFFIX NB_SUFFIX_S NB_ABI)
  unset(${of_python} CACHE)
endforeach()
find_package(nanobind CONFIG REQUIRED)

file(GLOB binding_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/python/bindings/*.cc)
nanobind_add_module(lerl_engine NB_STATIC NOMINSIZE STABLE_ABI ${binding_sources})
target_link_libraries(lerl_engine PRIVATE lerl_python)
target_link_options(lerl_engine PRIVATE -Wl,--as-needed -Wl,--exclude-libs,ALL)
set_target_properties(lerl_engine PROPERTIES OUTPUT_NAME _engine)
install(TARGETS lerl_engine LIBRARY DESTINATION lerl)

# What type checkers and editors see of it.
nanobind_add_stub(lerl_engine_stub MODULE _engine OUTPUT ${PROJECT_BINARY_DIR}/_engine.pyi
                  PYTHON_PATH $<TARGET_FILE_DIR:lerl_engine> DEPENDS lerl_engine
                  MARKER_FILE ${PROJECT_BINARY_DIR}/py.typed
                  PATTERN_FILE ${PROJECT_SOURCE_DIR}/python/bindings/stub_patterns.txt)
install(FILES ${PROJECT_BINARY_DIR}/_engine.pyi ${PROJECT_BINARY_DIR}/py.typed DESTINATION lerl)

# In a wheel, the program too. It is built by its own preset, since it has libtorch.
if(SKBUILD)
  set(preset release)
  if(NOT LERL_MARCH STREQUAL native)
    set(preset ${LERL_MARCH})
  endif()
  add_custom_target(lerl_of_wheel ALL WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} USES_TERMINAL VERBATIM
                    COMMAND ${CMAKE_COMMAND} --preset ${preset}
                    COMMAND ${CMAKE_COMMAND} --build --preset ${preset} --target lerl)
  install(PROGRAMS ${PROJECT_SOURCE_DIR}/build/${preset}/lerl DESTINATION lerl/bin)
endif()
