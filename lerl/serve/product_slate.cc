#include "lerl/serve/product_slate.h"

#include <algorithm>

#include "lerl/serve/apprentice.h"
#include "lerl/serve/refusal.h"

namespace lerl {
namespace {

[[noreturn]] void Refuse(const std::string& name, const std::string& why,
                         const std::string& at = "") {
  throw Refusal(RefusalKind::kInvalid, name, why, "/product_slate" + at);
}

}  // namespace

SlateRecord ProductSlate(const OpenSession& session, const std::vector<std::string>& items,
                         int slate_size, const Catalog& catalog) {
  if (items.empty())
    Refuse("product-slate-missing",
           "the policy was an apprentice when the session began: send the items that you show");
  if (std::ssize(items) != slate_size)
    Refuse("bad-slate", "a slate has " + std::to_string(slate_size) + " items");
  for (auto item = items.begin(); item != items.end(); ++item) {
    const std::string at = "/" + std::to_string(item - items.begin());
    if (!catalog.Item(*item))
      Refuse("unknown-item", "no item has this id; POST /v1/items adds items", at);
    if (std::count(items.begin(), item, *item) > 0)
      Refuse("bad-slate", "the item stands in the slate twice", at);
  }
  SlateRecord slate;
  slate.session = session.record.id;
  slate.step = static_cast<int32_t>(session.slates.size());
  slate.version = slate.origin = kProduct;
  slate.items = items;
  slate.probabilities.resize(items.size(), 1);
  return slate;
}

}  // namespace lerl
