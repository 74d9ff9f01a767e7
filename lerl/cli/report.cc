// lerl report: the page of a finished comparison, made again from its report.json.

#include "lerl/eval/report/report.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "lerl/cli/commands.h"

namespace lerl {
namespace {

struct ReportFlags {
  std::string folder, out;
};

void ExecuteReport(const ReportFlags& options) {
  const std::filesystem::path folder = options.folder;
  const ReportInput input = ReadReportJson(folder / "report.json");
  const std::filesystem::path out =
      options.out.empty() ? folder / "report.html" : std::filesystem::path(options.out);
  WriteReport(input, out);
  std::printf("%s\n", std::filesystem::absolute(out).c_str());
}

}  // namespace

void AddReportCommand(CLI::App& app) {
  auto options = std::make_shared<ReportFlags>();
  CLI::App* command = app.add_subcommand("report", "make the page of a finished comparison again");
  command->add_option("folder", options->folder, "folder of the comparison (with report.json)")
      ->required();
  command->add_option("--out", options->out, "the HTML file; default: report.html in the folder");
  command->footer(
      "Example:\n"
      "  lerl report runs/demo --out demo.html\n"
      "The page is one file that opens without a network. Its path is printed.");
  command->callback([options] { ExecuteReport(*options); });
}

}  // namespace lerl
