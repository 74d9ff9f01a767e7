#pragma once
// Report: one self-contained HTML file about a comparison.
//
// The page (report_page/) inlines d3 and Observable Plot and opens without a network. All strings
// are data from others: they travel as escaped JSON and are put on the page as text.

#include <filesystem>
#include <string>

#include "lerl/eval/report/report_input.h"

namespace lerl {

std::string ReportHtml(const ReportInput& input);

// Written whole or not at all. Throws Error(kIo).
void WriteReport(const ReportInput& input, const std::filesystem::path& path);

}  // namespace lerl
