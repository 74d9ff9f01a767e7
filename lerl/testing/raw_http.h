#pragma once
// Clients of an HTTP server under test: a socket that sends any bytes at all, and libcurl.

#include <arpa/inet.h>
#include <curl/curl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lerl {

// An answer, as a test reads it. Header names are in small letters.
struct RawAnswer {
  int status = 0;  // 0: there was none
  std::map<std::string, std::string> headers = {};
  std::string body = {};
};

inline std::string RawSmall(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return text;
}

class RawClient {
 public:
  explicit RawClient(int port, const char* address = "127.0.0.1") {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(static_cast<uint16_t>(port));
    ::inet_pton(AF_INET, address, &name.sin_addr);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&name), sizeof(name)) == 0;
  }
  ~RawClient() {
    if (socket_ >= 0) ::close(socket_);
  }
  RawClient(RawClient&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)),
        connected_(other.connected_),
        input_(std::move(other.input_)) {}
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }
  int socket_id() const { return socket_; }

  // Returns false where the server has closed the connection.
  bool Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(count));
    }
    return true;
  }
  void EndSending() { ::shutdown(socket_, SHUT_WR); }

  // Waits for more bytes; false at the end, or where none come within `milliseconds`.
  bool More(int milliseconds = 20000) {
    pollfd descriptor = {socket_, POLLIN, 0};
    if (::poll(&descriptor, 1, milliseconds) <= 0) return false;
    std::string buffer(1 << 16, '\0');
    const ssize_t count = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (count <= 0) return false;
    input_.append(buffer, 0, static_cast<size_t>(count));
    return true;
  }
  // All that comes until the server ends.
  std::string Rest() {
    while (More()) continue;
    return std::exchange(input_, {});
  }
  // What has come, up to and with `end`; "" where it does not come.
  std::string Until(std::string_view end) {
    while (input_.find(end) == std::string::npos)
      if (!More()) return "";
    const size_t size = input_.find(end) + end.size();
    const std::string text = input_.substr(0, size);
    input_.erase(0, size);
    return text;
  }
  // The next answer. `bodiless`: to HEAD.
  RawAnswer Answer(bool bodiless = false) {
    RawAnswer answer;
    const std::string head = Until("\r\n\r\n");
    if (head.size() < 12) return answer;
    answer.status = std::stoi(head.substr(9, 3));
    for (size_t at = head.find("\r\n") + 2; at + 2 < head.size();) {
      const size_t end = head.find("\r\n", at), colon = head.find(':', at);
      answer.headers[RawSmall(head.substr(at, colon - at))] =
          head.substr(std::min(colon + 2, end), end - std::min(colon + 2, end));
      at = end + 2;
    }
    if (bodiless || !answer.headers.contains("content-length")) return answer;
    const size_t length = std::stoul(answer.headers["content-length"]);
    while (input_.size() < length)
      if (!More()) break;
    answer.body = input_.substr(0, length);
    input_.erase(0, answer.body.size());
    return answer;
  }

 private:
  int socket_ = -1;
  bool connected_ = false;
  std::string input_;
};

inline RawAnswer AnswerTo(int port, std::string_view bytes) {
  RawClient client(port);
  client.Send(bytes);
  return client.Answer();
}

// libcurl with kept connections.
class CurlClient {
 public:
  CurlClient() : easy_(curl_easy_init(), curl_easy_cleanup) {}

  RawAnswer Ask(const std::string& url, const std::string& body = "",
                const std::vector<std::string>& headers = {}, const char* method = nullptr) {
    RawAnswer answer;
    CURL* easy = easy_.get();
    curl_easy_reset(easy);
    curl_slist* list = nullptr;
    for (const std::string& header : headers) list = curl_slist_append(list, header.c_str());
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, 60L);
    if (!body.empty()) curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, body.c_str());
    if (method != nullptr) curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
    if (method != nullptr && std::string_view(method) == "HEAD")
      curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, TakeBody);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &answer.body);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, TakeHeader);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &answer);
    code_ = curl_easy_perform(easy);
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    answer.status = code_ == CURLE_OK ? static_cast<int>(status) : 0;
    curl_slist_free_all(list);
    return answer;
  }
  CURLcode code() const { return code_; }

 private:
  static size_t TakeBody(char* data, size_t size, size_t count, void* body) {
    static_cast<std::string*>(body)->append(data, size * count);
    return size * count;
  }
  static size_t TakeHeader(char* data, size_t size, size_t count, void* user) {
    const std::string line(data, size * count);
    const size_t colon = line.find(':');
    if (colon != std::string::npos && line.size() > colon + 3)
      static_cast<RawAnswer*>(user)->headers[RawSmall(line.substr(0, colon))] =
          line.substr(colon + 2, line.size() - colon - 4);
    return size * count;
  }
  std::unique_ptr<CURL, void (*)(CURL*)> easy_;
  CURLcode code_ = CURLE_OK;
};

}  // namespace lerl
