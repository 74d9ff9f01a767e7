#include "lerl/data/store.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/hash.h"
#include "lerl/base/json_text.h"
#include "lerl/base/log.h"
#include "lerl/base/spill_file.h"

namespace lerl {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

constexpr char kMagic[9] = "LERLDATA";
constexpr uint32_t kVersion = 5;  // raise it when the layout or the work of a loader changes
constexpr size_t kAlign = 64;

struct Prefix {
  char magic[8];
  uint32_t version;
  uint32_t header_bytes;
  uint64_t header_checksum;
};
static_assert(sizeof(Prefix) == 24);

size_t Aligned(size_t offset) { return (offset + kAlign - 1) / kAlign * kAlign; }

// Collects sections, which must live until the file is written, and writes it. The offsets of
// sections count from the first one. Nothing of the columns is copied.
class Writer {
 public:
  template <typename T>
  void Add(const std::string& name, std::span<const T> values) {
    const auto bytes = std::as_bytes(values);
    sections_[name] = {{"offset", body_bytes_}, {"bytes", bytes.size()}, {"checksum", Hash(bytes)}};
    body_.emplace_back(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    body_.push_back(Padding(bytes.size()));
    body_bytes_ = Aligned(body_bytes_ + bytes.size());
  }
  void Add(const std::string& name, const std::vector<std::string>& texts) {
    std::vector<uint64_t>& ends = ends_.emplace_back();
    std::string& joined = joined_.emplace_back();
    for (const std::string& text : texts) ends.push_back((joined += text).size());
    Add(name + ".ends", std::span<const uint64_t>(ends));
    Add(name, std::span<const char>(joined));
  }
  void Write(const fs::path& path, json header) {
    header["sections"] = sections_;
    const std::string text = header.dump();
    Prefix prefix{
        {}, kVersion, static_cast<uint32_t>(text.size()), Hash(std::as_bytes(std::span(text)))};
    std::memcpy(prefix.magic, kMagic, sizeof prefix.magic);
    std::vector<std::string_view> parts = {{reinterpret_cast<const char*>(&prefix), sizeof prefix},
                                           text,
                                           Padding(sizeof prefix + text.size())};
    parts.insert(parts.end(), body_.begin(), body_.end());
    RequireSpace(path.parent_path(), sizeof prefix + text.size() + body_bytes_,
                 "the prepared data");
    WriteFileWhole(path, parts);
  }

 private:
  // What fills up to the next multiple of kAlign.
  static std::string_view Padding(size_t bytes) {
    static constexpr char kZeros[kAlign] = {};
    return {kZeros, Aligned(bytes) - bytes};
  }
  json sections_ = json::object();
  std::vector<std::string_view> body_;
  size_t body_bytes_ = 0;
  std::deque<std::vector<uint64_t>> ends_;
  std::deque<std::string> joined_;
};

class Reader {
 public:
  explicit Reader(const fs::path& path)
      : path_(path), file_(std::make_shared<MappedFile>(path)), bytes_(file_->bytes()) {}

  // Returns nothing if the file is of another version.
  std::optional<json> Header() {
    Prefix prefix;
    if (bytes_.size() < sizeof prefix) Damaged("it is cut off");
    std::memcpy(&prefix, bytes_.data(), sizeof prefix);
    if (std::memcmp(prefix.magic, kMagic, sizeof prefix.magic) != 0) Damaged("it is another file");
    if (prefix.version != kVersion) return std::nullopt;
    if (bytes_.size() - sizeof prefix < prefix.header_bytes) Damaged("it is cut off");
    const auto text = bytes_.subspan(sizeof prefix, prefix.header_bytes);
    if (Hash(text) != prefix.header_checksum) Damaged("its header has another checksum");
    body_ = Aligned(sizeof prefix + prefix.header_bytes);
    json header = ParseJson({reinterpret_cast<const char*>(text.data()), text.size()});
    sections_ = header.at("sections");
    return header;
  }

  template <typename T>
  Column<T> Get(const std::string& name) const {
    const json& section = sections_.at(name);
    const size_t offset = body_ + section.at("offset").get<size_t>();
    const size_t length = section.at("bytes").get<size_t>();
    if (offset > bytes_.size() || length > bytes_.size() - offset) Damaged("it is cut off");
    const auto part = bytes_.subspan(offset, length);
    if (Hash(part) != section.at("checksum").get<uint64_t>())
      Damaged("column " + name + " has another checksum");
    return Column<T>(file_, {reinterpret_cast<const T*>(part.data()), length / sizeof(T)});
  }

  std::vector<std::string> Texts(const std::string& name) const {
    const Column<uint64_t> ends = Get<uint64_t>(name + ".ends");
    const Column<char> joined = Get<char>(name);
    std::vector<std::string> texts;
    texts.reserve(ends.size());
    uint64_t begin = 0;
    for (const uint64_t end : ends) {
      texts.emplace_back(joined.data() + begin, end - begin);
      begin = end;
    }
    return texts;
  }

 private:
  [[noreturn]] void Damaged(const std::string& how) const {
    throw Error(ErrorKind::kData, path_.string() + ": this prepared data set is damaged (" + how +
                                      "); delete it to have it built again");
  }
  const fs::path path_;
  const std::shared_ptr<MappedFile> file_;
  const std::span<const std::byte> bytes_;
  size_t body_ = 0;
  json sections_;
};

json AddFeatures(const std::string& kind, const std::vector<Feature>& features, Writer& writer) {
  json names = json::array();
  for (const Feature& feature : features) {
    const std::string section = kind + "." + std::to_string(names.size());
    writer.Add(section + ".codes", feature.codes.span());
    writer.Add(section + ".values", feature.values);
    names.push_back(feature.name);
  }
  return names;
}

std::vector<Feature> GetFeatures(const std::string& kind, const json& names, const Reader& reader) {
  std::vector<Feature> features;
  for (const json& name : names) {
    const std::string section = kind + "." + std::to_string(features.size());
    features.push_back({name.get<std::string>(), reader.Texts(section + ".values"),
                        reader.Get<int32_t>(section + ".codes")});
  }
  return features;
}

}  // namespace

void SavePrepared(const fs::path& path, const Dataset& dataset, const std::string& stamp) {
  Writer writer;
  json header = {{"stamp", stamp},
                 {"name", dataset.name},
                 {"behaviours", dataset.behaviours},
                 {"suggested_split", dataset.suggested_split},
                 {"dropped", json::array()},
                 {"files", json::array()},
                 {"notes", dataset.notes}};
  for (const Dropped& dropped : dataset.dropped)
    header["dropped"].push_back({{"reason", dropped.reason}, {"rows", dropped.rows}});
  for (const FileLines& file : dataset.files)
    header["files"].push_back({file.file, file.lines, file.header, file.blank, file.records});
  writer.Add("categories", dataset.categories);
  writer.Add("user_ids", dataset.user_ids);
  writer.Add("item_ids", dataset.item_ids);
  writer.Add("item_titles", dataset.item_titles);
  header["user_features"] = AddFeatures("user_features", dataset.user_features, writer);
  header["item_features"] = AddFeatures("item_features", dataset.item_features, writer);
  writer.Add("category_offsets", dataset.category_offsets.span());
  writer.Add("category_ids", dataset.category_ids.span());
  writer.Add("prices", dataset.prices.span());
  writer.Add("user_offsets", dataset.user_offsets.span());
  writer.Add("items", dataset.items.span());
  writer.Add("times_ms", dataset.times_ms.span());
  writer.Add("values", dataset.values.span());
  for (size_t f = 0; f < dataset.responses.size(); ++f)
    writer.Add("responses." + std::to_string(f), dataset.responses[f].span());
  writer.Add("organic", dataset.organic.span());
  writer.Write(path, std::move(header));
}

std::optional<Dataset> LoadPrepared(const fs::path& path, const std::string& stamp) {
  if (!fs::exists(path)) return std::nullopt;
  Reader reader(path);
  const std::optional<json> header = reader.Header();
  if (!header || header->at("stamp") != stamp) return std::nullopt;
  Dataset dataset;
  dataset.name = header->at("name");
  dataset.behaviours = header->at("behaviours").get<std::vector<std::string>>();
  dataset.suggested_split = header->at("suggested_split");
  for (const json& dropped : header->at("dropped"))
    dataset.dropped.push_back({dropped.at("reason"), dropped.at("rows")});
  for (const json& file : header->at("files"))
    dataset.files.push_back({file.at(0), file.at(1), file.at(2), file.at(3), file.at(4)});
  dataset.notes = header->at("notes").get<std::vector<std::string>>();
  dataset.categories = reader.Texts("categories");
  dataset.user_ids = reader.Texts("user_ids");
  dataset.item_ids = reader.Texts("item_ids");
  dataset.item_titles = reader.Texts("item_titles");
  dataset.user_features = GetFeatures("user_features", header->at("user_features"), reader);
  dataset.item_features = GetFeatures("item_features", header->at("item_features"), reader);
  dataset.category_offsets = reader.Get<int64_t>("category_offsets");
  dataset.category_ids = reader.Get<int32_t>("category_ids");
  dataset.prices = reader.Get<float>("prices");
  dataset.user_offsets = reader.Get<int64_t>("user_offsets");
  dataset.items = reader.Get<int32_t>("items");
  dataset.times_ms = reader.Get<int64_t>("times_ms");
  dataset.values = reader.Get<float>("values");
  for (size_t f = 0; f < dataset.behaviours.size(); ++f)
    dataset.responses.push_back(reader.Get<uint8_t>("responses." + std::to_string(f)));
  dataset.organic = reader.Get<uint8_t>("organic");
  return dataset;
}

std::string SourceStamp(const std::vector<fs::path>& sources, const std::string& settings) {
  std::vector<fs::path> files;
  for (const fs::path& source : sources) {
    if (!fs::is_directory(source)) {
      files.push_back(source);
      continue;
    }
    std::error_code unreadable;  // then the loader says which file can't be read
    for (const fs::directory_entry& entry : fs::directory_iterator(source, unreadable))
      if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  json stamp = {{"settings", settings}, {"files", json::array()}};
  for (const fs::path& file : files) {
    std::error_code missing;
    const uintmax_t size = fs::file_size(file, missing);
    const fs::file_time_type changed = fs::last_write_time(file, missing);
    if (!missing)
      stamp["files"].push_back({file.string(), size, changed.time_since_epoch().count()});
  }
  return stamp.dump();
}

Dataset LoadThroughStore(const fs::path& path, const std::string& stamp,
                         const std::function<Dataset()>& load) {
  try {
    if (std::optional<Dataset> prepared = LoadPrepared(path, stamp)) return *std::move(prepared);
  } catch (const Error& error) {
    LogWarning(std::string(error.what()) + "; going on from the source files");
  }
  Dataset dataset = load();
  try {
    SavePrepared(path, dataset, stamp);
    // From here on the columns are those of the copy, so that nothing else holds them.
    if (std::optional<Dataset> prepared = LoadPrepared(path, stamp)) return *std::move(prepared);
  } catch (const Error& error) {
    LogWarning(std::string(error.what()) + " (going on without a prepared copy)");
  }
  return dataset;
}

}  // namespace lerl
