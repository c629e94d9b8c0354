#include <cctype>
#include <cstdlib>

#include "decomposer/cover/pattern.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

class PatternReader {
 public:
  explicit PatternReader(std::string_view text) : text_(text) {}

  Pattern read() {
    Pattern pattern = expression();
    if (peek() != '\0') fail("the end");
    return pattern;
  }

 private:
  [[noreturn]] void fail(const std::string& expected) const {
    throw Error("pattern.syntax", "'" + std::string(text_) +
                                      "': a pattern must follow kernels_l0/kernel.h; got '" +
                                      std::string(text_.substr(place_, 12)) + "' at " +
                                      std::to_string(place_) + ", expected " + expected);
  }

  char peek() {
    while (place_ < text_.size() && text_[place_] == ' ') ++place_;
    return place_ < text_.size() ? text_[place_] : '\0';
  }

  bool accept(char wanted) {
    if (peek() != wanted) return false;
    ++place_;
    return true;
  }

  std::string word() {
    const std::size_t start = place_;
    while (place_ < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[place_])) || text_[place_] == '_')) {
      ++place_;
    }
    if (place_ == start) fail("a name");
    return std::string(text_.substr(start, place_ - start));
  }

  Pattern named(Pattern::Kind kind) {
    Pattern pattern;
    pattern.kind = kind;
    pattern.name = word();
    return pattern;
  }

  Pattern expression() {
    const char first = peek();
    if (accept('%')) return named(Pattern::Kind::kTensor);
    if (accept('@')) return named(Pattern::Kind::kParameter);
    if (accept('$')) return named(Pattern::Kind::kNumber);
    if (accept('"')) {
      Pattern text = named(Pattern::Kind::kText);
      if (!accept('"')) fail("'\"'");
      return text;
    }
    if (first == '-' || first == '.' || std::isdigit(static_cast<unsigned char>(first)))
      return literal();
    Pattern pattern;
    pattern.kind = Pattern::Kind::kOperator;
    pattern.through_plumbing = accept('~');
    do pattern.operators.push_back(word());
    while (accept('|'));
    pattern.optional = accept('?');
    if (pattern.operators.front() == "list") pattern.kind = Pattern::Kind::kList;
    if (!accept('(')) fail("'('");
    if (peek() == '.') {
      for (int i = 0; i < 3; ++i) {
        if (!accept('.')) fail("'...'");
      }
    } else {
      do pattern.operands.push_back(expression());
      while (accept(','));
    }
    if (!accept(')')) fail("')'");
    if ((pattern.optional || pattern.through_plumbing) && pattern.operands.size() != 1) {
      fail("one operand of an optional step");
    }
    return pattern;
  }

  Pattern literal() {
    if (text_.substr(place_, 3) == "...") fail("an operand");
    const std::string rest(text_.substr(place_));
    char* end = nullptr;
    Pattern pattern;
    pattern.kind = Pattern::Kind::kLiteral;
    pattern.number = std::strtod(rest.c_str(), &end);
    if (end == rest.c_str()) fail("a number");
    place_ += static_cast<std::size_t>(end - rest.c_str());
    return pattern;
  }

  std::string_view text_;
  std::size_t place_ = 0;
};

}  // namespace

Pattern read_pattern(std::string_view text) { return PatternReader(text).read(); }

std::vector<std::string> root_operators(const Pattern& pattern) {
  if (pattern.kind != Pattern::Kind::kOperator) return {};
  if (!pattern.optional && !pattern.through_plumbing) return pattern.operators;
  std::vector<std::string> found = root_operators(pattern.operands.front());
  if (pattern.optional)
    found.insert(found.end(), pattern.operators.begin(), pattern.operators.end());
  return found;
}

}  // namespace strata
