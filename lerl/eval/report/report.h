#pragma once
// Report: one self-contained HTML file about a comparison.
//
// The page (eval/report/page) has d3 and Observable Plot inside and opens without a network. All
// strings of the report come from others, so they travel as escaped JSON and are put on the page as
// text.

#include <filesystem>
#include <string>

#include "lerl/eval/report/report_input.h"

namespace lerl {

std::string ReportHtml(const ReportInput& input);

// Writes the page, whole or not at all. Throws Error(kIo).
void WriteReport(const ReportInput& input, const std::filesystem::path& path);

}  // namespace lerl
