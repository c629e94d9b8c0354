#pragma once

#include <cstddef>
#include <string>

namespace strata {

// The statement, indented, with a newline at its end. Lines over 100 columns are broken as
// clang-format's Google style breaks them: arguments aligned under the first, or, where they don't
// fit there, on a line of their own.
std::string wrapped(std::size_t indent, const std::string& statement);

// A function: `{ statement }` after the signature when the body is one line and all fits one line,
// as clang-format joins it; otherwise as it stands. `signature` has no brace; `body` is indented
// and ends with a newline.
std::string function_text(std::size_t indent, const std::string& signature,
                          const std::string& body);

// `text` as `//` comment lines, filled up to 100 columns.
std::string comment(const std::string& text);

}  // namespace strata
