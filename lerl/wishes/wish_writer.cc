#include "lerl/wishes/wish_writer.h"

#include <algorithm>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/base/printable.h"
#include "lerl/wishes/wish_text.h"

namespace lerl {
namespace {

constexpr size_t kExamples = 20;      // titles of a category
constexpr size_t kLongestTitle = 60;  // bytes; longer ones are no examples
constexpr size_t kShortestSlip = 4;   // letters of a word that may have a slip

const std::string& Draw(const std::vector<std::string>& of, Rng& rng) {
  return of[rng.Below(of.size())];
}

bool IsAsciiLetter(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

std::vector<int64_t> TrainingRowsOfItems(const Dataset& dataset, const Split& split) {
  std::vector<int64_t> rows(At(dataset.num_items()));
  for (int64_t user = 0; user < dataset.num_users(); ++user)
    for (const int64_t row : PastRows(dataset, split, user)) ++rows[At(dataset.items[At(row)])];
  return rows;
}

// Items of each category, best examples first: [C].
std::vector<std::vector<int32_t>> Examples(const Dataset& dataset, const Split& split) {
  const std::vector<int64_t> rows = TrainingRowsOfItems(dataset, split);
  std::vector<std::vector<int32_t>> of(At(dataset.num_categories()));
  for (int64_t item = 0; item < dataset.num_items(); ++item) {
    const std::string& title = dataset.item_titles[At(item)];
    if (title.empty() || title.size() > kLongestTitle) continue;
    for (const int32_t c : dataset.CategoriesOf(item))
      of[At(c)].push_back(static_cast<int32_t>(item));
  }
  // By the number of the item's categories, then by its rows.
  for (std::vector<int32_t>& items : of) {
    std::ranges::stable_sort(items, {}, [&](int32_t item) {
      return std::pair(dataset.CategoriesOf(item).size(), -rows[At(item)]);
    });
    items.resize(std::min(items.size(), kExamples));
  }
  return of;
}

// Capital letters where sentences begin, and a full stop at the end.
std::string AsSentence(std::string text) {
  bool begins = true;
  for (char& byte : text) {
    if (begins && byte != ' ') {
      if (byte >= 'a' && byte <= 'z') byte = static_cast<char>(byte - 'a' + 'A');
      begins = false;
    }
    begins |= byte == '.' || byte == '?';
  }
  if (!text.ends_with('.') && !text.ends_with('?')) text += '.';
  return text;
}

// Changes a word [begin, end) of the text. Returns how many bytes it became shorter by.
size_t Slip(std::string& text, size_t begin, size_t end, Rng& rng) {
  const size_t at = begin + 1 + rng.Below(end - begin - 2);
  if (rng.Bernoulli(0.5)) {
    std::swap(text[at], text[at + 1]);
    return 0;
  }
  text.erase(at, 1);
  return 1;
}

}  // namespace

std::string SpokenTitle(const std::string& title) {
  std::string text = title;
  // 1. A year in brackets at the end.
  if (text.size() > 7 && text.ends_with(')') && text[text.size() - 6] == '(')
    text = std::string(Trimmed(std::string_view(text).substr(0, text.size() - 6)));
  // 2. An article behind a comma.
  for (const char* article : {", The", ", A", ", An", ", Les", ", La", ", Le", ", Il", ", Das"}) {
    if (!text.ends_with(article)) continue;
    const std::string behind(article);
    return behind.substr(2) + " " + text.substr(0, text.size() - behind.size());
  }
  return text;
}

std::string WithTypos(std::string text, double share, Rng& rng) {
  if (share <= 0) return text;
  for (size_t begin = 0; begin < text.size();) {
    size_t end = begin;
    while (end < text.size() && IsAsciiLetter(text[end])) ++end;
    if (end - begin >= kShortestSlip && rng.Bernoulli(share)) end -= Slip(text, begin, end, rng);
    begin = end + 1;
  }
  return text;
}

WishWriter::WishWriter(const Dataset& dataset, const Split& split) {
  const auto examples = Examples(dataset, split);
  for (const PhrasingPart part : {PhrasingPart::kLearning, PhrasingPart::kHeldOut}) {
    Voice& voice = part == PhrasingPart::kHeldOut ? held_out_ : learning_;
    voice.bank = PartOf(BuiltInPhrasings(), part);
    for (size_t c = 0; c < examples.size(); ++c) {
      voice.of.push_back(PhrasingsOf(voice.bank, dataset.categories[c]));
      std::vector<std::string>& titles = voice.titles.emplace_back();
      for (const int32_t item : examples[c]) {
        const std::string title = SpokenTitle(dataset.item_titles[At(item)]);
        if (IsHeldOutTitle(title) == (part == PhrasingPart::kHeldOut)) titles.push_back(title);
      }
    }
  }
}

const std::vector<std::string>& WishWriter::Titles(int32_t category, PhrasingPart part) const {
  return VoiceOf(part).titles.at(At(category));
}

std::string WishWriter::Phrase(const Voice& voice, int32_t category, bool asked,
                               const WishStyle& style, Rng& rng) {
  const std::vector<std::string>& titles = voice.titles.at(At(category));
  if (rng.Bernoulli(style.titles) && !titles.empty()) {
    const std::string& frame = Draw(asked ? voice.bank.title_up : voice.bank.title_down, rng);
    return FillPlace(frame, "{title}", Draw(titles, rng));
  }
  const CategoryPhrasings& of = voice.of.at(At(category));
  return Draw(asked ? of.up : of.down, rng);
}

std::string WishWriter::Write(const WishCategories& subject, PhrasingPart part,
                              const WishStyle& style, Rng& rng) const {
  LERL_CHECK(subject.up.size() <= 2 && (!subject.up.empty() || subject.down >= 0));
  const Voice& voice = VoiceOf(part);
  // 1. What is asked for.
  std::string up;
  for (const int32_t category : subject.up) {
    const std::string phrase = Phrase(voice, category, /*asked=*/true, style, rng);
    up = up.empty()
             ? phrase
             : FillPlace(FillPlace(Draw(voice.bank.two, rng), "{one}", up), "{other}", phrase);
  }
  // 2. What is refused, and the sentence around both.
  const std::vector<std::string>& frames = subject.down < 0     ? voice.bank.up_alone
                                           : subject.up.empty() ? voice.bank.down_alone
                                                                : voice.bank.whole;
  std::string text = FillPlace(Draw(frames, rng), "{up}", up);
  if (subject.down >= 0)
    text = FillPlace(text, "{down}", Phrase(voice, subject.down, /*asked=*/false, style, rng));
  // 3. As it is typed.
  text = WithTypos(AsSentence(std::move(text)), style.typos, rng);
  return text.size() <= kLongestWish ? text : text.substr(0, text.rfind(' ', kLongestWish));
}

}  // namespace lerl
