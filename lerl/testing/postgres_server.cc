#include "lerl/testing/postgres_server.h"

#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "lerl/events/postgres_connection.h"

namespace lerl {
namespace fs = std::filesystem;
namespace {

constexpr const char* kPrograms = "/usr/lib/postgresql/15/bin/";

// The server refuses to run as root, so root lends it another user.
const passwd* OtherUser() {
  if (::getuid() != 0) return nullptr;
  const passwd* user = ::getpwnam("postgres");
  return user != nullptr ? user : ::getpwnam("nobody");
}

// Starts a program, which ends with this one, and returns its process. Its output goes to `log`.
int StartProgram(const std::vector<std::string>& words, const fs::path& log) {
  const passwd* user = OtherUser();
  const uid_t uid = user != nullptr ? user->pw_uid : ::getuid();
  const gid_t gid = user != nullptr ? user->pw_gid : ::getgid();
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const int process = ::fork();
  if (process < 0) throw std::runtime_error("cannot start " + words[0]);
  if (process > 0) return process;
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  ::dup2(out, 1);
  ::dup2(out, 2);
  if (user != nullptr && (::setgid(gid) != 0 || ::setuid(uid) != 0)) ::_exit(126);
  ::prctl(PR_SET_PDEATHSIG, SIGINT);
  if (::chdir("/") == 0) ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

int WaitFor(int process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

PostgresServer* PostgresServer::Get() {
  if (!fs::exists(std::string(kPrograms) + "initdb")) return nullptr;
  static const std::unique_ptr<PostgresServer> server = std::make_unique<PostgresServer>();
  return server.get();
}

PostgresServer::PostgresServer() {
  std::string name = (fs::temp_directory_path() / "lerl-postgres.XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder: " + name);
  folder_ = name;
  if (const passwd* user = OtherUser();
      user != nullptr && ::chown(name.c_str(), user->pw_uid, user->pw_gid) != 0)
    throw std::runtime_error("cannot give away " + name);
  const std::vector<std::string> words = {std::string(kPrograms) + "initdb",
                                          "--no-sync",
                                          "--pgdata=" + (folder_ / "data").string(),
                                          "--username=lerl",
                                          "--auth=trust",
                                          "--encoding=UTF8",
                                          "--locale=C"};
  if (WaitFor(StartProgram(words, folder_ / "log")) != 0)
    throw std::runtime_error("initdb failed; see " + (folder_ / "log").string());
  Start();
}

PostgresServer::~PostgresServer() {
  Stop();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string PostgresServer::Url() const {
  return "postgresql://lerl@/postgres?host=" + folder_.string();
}

void PostgresServer::Start() {
  process_ = StartProgram(
      {std::string(kPrograms) + "postgres", "-D", (folder_ / "data").string(), "-k",
       folder_.string(), "-c", "listen_addresses=", "-c", "fsync=on", "-c", "max_connections=60"},
      folder_ / "log");
  StoreConfig config;
  for (int tries = 0; tries < 1200; ++tries) {
    try {
      const PostgresConnection connection(Url(), config);
      return;
    } catch (const std::runtime_error&) {
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
    }
  }
  throw std::runtime_error("the server does not answer; see " + (folder_ / "log").string());
}

void PostgresServer::Signal(int signal) {
  if (process_ < 0) return;
  ::kill(process_, signal);
  WaitFor(process_);
  process_ = -1;
}

void PostgresServer::Stop() { Signal(SIGINT); }
void PostgresServer::Crash() { Signal(SIGQUIT); }

StoreConfig PostgresServer::FreshStore() {
  const std::string schema = "store" + std::to_string(stores_++);
  StoreConfig config;
  PostgresConnection(Url(), config).Script("CREATE SCHEMA " + schema);
  config.url = Url() + "&options=-csearch_path%3D" + schema;
  return config;
}

}  // namespace lerl
