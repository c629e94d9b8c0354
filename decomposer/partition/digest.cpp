#include "decomposer/partition/digest.h"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <array>

namespace strata {

std::string sha256(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> bytes{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), bytes.data());
  std::string digest;
  for (const unsigned char byte : bytes) fmt::format_to(std::back_inserter(digest), "{:02x}", byte);
  return digest;
}

}  // namespace strata
