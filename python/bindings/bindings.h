#pragma once
// The parts of lerl._engine. Each function adds its classes and functions to the module.

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "lerl/base/parallel.h"
#include "lerl/python/observation_memory.h"
#include "lerl/train/world.h"

namespace lerl {

// Long work: other threads of Python run meanwhile, and the caller's mode of arithmetic is as before
// when it ends. What calls back into Python takes both back (FromPython).
using Working = nanobind::call_guard<nanobind::gil_scoped_release, DenormalsFlushed>;
struct FromPython {
  const nanobind::gil_scoped_acquire acquire;
  const DenormalsKept kept;
};

// A world with the settings that it was loaded by.
struct LoadedWorld {
  std::shared_ptr<const World> world;
  RunConfig config;
};

void AddWorld(nanobind::module_& module);
void AddBatchEnv(nanobind::module_& module);
void AddEvaluation(nanobind::module_& module);

// A planner whose rankings a Python object computes by its method `rank`.
std::shared_ptr<Planner> PlannerOf(const LoadedWorld& loaded, nanobind::object planner);

// Memory of ours as an array that numpy and torch see without a copy; it lives as long as `owner`.
template <typename T>
nanobind::object ArrayView(const std::vector<T>& values, std::initializer_list<size_t> shape,
                           nanobind::handle owner) {
  return nanobind::cast(nanobind::ndarray<nanobind::numpy, T>(const_cast<T*>(values.data()),
                                                              shape.size(), shape.begin(), owner));
}

// A copy of values as an array.
template <typename T>
nanobind::object ArrayCopy(const std::vector<T>& values) {
  auto* kept = new std::vector<T>(values);
  nanobind::capsule owner(kept, [](void* p) noexcept { delete static_cast<std::vector<T>*>(p); });
  const size_t shape[] = {kept->size()};
  return nanobind::cast(nanobind::ndarray<nanobind::numpy, T>(kept->data(), 1, shape, owner));
}

// The columns of observations by the names that Python knows them by, as views.
nanobind::dict ObservationViews(const ObservationMemory& memory, const LoadedWorld& loaded,
                                size_t rows, nanobind::handle owner);

}  // namespace lerl
