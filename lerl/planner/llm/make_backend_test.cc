#include "lerl/planner/llm/make_backend.h"

#include <gmock/gmock.h>

#include "lerl/base/error.h"

namespace lerl {
namespace {

TEST(MakeBackend, TakesTheEndpointWhereItHasUrls) {
  LlmPlannerConfig config;
  config.endpoint.urls = {"http://127.0.0.1:9/v1"};
  config.endpoint.model = "some-model";
  EXPECT_EQ(MakeBackend(config)->name(), "some-model (endpoint)");
}

TEST(MakeBackend, RefusesAModelFileBesideAnEndpoint) {
  LlmPlannerConfig config;
  config.endpoint.urls = {"http://127.0.0.1:9/v1"};
  config.model = "x.gguf";
  EXPECT_THROW(MakeBackend(config), Error);
}

TEST(MakeBackend, TakesTheFileOtherwise) {
  LlmPlannerConfig config;
  config.model = "/no/such.gguf";
  try {
    MakeBackend(config);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("/no/such.gguf"));
  }
}

}  // namespace
}  // namespace lerl
