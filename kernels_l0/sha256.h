#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace strata {

// A SHA-256 that is fed piece by piece.
class Sha256 {
 public:
  Sha256();
  void add(std::string_view bytes);
  // 64 hexadecimal digits of everything added. Ends the digest: add nothing afterwards.
  std::string hexadecimal();

 private:
  std::unique_ptr<void, void (*)(void*)> context_;
};

// SHA-256 of a text, 64 hexadecimal digits.
std::string sha256(std::string_view text);

}  // namespace strata
