#include "lerl/bench/service_process.h"

#include <gtest/gtest.h>

#include "lerl/base/error.h"
#include "lerl/bench/generated_data.h"
#include "lerl/http/server.h"

namespace lerl {
namespace {

// A program that says that it listens where a server of this process does.
std::vector<std::string> Saying(int port) {
  return {"sh", "-c",
          "trap 'exit 0' TERM; echo listening on http://127.0.0.1:" + std::to_string(port) +
              "; while true; do sleep .01; done"};
}

TEST(ServiceProcess, IsReadyWhereItListensAndEndsWell) {
  ServerConfig config;
  config.port = 0;
  const HttpServer server(config, {.handler = [](Request&) { return Response{.body = "{}"}; }});
  const TemporaryFolder folder;
  ServiceProcess process(Saying(server.port()), folder.path() / "log");
  EXPECT_EQ(process.port(), server.port());
  EXPECT_GT(process.seconds_to_ready(), 0);
  EXPECT_GT(process.ResidentBytes(), 1e4);
  process.Stop();
}

TEST(ServiceProcess, SaysWhyItDidNotStart) {
  const TemporaryFolder folder;
  try {
    ServiceProcess({"sh", "-c", "echo lerl: no run there >&2; exit 2"}, folder.path() / "log");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "the service did not start: lerl: no run there");
  }
}

}  // namespace
}  // namespace lerl
