#pragma once
// What `lerl report --export` writes of a comparison for a paper. The name of a file says what it
// is to hold:
//
//   *.tex                                   the table (latex_table.h)
//   *curves*.svg, .png, .pdf                the learning curves (curves_figure.h)
//   *differences*.svg, .png, .pdf           the forest plot (differences_figure.h)

#include <filesystem>
#include <string>

#include "lerl/eval/report/report_input.h"

namespace lerl {

// Throws Error(kUsage) where the name says nothing that is known.
void RequireExport(const std::filesystem::path& path);

// The bytes of that file. Throws Error(kUsage), Error(kConfig) where the comparison has no such
// figure, Error(kIo) where gnuplot does not draw it; each names the file.
std::string ExportBytes(const ReportInput& input, const std::filesystem::path& path);

}  // namespace lerl
