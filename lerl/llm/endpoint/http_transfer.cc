#include "lerl/llm/endpoint/http_transfer.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <mutex>
#include <unordered_map>

#include "lerl/base/check.h"
#include "lerl/base/printable.h"
#include "lerl/llm/endpoint/retry.h"

namespace lerl {

struct SlistDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// One request in flight. It stays in place while libcurl points to it.
struct HttpInFlight {
  int64_t id = 0;
  HttpRequest request;
  std::unique_ptr<curl_slist, SlistDeleter> headers;
  HttpResponse response;
  bool too_long = false;
  std::array<char, CURL_ERROR_SIZE> detail{};
};

namespace {

constexpr size_t kIdleHandles = 256;

size_t TakeBody(char* data, size_t size, size_t count, void* user) {
  auto& transfer = *static_cast<HttpInFlight*>(user);
  if (transfer.response.body.size() + size * count > kLongestHttpBody) {
    transfer.too_long = true;
    return 0;
  }
  transfer.response.body.append(data, size * count);
  return size * count;
}

size_t TakeHeader(char* data, size_t size, size_t count, void* user) {
  const std::string_view line(data, size * count);
  HttpResponse& response = static_cast<HttpInFlight*>(user)->response;
  const auto value_of = [line](std::string_view name) -> std::optional<std::string> {
    const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
    if (line.size() <= name.size() || !std::equal(name.begin(), name.end(), line.begin(), same))
      return std::nullopt;
    return std::string(Trimmed(line.substr(name.size()), " \t\r\n"));
  };
  if (const auto pause = value_of("retry-after:"))
    response.retry_after = ParseRetryAfter(*pause, static_cast<double>(std::time(nullptr)));
  if (const auto place = value_of("location:")) response.location = *place;
  return size * count;
}

std::string FromEnvironment(std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return value;
  return "";
}

// libcurl takes no_proxy from the environment where it is told nothing, and the machine itself is
// asked by no proxy whatever stands there.
void SetUpProxies(CURL* easy, std::string_view url) {
  const std::string none = FromEnvironment({"no_proxy", "NO_PROXY"});
  const std::string itself = "localhost,127.0.0.1,::1";
  curl_easy_setopt(easy, CURLOPT_NOPROXY,
                   none == "*" ? "*" : (none.empty() ? itself : none + "," + itself).c_str());
  // It heeds HTTP_PROXY in small letters alone, for the sake of CGI programs.
  const std::string http = FromEnvironment({"http_proxy", "all_proxy", "ALL_PROXY"});
  const std::string capitals = FromEnvironment({"HTTP_PROXY"});
  if (url.starts_with("http://") && http.empty() && !capitals.empty())
    curl_easy_setopt(easy, CURLOPT_PROXY, capitals.c_str());
}

void SetUpCertificates(CURL* easy, const std::string& ca_file) {
  const std::string file = ca_file.empty() ? FromEnvironment({"SSL_CERT_FILE"}) : ca_file;
  const std::string folder = ca_file.empty() ? FromEnvironment({"SSL_CERT_DIR"}) : "";
  for (const CURLoption option : {CURLOPT_CAINFO, CURLOPT_PROXY_CAINFO})
    if (!file.empty()) curl_easy_setopt(easy, option, file.c_str());
  if (!folder.empty()) curl_easy_setopt(easy, CURLOPT_CAPATH, folder.c_str());
}

void SetUp(CURL* easy, HttpInFlight& transfer) {
  curl_slist* headers = curl_slist_append(nullptr, "Content-Type: application/json");
  headers = curl_slist_append(headers, "Expect:");  // the body is sent without asking first
  for (const std::string& header : transfer.request.headers)
    headers = curl_slist_append(headers, header.c_str());
  transfer.headers.reset(headers);
  curl_easy_setopt(easy, CURLOPT_URL, transfer.request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  if (transfer.request.get) {
    curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
  } else {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, transfer.request.body.data());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(transfer.request.body.size()));
  }
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
                   std::max(1L, static_cast<long>(transfer.request.timeout * 1000)));
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");  // a compressed answer is unpacked
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.detail.data());
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, TakeBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, TakeHeader);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
}

}  // namespace

struct HttpTransfer::Core {
  explicit Core(std::string certificates) : ca_file(std::move(certificates)) {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    multi = curl_multi_init();
    LERL_CHECK(multi != nullptr);
  }
  ~Core() {
    for (auto& [easy, transfer] : running) {
      curl_multi_remove_handle(multi, easy);
      curl_easy_cleanup(easy);
    }
    for (CURL* easy : idle) curl_easy_cleanup(easy);
    curl_multi_cleanup(multi);
  }

  CURL* NewHandle() {
    if (idle.empty()) return curl_easy_init();
    CURL* easy = idle.back();
    idle.pop_back();
    curl_easy_reset(easy);
    return easy;
  }

  std::pair<int64_t, HttpResponse> End(CURL* easy, CURLcode code) {
    const auto found = running.find(easy);
    LERL_CHECK(found != running.end());
    const std::unique_ptr<HttpInFlight> transfer = std::move(found->second);
    running.erase(found);
    HttpResponse response = std::move(transfer->response);
    if (code == CURLE_OK) {
      long status = 0;
      curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
      response.status = static_cast<int>(status);
    } else {
      response = {
          .error = transfer->too_long ? "an answer of more than 4 MB" : curl_easy_strerror(code),
          .detail = transfer->detail.data()};
    }
    curl_multi_remove_handle(multi, easy);
    if (idle.size() < kIdleHandles) {
      idle.push_back(easy);
    } else {
      curl_easy_cleanup(easy);
    }
    return {transfer->id, std::move(response)};
  }

  const std::string ca_file;
  CURLM* multi = nullptr;
  std::unordered_map<CURL*, std::unique_ptr<HttpInFlight>> running;
  std::vector<CURL*> idle;
};

HttpTransfer::HttpTransfer(const std::string& ca_file) : core_(std::make_unique<Core>(ca_file)) {}
HttpTransfer::~HttpTransfer() = default;

int HttpTransfer::in_flight() const { return static_cast<int>(core_->running.size()); }

void HttpTransfer::Start(int64_t id, HttpRequest request) {
  CURL* easy = core_->NewHandle();
  LERL_CHECK(easy != nullptr);
  auto transfer = std::make_unique<HttpInFlight>();
  transfer->id = id;
  transfer->request = std::move(request);
  SetUp(easy, *transfer);
  SetUpProxies(easy, transfer->request.url);
  SetUpCertificates(easy, core_->ca_file);
  core_->running.emplace(easy, std::move(transfer));
  LERL_CHECK_EQ(curl_multi_add_handle(core_->multi, easy), CURLM_OK);
}

void HttpTransfer::Cancel(int64_t id) {
  const auto found = std::ranges::find_if(
      core_->running, [id](const auto& entry) { return entry.second->id == id; });
  if (found != core_->running.end()) core_->End(found->first, CURLE_ABORTED_BY_CALLBACK);
}

std::vector<std::pair<int64_t, HttpResponse>> HttpTransfer::Run(double seconds) {
  const double end = SteadySeconds() + seconds;
  std::vector<std::pair<int64_t, HttpResponse>> ended;
  for (;;) {
    int running = 0, left = 0;
    LERL_CHECK_EQ(curl_multi_perform(core_->multi, &running), CURLM_OK);
    while (const CURLMsg* message = curl_multi_info_read(core_->multi, &left)) {
      if (message->msg == CURLMSG_DONE)
        ended.push_back(core_->End(message->easy_handle, message->data.result));
    }
    const double rest = end - SteadySeconds();
    if (!ended.empty() || rest <= 0) return ended;
    const int wait = static_cast<int>(std::clamp(rest * 1000 + 1, 1.0, 1000.0));
    LERL_CHECK_EQ(curl_multi_poll(core_->multi, nullptr, 0, wait, nullptr), CURLM_OK);
  }
}

double SteadySeconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string UrlFault(const std::string& url) {
  struct Deleter {
    void operator()(CURLU* handle) const { curl_url_cleanup(handle); }
  };
  const std::unique_ptr<CURLU, Deleter> parsed(curl_url());
  const auto has = [&parsed](CURLUPart part) {
    char* text = nullptr;
    const bool found = curl_url_get(parsed.get(), part, &text, 0) == CURLUE_OK;
    curl_free(text);
    return found;
  };
  if (!url.starts_with("http://") && !url.starts_with("https://"))
    return "it must begin with http:// or https://";
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK)
    return "it is not a URL";
  if (has(CURLUPART_USER) || has(CURLUPART_PASSWORD))
    return "it holds a user or password; name a variable of the environment by api_key_env";
  if (has(CURLUPART_QUERY) || has(CURLUPART_FRAGMENT)) return "it must end before ? and #";
  return "";
}

}  // namespace lerl
