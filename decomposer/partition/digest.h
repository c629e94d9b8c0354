#pragma once

#include <string>
#include <string_view>

namespace strata {

// SHA-256 of a text, 64 hexadecimal digits.
std::string sha256(std::string_view text);

}  // namespace strata
