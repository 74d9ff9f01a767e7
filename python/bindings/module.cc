// lerl._engine: simulator, planners, data and evaluation for the Python package. What is public is
// in python/lerl; nothing here is meant to be called by users.
#include <nanobind/stl/string.h>

#include <nlohmann/json.hpp>

#include "bindings.h"
#include "lerl/base/error.h"
#include "lerl/base/version.h"

NB_MODULE(_engine, module) {
  namespace nb = nanobind;
  // lerl.Error carries what kind of input was wrong (base/error.h) in `kind`.
  static PyObject* error_type = PyErr_NewExceptionWithDoc(
      "lerl.Error",
      "A wrong input that a user can mend: a file, a setting, an action.\n"
      "The message says what was wrong, where, and what to do; `kind` is "
      "usage, config, data, model, checkpoint, no_run, io, busy or "
      "unusable.",
      PyExc_ValueError, nullptr);
  module.attr("Error") = nb::handle(error_type);
  nb::register_exception_translator([](const std::exception_ptr& thrown, void*) {
    try {
      std::rethrow_exception(thrown);
    } catch (const lerl::Error& error) {
      nb::object instance = nb::handle(error_type)(error.what());
      instance.attr("kind") = std::string(lerl::Name(error.kind()));
      PyErr_SetObject(error_type, instance.ptr());
    }
  });
  module.attr("__version__") = lerl::Version();
  module.attr("commit") = lerl::Commit();
  lerl::AddWorld(module);
  lerl::AddBatchEnv(module);
  lerl::AddEvaluation(module);
}
