# The module of the Python package, lerl._engine: simulator, planners, data and evaluation, and no
# libtorch, since two libtorchs in one process break. What learns is the program `lerl`, which the
# package runs as a child process.
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
