#include "lerl/bench/service_process.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <thread>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/bench/loopback.h"

namespace lerl {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kLongestStart = 600;  // seconds
constexpr std::chrono::milliseconds kLook{2};

double SecondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

std::string LastLine(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::string line, last;
  while (std::getline(in, line))
    if (!line.empty()) last = line;
  return last;
}

}  // namespace

ServiceProcess::ServiceProcess(const std::vector<std::string>& words,
                               const std::filesystem::path& log)
    : log_(log) {
  const int file = ::open(log.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  std::array<int, 2> ends{};
  if (file < 0 || ::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw Error(ErrorKind::kIo, log.string() + ": cannot be written: " + std::strerror(errno));
  const auto begin = Clock::now();
  child_ = std::make_unique<RunningChild>(words, ChildStreams{.output = ends[1], .errors = file});
  ::close(file);
  ::close(ends[1]);
  port_ = ReadPort(ends[0]);
  ::close(ends[0]);
  while (StatusOf(port_, "/readyz") != 200) {
    if (SecondsSince(begin) > kLongestStart) Fail("is not ready");
    std::this_thread::sleep_for(kLook);
  }
  seconds_to_ready_ = SecondsSince(begin);
}

ServiceProcess::~ServiceProcess() = default;

void ServiceProcess::Fail(const std::string& what) const {
  throw Error(ErrorKind::kIo, "the service " + what + ": " + LastLine(log_));
}

// The port of the line that the service prints once it listens.
int ServiceProcess::ReadPort(int pipe) const {
  std::string said;
  std::array<char, 256> part{};
  while (!said.ends_with('\n')) {
    const ssize_t count = ::read(pipe, part.data(), part.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    said.append(part.data(), static_cast<size_t>(count));
  }
  const size_t colon = said.rfind(':');
  if (!said.starts_with("listening on ") || colon == std::string::npos) Fail("did not start");
  return std::atoi(said.c_str() + colon + 1);
}

double ServiceProcess::ResidentBytes() const {
  std::ifstream in("/proc/" + std::to_string(child_->id()) + "/statm");
  double size = 0, resident = 0;  // pages
  in >> size >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

void ServiceProcess::Stop() {
  if (child_->End(SIGTERM) != 0) Fail("did not end well");
}

}  // namespace lerl
