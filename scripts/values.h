#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace strata {

// What an option takes. Each refuses with what it must be and what it got.
CLI::Validator whole_number(std::uint64_t least,
                            std::uint64_t most = std::numeric_limits<std::int32_t>::max());
CLI::Validator number_above_zero();
CLI::Validator number_from_zero();
CLI::Validator size_in_bytes();  // "512M" becomes 536870912
CLI::Validator one_of(std::vector<std::string> words);

// An option that takes whole numbers with commas between, and no empty place.
CLI::Option* add_numbers(CLI::App& app, const std::string& name, const std::string& description,
                         std::uint64_t least, std::uint64_t most,
                         const std::function<void(std::uint64_t)>& take);

}  // namespace strata
