#include "decomposer/graph/identifier.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

namespace strata {
namespace {

bool is_upper(char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; }
bool is_lower(char c) { return std::islower(static_cast<unsigned char>(c)) != 0; }
bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

// "LlamaRMSNorm" -> "Llama", "RMS", "Norm". A word starts at a capital that follows a small letter
// or a digit, or that a small letter follows.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) {
      if (!words.empty() && !words.back().empty()) words.emplace_back();
      continue;
    }
    const bool after_word = i > 0 && (is_lower(name[i - 1]) || is_digit(name[i - 1]));
    const bool starts_word = i + 1 < name.size() && is_lower(name[i + 1]);
    const bool after_digit = i > 0 && is_digit(name[i - 1]);
    const bool boundary =
        is_upper(c) && i > 0 &&
        (after_digit ? starts_word || (i + 1 < name.size() && is_upper(name[i + 1]))
                     : after_word || starts_word);
    if (words.empty() || boundary) {
      if (words.empty() || !words.back().empty()) words.emplace_back();
    }
    words.back().push_back(c);
  }
  if (!words.empty() && words.back().empty()) words.pop_back();
  return words;
}

// Parts that go on where one word seems to end: "Si" and "LU", "Vi" and "T" (two letters before one
// or two capitals), and "Net" after whatever it is a net of.
bool is_torn(const std::string& first, const std::string& second) {
  if (second == "Net") return true;
  return first.size() == 2 && is_upper(first[0]) && is_lower(first[1]) && second.size() <= 2 &&
         std::ranges::all_of(second, is_upper);
}

// "ViTMLP" and "CLIPMLP" end in a word of capitals that is written against the one before.
std::vector<std::string> without_run_on(std::vector<std::string> words) {
  constexpr std::array<std::string_view, 4> kWords = {"MLP", "FFN", "MHA", "RNN"};
  for (std::size_t i = 0; i < words.size(); ++i) {
    for (const std::string_view word : kWords) {
      if (words[i].size() <= word.size() || !words[i].ends_with(word)) continue;
      const std::string rest = words[i].substr(0, words[i].size() - word.size());
      if (!std::ranges::all_of(rest, [](char c) { return is_upper(c) || is_digit(c); })) continue;
      words[i] = rest;
      words.insert(words.begin() + static_cast<std::ptrdiff_t>(i) + 1, std::string(word));
      break;
    }
  }
  return words;
}

constexpr std::array kReserved = {
    "alignas", "alignof", "and", "and_eq", "asm", "at", "auto", "bitand", "bitor", "bool", "break",
    "c10", "case", "catch", "char", "class", "co_await", "co_return", "co_yield", "compl",
    "concept", "const", "const_cast", "consteval", "constexpr", "constinit", "continue", "decltype",
    "default", "delete", "do", "double", "dynamic_cast", "else", "enum", "explicit", "export",
    "extern", "false", "float", "for", "friend", "goto", "if", "inline", "int", "long", "mutable",
    "namespace", "new", "noexcept", "not", "not_eq", "nullptr", "operator", "or", "or_eq",
    "private", "protected", "public", "register", "reinterpret_cast", "requires", "return", "short",
    "signed", "sizeof", "static", "static_assert", "static_cast", "std", "struct", "switch",
    "template", "this", "thread_local", "throw", "torch", "true", "try", "typedef", "typeid",
    "typename", "union", "unsigned", "using", "virtual", "void", "volatile", "wchar_t", "while",
    "xor", "xor_eq",
    // Macros of the C library.
    "EOF", "I", "INFINITY", "NAN", "NULL", "assert", "errno", "linux", "major", "minor", "stderr",
    "stdin", "stdout", "unix",
    // The members of a component and of torch::nn::Module, and the types that forward names.
    "Model", "forward", "name", "clone", "apply", "parameters", "named_parameters", "buffers",
    "named_buffers", "modules", "named_modules", "children", "named_children", "train", "eval",
    "is_training", "to", "zero_grad", "save", "load", "pretty_print", "is_serializable", "as",
    "register_parameter", "register_buffer", "register_module", "unregister_module", "get_inputs",
    "get_init_inputs", "get_expected_output_shapes", "int64_t", "int32_t", "uint8_t", "size_t"};

}  // namespace

std::string snake_case(std::string_view name) {
  const std::vector<std::string> words = without_run_on(words_of(name));
  std::string result;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0 && !is_torn(words[i - 1], words[i])) result += '_';
    for (const char c : words[i]) {
      result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return result;
}

std::string identifier(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool valid = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
    if (valid && !(c == '_' && !result.empty() && result.back() == '_')) result += c;
    if (!valid && !result.empty() && result.back() != '_') result += '_';
  }
  while (result.size() > 1 && result.back() == '_') result.pop_back();
  // A leading underscore is the library's own in front of a capital or another underscore; authors'
  // private names lose theirs.
  while (result.size() > 1 && result.front() == '_') result.erase(0, 1);
  if (result.empty() || result == "_") return "unnamed";
  if (is_digit(result.front())) result.insert(0, "_");
  if (std::ranges::find(kReserved, result) != kReserved.end()) result += '_';
  return result;
}

std::string numbered(std::string_view name, int number) {
  return std::string(name) + (name.ends_with('_') ? "" : "_") + std::to_string(number);
}

}  // namespace strata
