// lerl report: the page of a finished comparison, made again from its report.json, and what a paper
// takes of it.

#include "lerl/eval/report/report.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <vector>

#include "lerl/base/file.h"
#include "lerl/cli/commands.h"
#include "lerl/eval/report/paper/export.h"

namespace lerl {
namespace {

struct ReportFlags {
  std::string folder, out;
  std::vector<std::string> exports;
};

// Makes all of them before it writes the first.
void WriteExports(const ReportInput& input, const std::vector<std::string>& names) {
  std::vector<std::string> files;
  for (const std::string& name : names) files.push_back(ExportBytes(input, name));
  for (size_t i = 0; i < names.size(); ++i) {
    WriteFileWhole(names[i], files[i]);
    std::printf("%s\n", std::filesystem::absolute(names[i]).c_str());
  }
}

void ExecuteReport(const ReportFlags& options) {
  for (const std::string& name : options.exports) RequireExport(name);
  const std::filesystem::path folder = options.folder;
  const ReportInput input = ReadReportJson(folder / "report.json");
  WriteExports(input, options.exports);
  if (!options.exports.empty() && options.out.empty()) return;
  const std::filesystem::path out =
      options.out.empty() ? folder / "report.html" : std::filesystem::path(options.out);
  WriteReport(input, out);
  std::printf("%s\n", std::filesystem::absolute(out).c_str());
}

}  // namespace

void AddReportCommand(CLI::App& app) {
  auto options = std::make_shared<ReportFlags>();
  CLI::App* command = app.add_subcommand(
      "report", "make the page of a finished comparison again, or tables and figures for a paper");
  command->add_option("folder", options->folder, "folder of the comparison (with report.json)")
      ->required();
  command->add_option("--out", options->out, "the HTML file; default: report.html in the folder");
  command->add_option("--export", options->exports,
                      "files for a paper in place of the page: table.tex, differences.svg, "
                      "curves.png, ...");
  command->footer(
      "Examples:\n"
      "  lerl report runs/demo --out demo.html\n"
      "  lerl report runs/demo --export table.tex differences.pdf curves.pdf\n"
      "The page is one file that opens without a network. The name of an exported file says what\n"
      "it holds:\n"
      "  *.tex                           the table, for \\usepackage{booktabs} and \\input\n"
      "  *differences*.svg, .png, .pdf   paired differences to the references, with verdicts\n"
      "  *curves*.svg, .png, .pdf        learning curves: means over seeds, 95% intervals\n"
      "Figures are a column wide (3.35 in; a PNG has 300 dots an inch) and are drawn by gnuplot\n"
      "(Debian: apt-get install gnuplot-nox). The path of each file is printed.");
  command->callback([options] { ExecuteReport(*options); });
}

}  // namespace lerl
