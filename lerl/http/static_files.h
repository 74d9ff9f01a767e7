#pragma once
// Files that are in the program (cmake/EmbedFiles.cmake), served with a content type by their
// suffix and an ETag of their bytes. A client that has a file already is answered by 304.

#include <string>
#include <string_view>
#include <vector>

#include "lerl/http/message.h"
#include "lerl/http/router.h"

namespace lerl {

struct StaticFile {
  std::string path;        // "/ui/page.css"
  std::string_view bytes;  // outlives the router
  std::string type = {};   // content type; "": by the suffix of the path
};

// Adds a route GET for each file. The route's name is `name` for all of them.
void AddStaticFiles(Router& router, const std::vector<StaticFile>& files, const std::string& name,
                    Scope scope = Scope::kNone);

// The content type of a path by its suffix; application/octet-stream of others.
std::string_view ContentTypeOf(std::string_view path);

// Whether If-None-Match (RFC 9110, 13.1.2) names the tag, which is in quotes.
bool NamesTag(std::string_view if_none_match, std::string_view tag);

}  // namespace lerl
