#include "scripts/values.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace strata {
namespace {

// The whole text as a number; nullopt for anything else, and for one that does not fit.
template <typename Number>
std::optional<Number> read_number(const std::string& text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, number);
  return problem == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

CLI::Validator number(const std::string& rule, bool zero) {
  const auto check = [=](const std::string& text) {
    const std::optional<double> value = read_number<double>(text);
    const bool fits = value && std::isfinite(*value) && (*value > 0 || (zero && *value == 0));
    return fits ? std::string() : fmt::format("must be {}; got '{}'", rule, text);
  };
  return {check, rule};
}

std::string to_bytes(std::string& text) {
  std::string bytes = text;
  try {
    CLI::AsSizeValue unit(false);
    if (unit(bytes).empty() && read_number<std::uint64_t>(bytes).value_or(0) > 0) {
      text = bytes;
      return "";
    }
  } catch (const CLI::ValidationError&) {
    // Said below.
  }
  return fmt::format("must be a number of bytes above 0, such as 512M; got '{}'", text);
}

}  // namespace

CLI::Validator whole_number(std::uint64_t least, std::uint64_t most) {
  const std::string rule = fmt::format("a whole number from {} to {}", least, most);
  const auto check = [=](const std::string& text) {
    const std::optional<std::uint64_t> value = read_number<std::uint64_t>(text);
    const bool fits = value && *value >= least && *value <= most;
    return fits ? std::string() : fmt::format("must be {}; got '{}'", rule, text);
  };
  return {check, rule};
}

CLI::Validator number_above_zero() { return number("a number above 0", false); }

CLI::Validator number_from_zero() { return number("a number from 0 on", true); }

CLI::Validator size_in_bytes() {
  return {to_bytes, "a number of bytes, with k, M, G or T for more"};
}

CLI::Validator one_of(std::vector<std::string> words) {
  const std::string rule = fmt::format("{}", fmt::join(words, ", "));
  const auto check = [=, words = std::move(words)](const std::string& text) {
    const bool known = std::ranges::find(words, text) != words.end();
    return known ? std::string() : fmt::format("must be one of {}; got '{}'", rule, text);
  };
  return {check, rule};
}

CLI::Option* add_numbers(CLI::App& app, const std::string& name, const std::string& description,
                         std::uint64_t least, std::uint64_t most,
                         const std::function<void(std::uint64_t)>& take) {
  const CLI::Validator each = whole_number(least, most);
  const auto read = [=](const std::string& list) {
    std::size_t start = 0;
    while (start <= list.size()) {
      const std::size_t end = std::min(list.find(',', start), list.size());
      std::string one = list.substr(start, end - start);
      if (const std::string problem = each(one); !problem.empty())
        throw CLI::ValidationError(name, problem);
      take(*read_number<std::uint64_t>(one));
      start = end + 1;
    }
  };
  return app.add_option_function<std::string>(name, read, description);
}

}  // namespace strata
