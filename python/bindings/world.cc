// lerl._engine.World: data set, split, response model and factorisations of a configuration.
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <nlohmann/json.hpp>

#include "bindings.h"
#include "lerl/agents/registry.h"
#include "lerl/base/config.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/eval/metrics/registry.h"
#include "lerl/planner/registry.h"
#include "lerl/sim/response/response_store.h"
#include "lerl/train/run_search.h"

namespace lerl {
namespace nb = nanobind;

namespace {

HeldOut HeldOutOf(const std::string& name) {
  for (size_t n = 0; n < std::size(kHeldOutNames); ++n)
    if (name == kHeldOutNames[n]) return static_cast<HeldOut>(n);
  throw Error(ErrorKind::kUsage, "users: '" + name + "' is none of validation, test and sealed");
}

std::shared_ptr<LoadedWorld> Load(const std::string& path, const std::vector<std::string>& sets,
                                  const std::string& judged) {
  auto loaded = std::make_shared<LoadedWorld>();
  loaded->config = ReadRunConfig(RunSource(path).With(sets));
  loaded->world = LoadWorld(loaded->config, HeldOutOf(judged));
  return loaded;
}

// All rows of the log, in the data set's order: by user, then by time.
nb::dict Rows(const LoadedWorld& loaded) {
  const Dataset& data = loaded.world->dataset;
  const Split& split = loaded.world->split;
  std::vector<int32_t> users, items;
  std::vector<int64_t> times;
  std::vector<uint8_t> part;  // 0 train, 1 validation, 2 test
  for (int32_t user = 0; user < data.num_users(); ++user) {
    for (int64_t row = data.RowsBegin(user); row < data.RowsEnd(user); ++row) {
      users.push_back(user);
      items.push_back(data.items[At(row)]);
      times.push_back(data.times_ms[At(row)]);
      part.push_back(row < split.train_end[At(user)] ? 0 : row < split.valid_end[At(user)] ? 1 : 2);
    }
  }
  nb::dict rows;
  rows["user"] = ArrayCopy(users);
  rows["item"] = ArrayCopy(items);
  rows["time_ms"] = ArrayCopy(times);
  rows["part"] = ArrayCopy(part);
  for (size_t f = 0; f < data.behaviours.size(); ++f) {
    std::vector<uint8_t> given;
    for (int64_t row = 0; row < data.num_interactions(); ++row)
      given.push_back(data.responses[f][At(row)]);
    rows[data.behaviours[f].c_str()] = ArrayCopy(given);
  }
  return rows;
}

// Which categories an item has: uint8 [I, C].
nb::object ItemCategories(const LoadedWorld& loaded) {
  const Dataset& data = loaded.world->dataset;
  const size_t items = At(data.num_items()), categories = At(data.num_categories());
  auto* has = new std::vector<uint8_t>(items * categories);
  for (size_t i = 0; i < items; ++i)
    for (const int32_t c : data.CategoriesOf(static_cast<int64_t>(i)))
      (*has)[i * categories + At(c)] = 1;
  nb::capsule owner(has, [](void* p) noexcept { delete static_cast<std::vector<uint8_t>*>(p); });
  return ArrayView(*has, {items, categories}, owner);
}

template <typename Rows>
std::vector<std::string> NamesOf(const Rows& rows) {
  std::vector<std::string> names;
  for (const auto& row : rows) names.emplace_back(row.name);
  return names;
}

}  // namespace

void AddWorld(nb::module_& module) {
  nb::class_<LoadedWorld>(module, "World")
      .def_prop_ro("name", [](const LoadedWorld& w) { return w.world->dataset.name; })
      .def_prop_ro("fingerprint", [](const LoadedWorld& w) { return w.world->fingerprint; })
      .def_prop_ro("num_users", [](const LoadedWorld& w) { return w.world->dataset.num_users(); })
      .def_prop_ro("num_items", [](const LoadedWorld& w) { return w.world->dataset.num_items(); })
      .def_prop_ro("slate_size", [](const LoadedWorld& w) { return w.config.slate_size(); })
      .def_prop_ro("item_width", [](const LoadedWorld& w) { return w.world->factors.width; })
      .def_prop_ro("categories", [](const LoadedWorld& w) { return w.world->dataset.categories; })
      .def_prop_ro("behaviours", [](const LoadedWorld& w) { return w.world->dataset.behaviours; })
      .def_prop_ro("user_ids", [](const LoadedWorld& w) { return w.world->dataset.user_ids; })
      .def_prop_ro("item_ids", [](const LoadedWorld& w) { return w.world->dataset.item_ids; })
      .def_prop_ro("item_titles", [](const LoadedWorld& w) { return w.world->dataset.item_titles; })
      .def_prop_ro("item_categories", ItemCategories)
      .def_prop_ro("item_vectors",
                   [](nb::handle self) {
                     const auto& w = nb::cast<const LoadedWorld&>(self);
                     const auto width = At(w.world->factors.width);
                     return ArrayView(w.world->factors.vectors,
                                      {At(w.world->dataset.num_items()), width}, self);
                   })
      .def_prop_ro("train_users",
                   [](const LoadedWorld& w) { return ArrayCopy(w.world->split.train_users); })
      .def_prop_ro("validation_users",
                   [](const LoadedWorld& w) { return ArrayCopy(w.world->split.valid_users); })
      .def_prop_ro("config", [](const LoadedWorld& w) { return ConfigToJson(w.config).dump(); })
      .def("rows", Rows);
  module.def("load_world", Load, nb::arg("path"), nb::arg("sets"), nb::arg("judged"), Working());
  module.def(
      "find_group",
      [](const std::string& runs, const std::string& path, const std::vector<std::string>& sets) {
        return FindFinishedGroup(runs, ReadRunConfig(RunSource(path).With(sets))).string();
      },
      nb::arg("runs"), nb::arg("path"), nb::arg("sets"));
  module.def("agents", [] { return NamesOf(AgentRows()); });
  module.def("planners", [] { return NamesOf(PlannerRows()); });
  module.def("metrics", [] { return MetricNames(); });
}

}  // namespace lerl
