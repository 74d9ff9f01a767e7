#pragma once
// Settings of the loaders: the section [data] of a configuration.

#include <string>

#include "lerl/base/config.h"

namespace lerl {

struct DataOptions {
  double max_bad_share = 0;
  double like_rating = 4;
  bool include_random = false;
  bool include_small = false;
  double long_view_ratio = 1;
  double like_ratio = 2;
  double ratio_limit = 5;
  bool fill_holes = false;
  double listen_percent = 50;
  std::string exposure = "all";
  std::string subsample{};
  double memory_mb = 1024;
  bool keep_prepared = true;

  void VisitFields(FieldVisitor& visit) {
    visit("max_bad_share", max_bad_share, "share of a file's rows that may be wrong and dropped",
          Range{0, 1});
    visit("like_rating", like_rating, "MovieLens, coat-like: a rating from here on is a like",
          Range{0, 5});
    visit("include_random", include_random, "KuaiRand: read the randomly exposed rows too");
    visit("include_small", include_small, "KuaiRec: read the small matrix too");
    visit("long_view_ratio", long_view_ratio, "KuaiRec, VK-LSVD: watch ratio of a long view",
          Range{0, 1000});
    visit("like_ratio", like_ratio, "KuaiRec: watch ratio that counts as a like", Range{0, 1000});
    visit("ratio_limit", ratio_limit,
          "KuaiRec: watch ratios of the small matrix (task matrix) are cut here", Range{0, 1e6});
    visit("fill_holes", fill_holes,
          "KuaiRec: a missing cell of the small matrix (task matrix) is 0, not an error");
    visit("listen_percent", listen_percent,
          "Yambda: from this percentage of a track on, playing it counts as a listen",
          Range{0, 1000});
    visit("exposure", exposure,
          "Yambda: events that users came to by themselves, that were recommended, or all",
          {"all", "organic", "recommended"});
    visit("subsample", subsample,
          "VK-LSVD: a folder in subsamples, such as ur0.01; empty: all interactions");
    visit("memory_mb", memory_mb,
          "memory in MB for the rows that are read; more rows are sorted in files of the cache",
          Range{0.001, 1e7});
    visit("keep_prepared", keep_prepared, "keep a binary copy in the cache that loads at once");
  }
};

}  // namespace lerl
