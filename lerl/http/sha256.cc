#include "lerl/http/sha256.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "lerl/base/check.h"

namespace lerl {

Digest Sha256(std::string_view bytes) {
  Digest digest{};
  LERL_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr));
  return digest;
}

bool SameDigest(const Digest& a, const Digest& b) {
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace lerl
