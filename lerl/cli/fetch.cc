// lerl fetch: bring a data set here, or say how a person brings it.

#include "lerl/data/fetch.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "lerl/base/error.h"
#include "lerl/cli/commands.h"
#include "lerl/data/registry.h"

namespace lerl {
namespace {

void PrintOut(const std::string& text) { std::fputs(text.c_str(), stdout); }

// Each data set of a family, or the one with this very name: "kuairand" is all three of its sizes.
void ExecuteFetch(const std::string& name) {
  int found = 0;
  bool by_hand = false;
  for (const DatasetRow& entry : DatasetRows()) {
    const std::string entry_name(entry.name);
    if (entry_name != name && !entry_name.starts_with(name + "-")) continue;
    ++found;
    const std::filesystem::path folder = DatasetFolder(entry_name);
    if (entry.files.empty()) {
      PrintOut(entry_name +
               ": is generated, nothing has to be fetched; look at it with `lerl data " + "info " +
               entry_name + "`\n");
      continue;
    }
    if (entry.fetchable && !HasMovieLens100K(folder)) FetchMovieLens100K(folder);
    if (std::filesystem::is_directory(folder)) {
      PrintOut(entry_name + ": is at " + folder.string() + "; look at it with `lerl data info " +
               entry_name + "`\n");
    } else {
      PrintOut(HowToGet(entry));
      by_hand = true;
    }
  }
  if (by_hand)
    PrintOut(
        "A person must download it: accept the licence at the project's page, unpack the archive "
        "and\nput these files into that folder.\n");
  if (found == 0) FindDatasetRow(name);  // throws, naming the nearest
}

}  // namespace

void AddFetchCommand(CLI::App& app) {
  auto name = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand(
      "fetch",
      "get a data set, or say from which project, under which licence and where to put it");
  command->add_option("name", *name, "ml-100k, ml-1m, kuairand, kuairec, ...")->required();
  command->footer(
      "Examples:\n  lerl fetch ml-100k     fetches MovieLens-100K into the cache\n"
      "  lerl fetch kuairand    says where KuaiRand comes from and where it goes");
  command->callback([name] { ExecuteFetch(*name); });
}

}  // namespace lerl
