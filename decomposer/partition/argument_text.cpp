#include "decomposer/partition/argument_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace strata {
namespace {

struct Writer {
  const std::function<std::string(ValueRef)>& value_text;

  std::string operator()(NoneArgument) const { return "none"; }
  std::string operator()(ValueRef value) const {
    return value.present() ? value_text(value) : "absent";
  }
  std::string operator()(const std::vector<ValueRef>& values) const {
    std::string text = "[";
    for (const ValueRef value : values) text += (*this)(value) + ",";
    return text + "]";
  }
  std::string operator()(bool flag) const { return flag ? "true" : "false"; }
  std::string operator()(std::int64_t number) const { return fmt::format("i{}", number); }
  std::string operator()(double number) const { return fmt::format("d{:a}", number); }
  std::string operator()(std::complex<double> number) const {
    return fmt::format("c{:a},{:a}", number.real(), number.imag());
  }
  std::string operator()(const std::string& text) const {
    return fmt::format("s{}:{}", text.size(), text);
  }
  std::string operator()(const std::vector<bool>& flags) const {
    std::string text = "b[";
    for (const bool flag : flags) text += flag ? '1' : '0';
    return text + "]";
  }
  std::string operator()(const std::vector<std::int64_t>& numbers) const {
    return fmt::format("i[{}]", fmt::join(numbers, ","));
  }
  std::string operator()(const std::vector<double>& numbers) const {
    return fmt::format("d[{:a}]", fmt::join(numbers, ","));
  }
  std::string operator()(ScalarType type) const { return fmt::format("t{}", short_name(type)); }
  std::string operator()(Layout layout) const {
    return fmt::format("l{}", static_cast<int>(layout));
  }
  std::string operator()(MemoryFormat format) const {
    return fmt::format("m{}", static_cast<int>(format));
  }
  std::string operator()(const Device& device) const {
    return fmt::format("@{}:{}", device.type, device.index);
  }
};

}  // namespace

std::string argument_text(const Argument& argument,
                          const std::function<std::string(ValueRef)>& value_text) {
  return std::visit(Writer{value_text}, argument);
}

std::string shape_text(const std::vector<std::int64_t>& sizes, ScalarType dtype) {
  return fmt::format("{}:{}", fmt::join(sizes, "x"), short_name(dtype));
}

}  // namespace strata
