#include "python_process.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>
#include <vector>

#include "lerl/base/error.h"
#include "lerl/base/json_text.h"

PythonProcess::PythonProcess(const std::string& file) : file_(file) {
  std::array<int, 2> in = {-1, -1}, out = {-1, -1};
  if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0)
    throw lerl::Error(lerl::ErrorKind::kIo, file + ": no pipe to it; close other programs");
  ::signal(SIGPIPE, SIG_IGN);  // a program that has ended is an error of ours
  to_ = in[1];
  from_ = out[0];
  child_ = std::make_unique<lerl::RunningChild>(
      std::vector<std::string>{"/usr/bin/env", "python3", "-B", file},
      lerl::ChildStreams{.input = in[0], .output = out[1]});
  ::close(in[0]);
  ::close(out[1]);
}

PythonProcess::~PythonProcess() {
  ::close(to_);  // by which it ends
  ::close(from_);
}

void PythonProcess::Fail(const std::string& what) const {
  throw lerl::Error(lerl::ErrorKind::kUnusable, file_ + ": " + what);
}

nlohmann::json PythonProcess::Ask(const nlohmann::json& question) {
  const std::string line = question.dump() + "\n";
  for (size_t sent = 0; sent < line.size();) {
    const ssize_t n = ::write(to_, line.data() + sent, line.size() - sent);
    if (n <= 0) Fail("it has ended; what it said stands above");
    sent += static_cast<size_t>(n);
  }
  std::array<char, 1 << 16> part{};
  while (rest_.find('\n') == std::string::npos) {
    const ssize_t n = ::read(from_, part.data(), part.size());
    if (n <= 0) Fail("it has ended without an answer; what it said stands above");
    rest_.append(part.data(), static_cast<size_t>(n));
  }
  const size_t end = rest_.find('\n');
  nlohmann::json answer = lerl::TryParseJson(std::string_view(rest_).substr(0, end));
  rest_.erase(0, end + 1);
  if (!answer.is_object()) Fail("its answer is no object of JSON");
  return answer;
}
