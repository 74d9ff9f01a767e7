#include "lerl/http/static_files.h"

#include <array>

#include "lerl/base/hash.h"
#include "lerl/base/printable.h"

namespace lerl {
namespace {

Response AnswerFile(const Request& request, const StaticFile& file, const std::string& tag) {
  Response response = {
      .content_type = file.type.empty() ? std::string(ContentTypeOf(file.path)) : file.type,
      .headers = {{"ETag", tag}, {"Cache-Control", "no-cache"}}};
  if (NamesTag(FieldOf(request.headers, "if-none-match"), tag))
    response.status = 304;
  else
    response.body = file.bytes;
  return response;
}

}  // namespace

void AddStaticFiles(Router& router, const std::vector<StaticFile>& files, const std::string& name,
                    Scope scope) {
  for (const StaticFile& file : files) {
    const std::string tag = "\"" + HashText(file.bytes) + "\"";
    router.Add(
        {.method = "GET",
         .pattern = file.path,
         .name = name,
         .scope = scope,
         .handle = [file, tag](const Request& request) { return AnswerFile(request, file, tag); }});
  }
}

std::string_view ContentTypeOf(std::string_view path) {
  struct Row {
    std::string_view suffix, type;
  };
  static constexpr auto kTypes = std::to_array<Row>({{".css", "text/css; charset=utf-8"},
                                                     {".html", "text/html; charset=utf-8"},
                                                     {".js", "text/javascript; charset=utf-8"},
                                                     {".json", "application/json"},
                                                     {".md", "text/markdown; charset=utf-8"},
                                                     {".png", "image/png"},
                                                     {".svg", "image/svg+xml"},
                                                     {".txt", "text/plain; charset=utf-8"},
                                                     {".yaml", "application/yaml"}});
  for (const Row& row : kTypes)
    if (path.ends_with(row.suffix)) return row.type;
  if (path.ends_with('/')) return "text/html; charset=utf-8";
  return "application/octet-stream";
}

bool NamesTag(std::string_view if_none_match, std::string_view tag) {
  std::string_view rest = if_none_match;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find(','), rest.size());
    std::string_view named = Trimmed(rest.substr(0, end), " \t");
    if (named == "*") return true;
    if (named.starts_with("W/")) named.remove_prefix(2);
    if (named == tag) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

}  // namespace lerl
