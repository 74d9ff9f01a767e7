#include "lerl/serve/api/body_reader.h"

#include <gtest/gtest.h>

#include "lerl/http/message.h"

namespace lerl {
namespace {

std::string FieldAtFault(const std::function<void()>& work) {
  try {
    work();
  } catch (const ProblemError& error) {
    const Fields& members = error.problem().members;
    return std::to_string(error.problem().status) + " " + FieldOf(members, "field");
  }
  return "";
}

TEST(BodyReader, ReadsMembersAndRefusesOthers) {
  const nlohmann::json body = ReadBody(R"({"a": "x", "n": -4})");
  ObjectReader reader(body, "/at");
  EXPECT_EQ(reader.Text("a"), "x");
  EXPECT_EQ(FieldAtFault([&] { reader.Finish(); }), "422 /at/n");
  EXPECT_EQ(reader.Integer("n"), -4);
  EXPECT_EQ(reader.Integer("none"), std::nullopt);
  EXPECT_EQ(reader.TextOr("none", "other"), "other");
  EXPECT_EQ(FieldAtFault([&] { reader.Finish(); }), "");
  EXPECT_EQ(FieldAtFault([&] { reader.Text("n"); }), "422 /at/n");
  EXPECT_EQ(FieldAtFault([&] { reader.RequiredInteger("m"); }), "422 /at/m");
}

TEST(BodyReader, TakesIntegersOf32Bits) {
  for (const char* number : {"2147483648", "-2147483649", "1e10", "0.5", "18446744073709551615",
                             "\"1\"", "null", "true"}) {
    const nlohmann::json body = ReadBody(std::string("{\"n\": ") + number + "}");
    EXPECT_EQ(FieldAtFault([&] { ObjectReader(body, "").Integer("n"); }), "422 /n") << number;
  }
  const nlohmann::json body = ReadBody(R"({"n": 1e3})");
  EXPECT_EQ(ObjectReader(body, "").Integer("n"), 1000);
}

TEST(BodyReader, ReadsListsOfTexts) {
  const nlohmann::json body =
      ReadBody(R"({"a": ["x", "y"], "none": [], "number": [1], "text": "x"})");
  ObjectReader reader(body, "");
  EXPECT_EQ(reader.Texts("a", 2), (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(reader.Texts("none", 2).size(), 0);
  EXPECT_EQ(reader.Texts("not there", 2).size(), 0);
  EXPECT_EQ(FieldAtFault([&] { reader.Texts("a", 1); }), "422 /a");
  EXPECT_EQ(FieldAtFault([&] { reader.Texts("number", 2); }), "422 /number");
  EXPECT_EQ(FieldAtFault([&] { reader.Texts("text", 2); }), "422 /text");
}

TEST(BodyReader, ABodyIsAnObject) {
  EXPECT_TRUE(ReadBody("", true).empty());
  EXPECT_EQ(FieldAtFault([] { ReadBody(""); }), "400 ");
  EXPECT_EQ(FieldAtFault([] { ReadBody("{\"a\": 1,}"); }), "400 ");
  EXPECT_EQ(FieldAtFault([] { ReadBody(std::string(100'000, '[')); }), "400 ");
  EXPECT_EQ(FieldAtFault([] { ReadBody("3"); }), "422 ");
}

TEST(BodyReader, ReadsNumbersOfTheQuery) {
  Request request;
  EXPECT_EQ(QueryNumber(request, "limit", 50, 100), 50);
  request.query["limit"] = "100";
  EXPECT_EQ(QueryNumber(request, "limit", 50, 100), 100);
  for (const char* text : {"", "101", "-1", "1.5", "x", " 1"}) {
    request.query["limit"] = text;
    EXPECT_THROW(QueryNumber(request, "limit", 50, 100), ProblemError) << text;
  }
}

}  // namespace
}  // namespace lerl
