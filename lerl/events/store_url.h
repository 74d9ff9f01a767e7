#pragma once
// URLs of stores, whose passwords stand in no message.

#include <map>
#include <string>
#include <string_view>

#include "lerl/events/store_config.h"

namespace lerl {

struct StoreUrl {
  bool postgres = false;
  std::string place;  // the path of a file, or the whole URL of a server, with its password
};

// Where `config.url`, or else LERL_STORE_URL, points to. Throws Error(kConfig), which doesn't quote
// a password, where neither is set, the scheme is unknown or the URL can't be read.
StoreUrl FindStore(const StoreConfig& config);

// The URL with "***" for passwords.
std::string WithoutPassword(const std::string& url);
// The text with "***" wherever a password of the URL stands in it, as it is or decoded.
std::string WithoutPasswordOf(const std::string& url, std::string text);

// The URL with these parameters, but for those that it has already.
std::string WithParameters(std::string url, const std::map<std::string, std::string>& parameters);

}  // namespace lerl
