#include "lerl/wishes/phrasings.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "lerl/base/error.h"
#include "lerl/base/hash.h"
#include "lerl/base/index.h"
#include "lerl/base/printable.h"
#include "lerl/wishes/bank/phrasings_file.h"

namespace lerl {
namespace {

constexpr size_t kFewestLines = 3;

// Frames: lines without a mark, each of which needs these places.
struct FrameRow {
  std::string_view section;
  std::vector<std::string> Phrasings::*lines;
  std::vector<std::string_view> places;
};
const std::vector<FrameRow>& FrameRows() {
  static const std::vector<FrameRow> rows = {{"two", &Phrasings::two, {"{one}", "{other}"}},
                                             {"all", &Phrasings::whole, {"{up}", "{down}"}},
                                             {"up", &Phrasings::up_alone, {"{up}"}},
                                             {"down", &Phrasings::down_alone, {"{down}"}}};
  return rows;
}

class Reader {
 public:
  explicit Reader(std::string where) : where_(std::move(where)) {}

  Phrasings Read(std::string_view text) {
    for (size_t begin = 0; begin < text.size();) {
      const size_t end = std::min(text.find('\n', begin), text.size());
      ++line_;
      const std::string_view line = Trimmed(text.substr(begin, end - begin));
      if (!line.empty() && line[0] != '#') TakeLine(std::string(line));
      begin = end + 1;
    }
    Finish();
    return std::move(bank_);
  }

 private:
  [[noreturn]] void Fail(const std::string& what) const {
    throw Error(ErrorKind::kData, where_ + ": line " + std::to_string(line_) + ": " + what);
  }

  void Need(const std::string& line, std::string_view place) const {
    if (line.find(place) == std::string::npos) Fail("it needs " + std::string(place));
  }

  void TakeLine(const std::string& line) {
    if (line.front() == '[' && line.back() == ']') {
      section_ = line.substr(1, line.size() - 2);
      return;
    }
    if (section_.empty()) Fail("it stands before the first [section]");
    for (const FrameRow& row : FrameRows()) {
      if (row.section != section_) continue;
      for (const std::string_view place : row.places) Need(line, place);
      (bank_.*row.lines).push_back(line);
      return;
    }
    TakePhrase(line);
  }

  void TakePhrase(const std::string& line) {
    constexpr std::string_view kWords = "words:";
    const bool titles = section_ == "titles";
    CategoryPhrasings& of = titles ? titles_ : bank_.of_category[section_];
    if (line.starts_with(kWords)) {
      TakeWords(line.substr(kWords.size()), of);
      return;
    }
    if (line.size() < 3 || (line[0] != '+' && line[0] != '-') || line[1] != ' ')
      Fail("a phrase begins with '+ ' or '- ', and a list of words with 'words:'");
    if (titles) Need(line, "{title}");
    if (section_ == kAnyCategory) Need(line, "{name}");
    (line[0] == '+' ? of.up : of.down).push_back(line.substr(2));
  }

  static void TakeWords(const std::string& list, CategoryPhrasings& of) {
    for (size_t begin = 0; begin <= list.size();) {
      const size_t end = std::min(list.find(',', begin), list.size());
      of.words.push_back(
          SmallLetters(std::string(Trimmed(std::string_view(list).substr(begin, end - begin)))));
      begin = end + 1;
    }
  }

  void Finish() {
    bank_.title_up = titles_.up;
    bank_.title_down = titles_.down;
    if (!bank_.of_category.contains(kAnyCategory)) Fail("the section [*] is missing");
    const auto enough = [this](const std::string& section, const std::vector<std::string>& lines) {
      if (lines.size() < kFewestLines)
        Fail("[" + section +
             "] needs three lines of each kind at least, so that a third of them "
             "can be held out");
    };
    for (const auto& [name, of] : bank_.of_category) enough(name, of.up), enough(name, of.down);
    enough("titles", bank_.title_up), enough("titles", bank_.title_down);
    for (const FrameRow& row : FrameRows()) enough(std::string(row.section), bank_.*row.lines);
  }

  const std::string where_;
  int line_ = 0;
  std::string section_;
  CategoryPhrasings titles_;
  Phrasings bank_;
};

uint64_t HashOf(std::string_view text) {
  return Hash(std::as_bytes(std::span(text.data(), text.size())));
}

}  // namespace

Phrasings ParsePhrasings(const std::string& where, std::string_view text) {
  return Reader(where).Read(text);
}

const Phrasings& BuiltInPhrasings() {
  static const Phrasings bank = ParsePhrasings("phrasings.txt", kPhrasingsTxt);
  return bank;
}

std::vector<std::string> PartOf(const std::vector<std::string>& lines, PhrasingPart part) {
  // The lines of the lowest hashes are held out.
  std::vector<size_t> order(lines.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::sort(order, {}, [&](size_t i) { return std::pair(HashOf(lines[i]), i); });
  const std::set<size_t> held_out(order.begin(),
                                  order.begin() + static_cast<std::ptrdiff_t>(lines.size() / 3));
  std::vector<std::string> of_part;
  for (size_t i = 0; i < lines.size(); ++i)
    if (held_out.contains(i) == (part == PhrasingPart::kHeldOut)) of_part.push_back(lines[i]);
  return of_part;
}

bool IsHeldOutTitle(std::string_view title) { return HashOf(title) % 3 == 0; }

Phrasings PartOf(const Phrasings& all, PhrasingPart part) {
  Phrasings some = all;
  const auto cut = [part](std::vector<std::string>& lines) { lines = PartOf(lines, part); };
  for (auto& [name, of] : some.of_category) cut(of.up), cut(of.down);
  for (auto* lines :
       {&some.title_up, &some.title_down, &some.two, &some.whole, &some.up_alone, &some.down_alone})
    cut(*lines);
  return some;
}

CategoryPhrasings PhrasingsOf(const Phrasings& bank, const std::string& category) {
  const auto own = bank.of_category.find(category);
  if (own != bank.of_category.end() && category != kAnyCategory) return own->second;
  CategoryPhrasings any = bank.of_category.at(kAnyCategory);
  for (auto* lines : {&any.up, &any.down})
    for (std::string& line : *lines) line = FillPlace(line, "{name}", category);
  return any;
}

std::string FillPlace(std::string text, std::string_view place, std::string_view value) {
  for (size_t at = text.find(place); at != std::string::npos;
       at = text.find(place, at + value.size()))
    text.replace(at, place.size(), value);
  return text;
}

}  // namespace lerl
