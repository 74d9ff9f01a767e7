#include "lerl/eval/sim_audit/sim_audit_table.h"

#include <algorithm>
#include <cmath>

#include "lerl/eval/audit/format.h"

namespace lerl {
namespace {

std::string ValueText(const std::optional<Interval>& value) {
  if (!value) return "-";
  if (value->low == value->high || std::isinf(value->low)) return Format("%.3f", value->mean);
  return Format("%.3f [%.3f, %.3f]", value->mean, value->low, value->high);
}

std::string NameText(const AuditFigure& figure) {
  return figure.name + (figure.group.empty() ? "" : ", " + figure.group);
}

// The names of the figures with this light that decide, or that don't.
std::string NamesOf(const SimAudit& audit, Light light, bool decide) {
  std::string names;
  for (const AuditFigure& figure : audit.figures)
    if (figure.light() == light && figure.decides == decide)
      names += (names.empty() ? "" : "; ") + NameText(figure);
  return names;
}

int64_t Count(const SimAudit& audit, Light light) {
  return std::ranges::count_if(audit.figures,
                               [&](const AuditFigure& f) { return f.light() == light; });
}

std::string CountText(const SimAudit& audit) {
  return std::to_string(Count(audit, Light::kGreen)) + " green, " +
         std::to_string(Count(audit, Light::kYellow)) + " yellow, " +
         std::to_string(Count(audit, Light::kRed)) + " red";
}

std::string AboutText(const SimAudit& audit) {
  return std::to_string(audit.users) + " validation users, " + std::to_string(audit.seeds) +
         " seeds; simulator " + audit.hash + ", commit " + audit.commit;
}

constexpr size_t kPageWidth = 118;

// The text in lines of at most kPageWidth characters, cut at spaces; those after the first begin
// with `indent`.
std::string PageLines(const std::string& text, const std::string& indent) {
  std::string page;
  size_t line = 0, begin = 0;
  while (begin < text.size()) {
    size_t end = text.find(' ', begin);
    if (end == std::string::npos) end = text.size();
    const size_t word = end - begin;
    if (line > 0 && line + 1 + word > kPageWidth) {
      page += "\n" + indent;
      line = indent.size();
    } else if (line > 0) {
      page += " ";
      ++line;
    }
    page.append(text, begin, word);
    line += word;
    begin = end + 1;
  }
  return page;
}

// Calls visit(figure, first of its check) for all figures.
template <typename Visit>
void ForFigures(const SimAudit& audit, const Visit& visit) {
  std::string check;
  for (const AuditFigure& figure : audit.figures) {
    visit(figure, figure.check != check);
    check = figure.check;
  }
}

}  // namespace

std::string VerdictLine(const SimAudit& audit) {
  const std::string smoke = audit.smoke ? " (SMOKE RUN, too short to judge by)" : "";
  const std::string red = NamesOf(audit, Light::kRed, true);
  switch (audit.fitness()) {
    case Fitness::kFit:
      return "FIT to compare policies in: " + audit.simulator + smoke;
    case Fitness::kLimited:
      return "FIT WITH LIMITS to compare policies in: " + audit.simulator + smoke;
    case Fitness::kUnfit:
      return "UNFIT to compare policies in: " + audit.simulator + smoke +
             (red.empty() ? "; nothing that decides could be measured" : "; red: " + red);
  }
  return "";
}

std::vector<std::string> SimAuditLimits(const SimAudit& audit) {
  std::vector<std::string> limits = {
      "Held-out rows are items that people came to. What they would have answered to items that "
      "the "
      "log never showed them is not in any figure but those of randomised exposure.",
      "The policies that are ranked here don't learn in the simulator. One that does can find what "
      "is wrong in it, which no ranking of these shows.",
      "The log has no slates. Rows are taken K at a time in each user's order, so the similarity "
      "term is judged on slates that nobody chose as such.",
      "Lights are coloured by bounds that were written down before the figures were seen; "
      "intervals "
      "are 95%, each figure for itself, and nothing is corrected for how many there are."};
  const std::string red = NamesOf(audit, Light::kRed, false);
  if (!red.empty())
    limits.push_back("Don't draw conclusions about these from it, whose light is red: " + red +
                     ".");
  const std::string yellow = NamesOf(audit, Light::kYellow, true);
  if (!yellow.empty()) limits.push_back("Differences near these are uncertain: " + yellow + ".");
  return limits;
}

std::string SimAuditText(const SimAudit& audit) {
  std::string text = VerdictLine(audit) + "\n" + CountText(audit) + "; " + AboutText(audit) + "\n";
  ForFigures(audit, [&](const AuditFigure& figure, bool first) {
    if (first) text += "\n" + figure.check + "\n";
    std::string name = NameText(figure);
    name.resize(std::max<size_t>(name.size(), 58), ' ');
    std::string value = ValueText(figure.value);
    value.resize(std::max<size_t>(value.size(), 24), ' ');
    std::string light(LightName(figure.light()));
    light.resize(7, ' ');
    text += "  " + light + name + value + (figure.decides ? " decides; " : " ") +
            BoundsText(figure.bounds) + (figure.note.empty() ? "" : "  (" + figure.note + ")") +
            "\n";
  });
  text += "\nLimits\n";
  for (const std::string& limit : SimAuditLimits(audit)) text += "- " + limit + "\n";
  return text;
}

std::string SimAuditMarkdown(const SimAudit& audit) {
  std::string text =
      PageLines("**" + VerdictLine(audit) + ".**", "") + "\n\n" +
      PageLines(CountText(audit) + "; " + AboutText(audit) + ". Command: `" + audit.command + "`",
                "") +
      "\n";
  ForFigures(audit, [&](const AuditFigure& figure, bool first) {
    if (first)
      text += "\n### " + figure.check +
              "\n\n| light | figure | value [95%] | bound |\n|---|---|---|---|\n";
    std::string name = NameText(figure);
    if (!figure.note.empty()) name += " (" + figure.note + ")";
    text += "| " + std::string(LightName(figure.light())) + (figure.decides ? ", decides" : "") +
            " | " + name + " | " + ValueText(figure.value) + " | " + BoundsText(figure.bounds) +
            " |\n";
  });
  text += "\n### limits\n\n";
  for (const std::string& limit : SimAuditLimits(audit))
    text += PageLines("- " + limit, "  ") + "\n";
  return text;
}

}  // namespace lerl
