#include "lerl/llm/endpoint/http_transfer.h"

#include <curl/curl.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <mutex>
#include <unordered_map>

#include "lerl/base/check.h"
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
  constexpr std::string_view kName = "retry-after:";
  const std::string line(data, size * count);
  const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
  if (line.size() > kName.size() && std::equal(kName.begin(), kName.end(), line.begin(), same)) {
    static_cast<HttpInFlight*>(user)->response.retry_after =
        ParseRetryAfter(line.substr(kName.size()), static_cast<double>(std::time(nullptr)));
  }
  return size * count;
}

void SetUp(CURL* easy, HttpInFlight& transfer) {
  curl_slist* headers = curl_slist_append(nullptr, "Content-Type: application/json");
  headers = curl_slist_append(headers, "Expect:");  // the body is sent without asking first
  for (const std::string& header : transfer.request.headers)
    headers = curl_slist_append(headers, header.c_str());
  transfer.headers.reset(headers);
  curl_easy_setopt(easy, CURLOPT_URL, transfer.request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, transfer.request.body.data());
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(transfer.request.body.size()));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
                   std::max(1L, static_cast<long>(transfer.request.timeout * 1000)));
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_NOPROXY, "localhost,127.0.0.1,::1");
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, TakeBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, TakeHeader);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
}

}  // namespace

struct HttpTransfer::Core {
  Core() {
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
      response = {.error = transfer->too_long ? "an answer of more than 4 MB"
                                              : curl_easy_strerror(code)};
    }
    curl_multi_remove_handle(multi, easy);
    if (idle.size() < kIdleHandles) {
      idle.push_back(easy);
    } else {
      curl_easy_cleanup(easy);
    }
    return {transfer->id, std::move(response)};
  }

  CURLM* multi = nullptr;
  std::unordered_map<CURL*, std::unique_ptr<HttpInFlight>> running;
  std::vector<CURL*> idle;
};

HttpTransfer::HttpTransfer() : core_(std::make_unique<Core>()) {}
HttpTransfer::~HttpTransfer() = default;

int HttpTransfer::in_flight() const { return static_cast<int>(core_->running.size()); }

void HttpTransfer::Start(int64_t id, HttpRequest request) {
  CURL* easy = core_->NewHandle();
  LERL_CHECK(easy != nullptr);
  auto transfer = std::make_unique<HttpInFlight>();
  transfer->id = id;
  transfer->request = std::move(request);
  SetUp(easy, *transfer);
  core_->running.emplace(easy, std::move(transfer));
  LERL_CHECK_EQ(curl_multi_add_handle(core_->multi, easy), CURLM_OK);
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
