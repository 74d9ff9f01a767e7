#pragma once
// Phrasings: the bank of sentences in which simulated users say their wishes
// (wishes/bank/phrasings.txt, which says what its sections are). Written for this project.
//
// A third of every list of the bank, and a third of the titles that serve as examples, is held out:
// the sentences of training and validation users are made of the rest, those of test users of what
// is held out. What learns from sessions or from the bank therefore never meets what it is judged
// by. Which third follows from a hash of the text alone.
//
// No irony: whoever asks for something means it.

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lerl {

enum class PhrasingPart { kLearning, kHeldOut };

struct CategoryPhrasings {
  std::vector<std::string> words;     // that name the category; small letters
  std::vector<std::string> up, down;  // phrases that ask for it, and that refuse it
};

struct Phrasings {
  std::map<std::string, CategoryPhrasings> of_category;  // by name; "*" for all others
  std::vector<std::string> title_up, title_down;         // with {title}
  std::vector<std::string> two;                          // with {one} and {other}
  std::vector<std::string> whole;                        // with {up} and {down}
  std::vector<std::string> up_alone, down_alone;         // with {up}, and with {down}
};

inline constexpr char kAnyCategory[] = "*";

// Reads a bank. Throws Error(kData) that begins with `where` and the line for one that is in no
// section, for an unknown form of a line, for a frame that lacks one of its places, and where a
// section is missing or a list has fewer than three lines.
Phrasings ParsePhrasings(const std::string& where, std::string_view text);

// The bank of the program.
const Phrasings& BuiltInPhrasings();

// The lines of one part, in their order; a third of them, rounded down, is held out.
std::vector<std::string> PartOf(const std::vector<std::string>& lines, PhrasingPart part);
// Whether the title of this item is held out.
bool IsHeldOutTitle(std::string_view title);

// The same bank with one part of every list alone; `words` stay whole.
Phrasings PartOf(const Phrasings& all, PhrasingPart part);

// The phrasings of a category of this name, with {name} filled in where it has none of its own.
CategoryPhrasings PhrasingsOf(const Phrasings& bank, const std::string& category);

// `text` with every {place} replaced.
std::string FillPlace(std::string text, std::string_view place, std::string_view value);

}  // namespace lerl
