#include "lerl/wishes/phrasings.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "lerl/base/error.h"

namespace lerl {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kSmall[] =
    "[War]\nwords: war, Soldiers\n+ war\n+ tanks\n+ mud\n- no war\n- no mud\n- no tanks\n"
    "[*]\n+ {name}\n+ some {name}\n+ a {name}\n- no {name}\n- not {name}\n- less {name}\n"
    "[titles]\n+ like {title}\n+ a {title}\n+ {title}\n- no {title}\n- not {title}\n- bah {title}\n"
    "[two]\n{one} {other}\n{one}, {other}\n{one} or {other}\n"
    "[all]\n{up} {down}\n{up}, {down}\n{up}; {down}\n[up]\n{up}\n{up}!\n{up}?\n"
    "[down]\n{down}\n{down}!\n{down}?\n";

std::string ErrorOfBank(const std::string& text) {
  try {
    ParsePhrasings("bank", text);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(Phrasings, OfASmallBankAreRead) {
  const Phrasings bank = ParsePhrasings("bank", kSmall);
  EXPECT_THAT(bank.of_category.at("War").words, ElementsAre("war", "soldiers"));
  EXPECT_THAT(bank.of_category.at("War").up, ElementsAre("war", "tanks", "mud"));
  EXPECT_THAT(PhrasingsOf(bank, "Tea").down, ElementsAre("no Tea", "not Tea", "less Tea"));
  EXPECT_THAT(PhrasingsOf(bank, "War").down, ElementsAre("no war", "no mud", "no tanks"));
  EXPECT_THAT(bank.whole, ElementsAre("{up} {down}", "{up}, {down}", "{up}; {down}"));
}

TEST(Phrasings, ThatAreNoBankAreRefusedWithTheirLine) {
  const std::string small(kSmall);
  EXPECT_EQ(ErrorOfBank("+ war\n"), "bank: line 1: it stands before the first [section]");
  EXPECT_THAT(ErrorOfBank("[War]\n* war\n"),
              HasSubstr("line 2: a phrase begins with '+ ' or '- '"));
  EXPECT_THAT(ErrorOfBank("[titles]\n+ like it\n"), HasSubstr("line 2: it needs {title}"));
  EXPECT_THAT(ErrorOfBank("[two]\n{one}\n"), HasSubstr("line 2: it needs {other}"));
  EXPECT_THAT(ErrorOfBank("[War]\n+ war\n"), HasSubstr("the section [*] is missing"));
  EXPECT_THAT(ErrorOfBank(small.substr(0, small.find("[down]"))),
              HasSubstr("[down] needs three lines"));
}

TEST(Phrasings, OfTheProgramAreFortyForEachGenreAndNoneStandsTwice) {
  const Phrasings& bank = BuiltInPhrasings();
  EXPECT_EQ(bank.of_category.size(), 18U + 1U);
  std::set<std::string> seen;
  for (const auto& [name, of] : bank.of_category) {
    if (name == kAnyCategory) continue;
    EXPECT_GE(of.up.size() + of.down.size(), 40U) << name;
    EXPECT_GE(of.words.size(), 5U) << name;
    for (const auto* lines : {&of.up, &of.down})
      for (const std::string& line : *lines) {
        EXPECT_TRUE(seen.insert(line).second) << name << ": " << line;
        EXPECT_EQ(line.find('{'), std::string::npos) << line;
      }
  }
}

TEST(Phrasings, AreSplitForGoodAndAThirdIsHeldOut) {
  const std::vector<std::string> lines = {"a", "b", "c", "d", "e", "f", "g"};
  const auto learning = PartOf(lines, PhrasingPart::kLearning);
  const auto held_out = PartOf(lines, PhrasingPart::kHeldOut);
  EXPECT_EQ(learning.size(), 5U);
  EXPECT_EQ(held_out.size(), 2U);
  std::vector<std::string> both = learning;
  both.insert(both.end(), held_out.begin(), held_out.end());
  std::ranges::sort(both);
  EXPECT_EQ(both, lines);
  // What is held out does not depend on the order.
  const std::vector<std::string> turned(lines.rbegin(), lines.rend());
  for (const std::string& line : PartOf(turned, PhrasingPart::kHeldOut))
    EXPECT_THAT(held_out, Contains(line));
}

TEST(Phrasings, HeldOutOnesAreNeverAmongThoseToLearnFrom) {
  const Phrasings learning = PartOf(BuiltInPhrasings(), PhrasingPart::kLearning);
  const Phrasings held_out = PartOf(BuiltInPhrasings(), PhrasingPart::kHeldOut);
  for (const auto& [name, of] : held_out.of_category) {
    if (name == kAnyCategory) continue;
    EXPECT_EQ(of.up.size(), 8U) << name;
    EXPECT_EQ(of.down.size(), 5U) << name;
    for (const std::string& line : of.up)
      EXPECT_THAT(learning.of_category.at(name).up, ::testing::Not(Contains(line)));
  }
  EXPECT_EQ(held_out.title_up.size(), 4U);
  EXPECT_EQ(learning.title_up.size(), 8U);
}

}  // namespace
}  // namespace lerl
