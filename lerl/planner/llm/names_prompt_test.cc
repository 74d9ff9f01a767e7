#include "lerl/planner/llm/names_prompt.h"

#include <gmock/gmock.h>

#include <set>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/llm/scripted_backend.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;

const std::vector<std::string> kThreeNames = {"Action", "Comedy", "Drama"};

PlanPrompt FilmsPrompt(bool chat, const std::vector<std::string>& reflections = {}) {
  const auto backend =
      MakeScriptedBackend({.chat = [](const std::string& system, const std::string& user) {
        return "<s>" + system + "<u>" + user + "<a>";
      }});
  return BuildNamesPrompt(*backend, LoadNamesTemplate("films"), chat, "Plan.", /*order_seed=*/1,
                          kThreeNames, reflections);
}

TEST(NamesPrompt, ReadsAsWritten) {
  const PlanPrompt prompt = FilmsPrompt(false, {"Rotate.", "Be kind."});
  EXPECT_THAT(prompt.prefix,
              ::testing::MatchesRegex("Film [a-z]+: [A-Z][a-z]+, [A-Z][a-z]+, [A-Z][a-z]+\\.\n"
                                      "Rotate\\.\nBe kind\\.\n"));
  const PlanState state = {.favourites = {2, 0}, .last = {1}, .last_liked = true, .often = {}};
  EXPECT_EQ(prompt.Suffix(state, kThreeNames),
            "A viewer liked Drama, Action.\n"
            "They just saw Comedy and liked it.\n"
            "Best genre for them next:");
}

TEST(NamesPrompt, NamesTheUserWhereTheStateDoes) {
  EXPECT_EQ(FilmsPrompt(false).Suffix({.user = "u42", .favourites = {2}}, kThreeNames),
            "The viewer is called u42.\nA viewer liked Drama.\nBest genre for them next:");
}

TEST(NamesPrompt, WithoutHistoryTheUsersLinesAreLeftOut) {
  const PlanPrompt prompt = FilmsPrompt(false);
  EXPECT_EQ(prompt.Suffix({}, kThreeNames), "Best genre for them next:");
  EXPECT_EQ(prompt.prefix.back(), '\n');
  EXPECT_EQ(prompt.prefix.find("\n\n"), std::string::npos);
}

TEST(NamesPrompt, InAChatTheTemplateStandsAround) {
  const PlanPrompt prompt = FilmsPrompt(true);
  EXPECT_TRUE(prompt.prefix.starts_with("<s>Plan.<u>Film "));
  EXPECT_EQ(prompt.Suffix({.favourites = {2}}, kThreeNames),
            "A viewer liked Drama.\nBest genre for them next:<a>");
}

TEST(NamesPrompt, TheOrderOfNamesIsPermutedByTheSeed) {
  const auto backend = MakeScriptedBackend({});
  std::set<std::string> prefixes;
  for (uint64_t seed = 0; seed < 40; ++seed)
    prefixes.insert(BuildNamesPrompt(*backend, LoadNamesTemplate("categories"), false, "", seed,
                                     kThreeNames, {})
                        .prefix);
  EXPECT_EQ(prefixes.size(), 6U);  // 3!
}

std::string MessageOf(const std::string& text) {
  const auto path = ProcessFolder() / "names_prompt.txt";
  WriteFileWhole(path, text);
  try {
    LoadNamesTemplate(path.string());
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConfig);
    return error.what();
  }
  return "";
}

TEST(NamesPrompt, OwnTemplatesThatAreWrongAreNamed) {
  EXPECT_EQ(MessageOf("{categories}\nLiked: {favourites}\nNext:\n"), "");
  EXPECT_THAT(MessageOf("Liked: {favourites}\n"), HasSubstr("{categories} is missing"));
  EXPECT_THAT(MessageOf("{categories} {favourite}"), HasSubstr("{favourite} is not a place"));
  EXPECT_THAT(MessageOf("{categories} {favourites {"), HasSubstr("is not a place"));
  EXPECT_THAT(MessageOf("{categories} {categories}\n{favourites}"), HasSubstr("stands twice"));
  EXPECT_THAT(MessageOf("{favourites}\n{categories}\n"), HasSubstr("before the user's"));
  EXPECT_THROW(LoadNamesTemplate("film"), Error);
  EXPECT_THROW(LoadNamesTemplate("/no/such/file.txt"), Error);
}

}  // namespace
}  // namespace lerl
