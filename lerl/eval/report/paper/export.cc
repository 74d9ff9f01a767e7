#include "lerl/eval/report/paper/export.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>

#include "lerl/base/error.h"
#include "lerl/eval/report/paper/curves_figure.h"
#include "lerl/eval/report/paper/differences_figure.h"
#include "lerl/eval/report/paper/gnuplot.h"
#include "lerl/eval/report/paper/latex_table.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;

using FigureMaker = Drawing (*)(const ReportInput&);

struct ExportPlan {
  FigureMaker figure = nullptr;  // null: the table
  PictureKind kind = PictureKind::kSvg;
};

constexpr std::array<std::pair<const char*, PictureKind>, 3> kPictures = {
    {{".svg", PictureKind::kSvg}, {".png", PictureKind::kPng}, {".pdf", PictureKind::kPdf}}};

[[noreturn]] void RefuseName(const fs::path& path, const std::string& why) {
  throw Error(ErrorKind::kUsage, "--export " + path.string() + ": " + why);
}

ExportPlan ExportPlanOf(const fs::path& path) {
  const std::string ending = path.extension(), name = path.stem();
  if (ending == ".tex") return {};
  const auto picture = std::ranges::find(kPictures, ending, [](const auto& p) { return p.first; });
  if (picture == kPictures.end())
    RefuseName(path,
               "nothing is written that ends so; .tex is the table, .svg, .png and .pdf are "
               "figures");
  const bool curves = name.find("curves") != std::string::npos;
  const bool differences = name.find("differences") != std::string::npos;
  if (curves == differences)
    RefuseName(path,
               "which figure? Have one of `curves` and `differences` in its name, as in "
               "differences" +
                   ending);
  return {curves ? &CurvesFigure : &DifferencesFigure, picture->second};
}

}  // namespace

void RequireExport(const fs::path& path) { ExportPlanOf(path); }

std::string ExportBytes(const ReportInput& input, const fs::path& path) {
  const ExportPlan plan = ExportPlanOf(path);
  if (plan.figure == nullptr) return LatexTable(input);
  try {
    return Draw(plan.figure(input), plan.kind);
  } catch (const Error& error) {
    throw Error(error.kind(), path.string() + ": " + error.what());
  }
}

}  // namespace lerl
