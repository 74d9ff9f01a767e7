// lerl._engine.BatchEnv (lerl/python/batch_env.h), with its memory as arrays.
#include "lerl/python/batch_env.h"

#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "bindings.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"

namespace lerl {
namespace nb = nanobind;

namespace {

using Slates = nb::ndarray<const int32_t, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Vectors = nb::ndarray<const float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Seeds = nb::ndarray<const uint64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Mask = nb::ndarray<const uint8_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

// A batch environment, and the world that arrays and settings are read from.
struct PythonEnv {
  std::shared_ptr<LoadedWorld> loaded;
  std::unique_ptr<BatchEnv> env;
};

Autoreset AutoresetOf(const std::string& name) {
  if (name == "same_step") return Autoreset::kSameStep;
  if (name == "next_step") return Autoreset::kNextStep;
  if (name == "disabled") return Autoreset::kDisabled;
  throw Error(ErrorKind::kUsage,
              "autoreset: '" + name + "' is none of same_step, next_step and disabled");
}

void RequireShape(const BatchEnv& env, size_t rows, size_t columns, int64_t width,
                  const std::string& what) {
  if (static_cast<int>(rows) == env.envs() && static_cast<int64_t>(columns) == width) return;
  throw Error(ErrorKind::kUsage, "step: actions have the shape (" + std::to_string(rows) + ", " +
                                     std::to_string(columns) + "); " + what + " are (" +
                                     std::to_string(env.envs()) + ", " + std::to_string(width) +
                                     ")");
}

nb::dict Outcomes(nb::handle self) {
  const auto& env = nb::cast<const PythonEnv&>(self);
  const BatchMemory& memory = env.env->memory();
  const size_t envs = At(env.env->envs());
  nb::dict views;
  views["rewards"] = ArrayView(memory.rewards, {envs}, self);
  views["expected"] = ArrayView(memory.expected, {envs}, self);
  views["terminated"] = ArrayView(memory.terminated, {envs}, self);
  views["truncated"] = ArrayView(memory.truncated, {envs}, self);
  views["started"] = ArrayView(memory.started, {envs}, self);
  views["step"] = ArrayView(memory.step, {envs}, self);
  views["replaced"] = ArrayView(memory.replaced, {envs}, self);
  return views;
}

template <typename T, typename Span>
std::span<const T> SpanOf(const Span& array) {
  return {array.data(), array.size()};
}

}  // namespace

nb::dict ObservationViews(const ObservationMemory& memory, const LoadedWorld& loaded, size_t rows,
                          nb::handle owner) {
  const Dataset& data = loaded.world->dataset;
  const size_t items = At(data.num_items()), categories = At(data.num_categories()),
               k = At(loaded.config.slate_size()), behaviours = At(data.num_behaviours());
  nb::dict views;
  views["features"] = ArrayView(memory.features, {rows, memory.features.size() / rows}, owner);
  views["mask"] = ArrayView(memory.mask, {rows, items}, owner);
  views["plan"] = ArrayView(memory.plan, {rows, categories}, owner);
  views["dominant"] = ArrayView(memory.dominant, {rows, categories}, owner);
  views["user"] = ArrayView(memory.user, {rows}, owner);
  views["slate"] = ArrayView(memory.slate, {rows, k}, owner);
  views["responses"] = ArrayView(memory.responses, {rows, k, behaviours}, owner);
  views["budget_left"] = ArrayView(memory.budget_left, {rows, 1}, owner);
  return views;
}

void AddBatchEnv(nb::module_& module) {
  nb::class_<PythonEnv>(module, "BatchEnv")
      .def(
          "__init__",
          [](PythonEnv* self, std::shared_ptr<LoadedWorld> loaded, int envs,
             const std::string& users, const std::string& autoreset, int threads,
             nb::object planner) {
            const DenormalsFlushed flushed;
            auto env = std::make_unique<BatchEnv>(
                loaded->world, loaded->config,
                BatchEnvOptions{.envs = envs,
                                .users = users,
                                .autoreset = AutoresetOf(autoreset),
                                .threads = threads,
                                .planner = PlannerOf(*loaded, std::move(planner))});
            new (self) PythonEnv{std::move(loaded), std::move(env)};
          },
          nb::arg("world"), nb::arg("envs"), nb::arg("users"), nb::arg("autoreset"),
          nb::arg("threads"), nb::arg("planner").none())
      .def(
          "reset",
          [](PythonEnv& self, const Seeds& seeds, const Mask& which) {
            self.env->Reset(SpanOf<uint64_t>(seeds), SpanOf<uint8_t>(which));
          },
          nb::arg("seeds"), nb::arg("which"), Working())
      .def(
          "step",
          [](PythonEnv& self, const Slates& slates) {
            RequireShape(*self.env, slates.shape(0), slates.shape(1), self.env->slate_size(),
                         "slates of item ids");
            self.env->Step(SpanOf<int32_t>(slates));
          },
          nb::arg("slates"), Working())
      .def(
          "step_virtual",
          [](PythonEnv& self, const Vectors& vectors) {
            RequireShape(*self.env, vectors.shape(0), vectors.shape(1), self.env->item_width(),
                         "virtual items");
            self.env->StepVirtual(SpanOf<float>(vectors));
          },
          nb::arg("vectors"), Working())
      .def(
          "run",
          [](PythonEnv& self, const Slates& slates, int64_t steps) {
            for (int64_t step = 0; step < steps; ++step) self.env->Step(SpanOf<int32_t>(slates));
          },
          nb::arg("slates"), nb::arg("steps"), Working())
      .def("observations",
           [](nb::handle self) {
             const auto& env = nb::cast<const PythonEnv&>(self);
             return ObservationViews(env.env->memory().now, *env.loaded, At(env.env->envs()), self);
           })
      .def("final_observations",
           [](nb::handle self) {
             const auto& env = nb::cast<const PythonEnv&>(self);
             return ObservationViews(env.env->memory().final, *env.loaded, At(env.env->envs()),
                                     self);
           })
      .def("outcomes", Outcomes)
      .def_prop_ro("planned", [](const PythonEnv& self) { return self.env->planned(); })
      .def_prop_ro("feature_names",
                   [](const PythonEnv& self) { return self.env->features().Names(); })
      .def_prop_ro("feature_count",
                   [](const PythonEnv& self) { return self.env->features().count(); });
}

}  // namespace lerl
