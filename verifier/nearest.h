#pragma once

#include <string>
#include <vector>

namespace strata {

// "nearest: a, b, c": the candidates that take the fewest edits to reach from `name`, at most
// three; "there are none" when the list is empty. For the end of an error's message.
std::string nearest(const std::string& name, std::vector<std::string> candidates);

}  // namespace strata
