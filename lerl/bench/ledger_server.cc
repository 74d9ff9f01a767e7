#include "lerl/bench/ledger_server.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <thread>
#include <vector>

#include "lerl/base/error.h"
#include "lerl/sql_cells/make_cell_ledger.h"

namespace lerl {
namespace {

constexpr char kServerPrograms[] = "/usr/lib/postgresql/15/bin/";

// The server refuses to run as root, which lends it another user.
std::vector<std::string> AsAnother(std::vector<std::string> words) {
  if (::getuid() == 0)
    words.insert(words.begin(), {"setpriv", "--reuid=postgres", "--regid=postgres",
                                 "--clear-groups", "--pdeathsig=INT", "--"});
  return words;
}

}  // namespace

std::unique_ptr<LedgerServer> LedgerServer::Start() {
  if (!std::filesystem::exists(std::string(kServerPrograms) + "initdb")) return nullptr;
  return std::unique_ptr<LedgerServer>(new LedgerServer());
}

LedgerServer::LedgerServer() {
  const std::string folder = folder_.path().string(), data = folder + "/data";
  if (::getuid() == 0 && ExitStatus({"chown", "postgres", folder}) != 0)
    throw Error(ErrorKind::kIo, folder + ": cannot be given to the user postgres");
  const int log =
      ::open((folder + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const ChildStreams streams{.output = log, .errors = log};
  const std::string programs = kServerPrograms;
  const std::vector<std::string> make =
      AsAnother({programs + "initdb", "--pgdata=" + data, "--username=lerl", "--auth=trust",
                 "--encoding=UTF8", "--locale=C"});
  if (ExitStatus(make, streams) != 0)
    throw Error(ErrorKind::kIo, folder + "/log: initdb failed, and says there why");
  server_ = std::make_unique<RunningChild>(
      AsAnother({programs + "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", "-c",
                 "max_connections=100"}),
      streams);
  ::close(log);
  MakeCellLedger(url(), "the benchmark's server");  // which waits until it answers
}

LedgerServer::~LedgerServer() { server_->End(SIGINT); }

std::string LedgerServer::url() const {
  return "postgresql://lerl@/postgres?host=" + folder_.path().string();
}

}  // namespace lerl
