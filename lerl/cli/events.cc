// lerl events: what a service keeps, as files and back.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>

#include "lerl/base/file.h"
#include "lerl/cli/commands.h"
#include "lerl/cli/event_options.h"
#include "lerl/events/export.h"
#include "lerl/events/sqlite_backup.h"
#include "lerl/events/store_url.h"

namespace lerl {
namespace {

struct EventsFlags {
  StoreOption store;
  TimeOptions time;
  std::string out, file, user;
};

void ExecuteExport(const EventsFlags& flags) {
  const std::filesystem::path out = flags.out;
  RequireWritable(std::filesystem::absolute(out).parent_path());
  if (out.extension() == ".parquet")
    throw Error(ErrorKind::kUsage,
                flags.out + ": sessions are written as JSON lines, or with .csv a row per item");
  const std::unique_ptr<EventStore> store = flags.store.Open();
  const ExportRange range{.from_us = flags.time.FromUs(), .to_us = flags.time.ToUs()};
  if (out.extension() == ".csv")
    std::printf("%s: %lld items shown\n", flags.out.c_str(),
                static_cast<long long>(ExportItems(*store, range, out)));
  else
    std::printf("%s: %lld sessions\n", flags.out.c_str(),
                static_cast<long long>(ExportSessions(*store, range, out)));
}

void ExecuteImport(const EventsFlags& flags) {
  if (!std::filesystem::exists(flags.file))
    throw Error(ErrorKind::kData, flags.file + ": there is no such file");
  const ImportCounts counts = ImportSessions(*flags.store.Open(/*made=*/true), flags.file);
  std::printf("%s: %lld sessions, of which %lld brought something new; %lld items\n",
              flags.file.c_str(), static_cast<long long>(counts.sessions),
              static_cast<long long>(counts.brought), static_cast<long long>(counts.items));
}

void ExecuteBackup(const EventsFlags& flags) {
  const StoreConfig config = flags.store.Over({});
  const StoreUrl store = FindStore(config);
  if (store.postgres)
    throw Error(ErrorKind::kUsage, WithoutPassword(store.place) +
                                       ": a store of PostgreSQL; back it up by pg_dump, and see "
                                       "docs/operations.md");
  BackUpSqlite(store.place, flags.out, config.busy_ms);
  std::printf("%s: %lld bytes\n", flags.out.c_str(),
              static_cast<long long>(std::filesystem::file_size(flags.out)));
}

void PrintForgotten(int64_t sessions) {
  std::printf("%lld %s forgotten\n", static_cast<long long>(sessions),
              sessions == 1 ? "session" : "sessions");
}

void ExecuteForget(const EventsFlags& flags) {
  PrintForgotten(flags.store.Open()->DeleteUser(flags.user));
}

void ExecuteKeep(const EventsFlags& flags) {
  PrintForgotten(flags.store.Open()->DeleteBefore(flags.time.FromUs()));
}

}  // namespace

void AddEventsCommand(CLI::App& app) {
  CLI::App* events =
      app.add_subcommand("events", "sessions, slates and feedback that a service keeps");
  events->require_subcommand(1);
  events->footer("Example:\n  lerl events export --store runs/events.sqlite --out march.jsonl");
  const auto add = [&](const char* name, const char* what, const char* example) {
    auto flags = std::make_shared<EventsFlags>();
    CLI::App* command = events->add_subcommand(name, what);
    flags->store.AddTo(*command);
    command->footer(std::string("Example:\n  ") + example);
    return std::pair(command, flags);
  };
  const auto [to_file, export_flags] =
      add("export", "writes sessions and items to a file: JSON lines, or of items shown as .csv",
          "lerl events export --store runs/events.sqlite --out march.jsonl --from "
          "2026-03-01T00:00:00Z --to 2026-04-01T00:00:00Z");
  export_flags->time.AddTo(*to_file);
  to_file->add_option("--out", export_flags->out, "the file; .csv has a row per item shown")
      ->required();
  to_file->callback([flags = export_flags] { ExecuteExport(*flags); });

  const auto [from_file, import_flags] =
      add("import", "takes in such a file of JSON lines; again changes nothing",
          "lerl events import march.jsonl --store postgresql://localhost/lerl");
  from_file->add_option("file", import_flags->file, "the file")->required();
  from_file->callback([flags = import_flags] { ExecuteImport(*flags); });

  const auto [backup, backup_flags] =
      add("backup", "copies a store of SQLite to a file, while a service writes it",
          "lerl events backup --store runs/events.sqlite --to backup/monday.sqlite");
  backup->add_option("--to", backup_flags->out, "the file, which must not be there yet")
      ->required();
  backup->callback([flags = backup_flags] { ExecuteBackup(*flags); });

  const auto [forget, forget_flags] =
      add("forget", "deletes all that is kept of a user",
          "lerl events forget --user 42 --store runs/events.sqlite");
  forget->add_option("--user", forget_flags->user, "as the product names it")->required();
  forget->callback([flags = forget_flags] { ExecuteForget(*flags); });

  const auto [keep, keep_flags] =
      add("keep", "deletes sessions that began before a time and don't run any more",
          "lerl events keep --from 2026-03-01T00:00:00Z --store runs/events.sqlite");
  keep->add_option("--from", keep_flags->time.from, "what began then or later is kept")->required();
  keep->callback([flags = keep_flags] { ExecuteKeep(*flags); });
}

}  // namespace lerl
