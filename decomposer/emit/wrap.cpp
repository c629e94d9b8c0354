#include "decomposer/emit/wrap.h"

#include <algorithm>
#include <optional>
#include <sstream>
#include <vector>

namespace strata {
namespace {

constexpr std::size_t kColumns = 100;

bool opens(char c) { return c == '(' || c == '{' || c == '['; }
bool closes(char c) { return c == ')' || c == '}' || c == ']'; }

// The bracket whose partner comes last: that of the outermost call or list, `f(...)`, `return
// {...}`. Text in quotes is skipped.
struct Bracket {
  std::size_t open = 0;
  std::size_t close = 0;
  std::vector<std::size_t> commas;
};

std::optional<Bracket> last_bracket(const std::string& text, std::size_t begin = 0,
                                    std::size_t end = std::string::npos) {
  std::optional<Bracket> found;
  Bracket current;
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = begin; i < std::min(end, text.size()); ++i) {
    if (text[i] == '"' && (i == 0 || text[i - 1] != '\\')) quoted = !quoted;
    if (quoted) continue;
    if (opens(text[i]) && depth++ == 0) current = {i, 0, {}};
    if (text[i] == ',' && depth == 1) current.commas.push_back(i);
    if (closes(text[i]) && --depth == 0) {
      current.close = i;
      if (i > current.open + 1) found = current;
    }
  }
  return found;
}

std::vector<std::string> arguments_of(const std::string& text, const Bracket& bracket) {
  std::vector<std::string> arguments;
  std::size_t begin = bracket.open + 1;
  for (const std::size_t comma : bracket.commas) {
    arguments.push_back(text.substr(begin, comma + 1 - begin));
    begin = comma + 2;
  }
  arguments.push_back(text.substr(begin));  // with the closing bracket and all after it
  return arguments;
}

bool fits(const std::vector<std::string>& lines) {
  return std::ranges::all_of(lines,
                             [](const std::string& line) { return line.size() <= kColumns; });
}

// As many arguments on a line as go; the first line begins with `head`, the others at `column`.
std::vector<std::string> filled(const std::string& head, const std::vector<std::string>& arguments,
                                std::size_t column) {
  std::vector<std::string> lines = {head};
  bool at_start = true;
  for (const std::string& argument : arguments) {
    const std::string separator = at_start ? "" : " ";
    if (!at_start && lines.back().size() + separator.size() + argument.size() > kColumns) {
      lines.push_back(std::string(column, ' ') + argument);
    } else {
      lines.back() += separator + argument;
    }
    at_start = false;
  }
  return lines;
}

std::vector<std::string> one_per_line(const std::string& head,
                                      const std::vector<std::string>& arguments,
                                      std::size_t column) {
  std::vector<std::string> lines = {head + arguments[0]};
  for (std::size_t i = 1; i < arguments.size(); ++i)
    lines.push_back(std::string(column, ' ') + arguments[i]);
  return lines;
}

std::vector<std::string> broken(std::size_t indent, const std::string& text);

// Every argument that is too long is broken in its turn.
std::vector<std::string> below(const std::string& head, const std::vector<std::string>& arguments,
                               std::size_t column) {
  std::vector<std::string> lines = {head};
  const std::vector<std::string> plain = filled(std::string(column, ' '), arguments, column);
  if (fits(plain)) {
    lines.insert(lines.end(), plain.begin(), plain.end());
    return lines;
  }
  for (const std::string& argument : arguments) {
    for (std::string& line : broken(column, argument)) lines.push_back(std::move(line));
  }
  return lines;
}

// std::make_shared<name>() broken after its '<'.
std::optional<std::vector<std::string>> broken_template(std::size_t indent,
                                                        const std::string& text) {
  const std::size_t angle = text.find('<');
  if (angle == std::string::npos) return std::nullopt;
  return std::vector<std::string>{std::string(indent, ' ') + text.substr(0, angle + 1),
                                  std::string(indent + 4, ' ') + text.substr(angle + 1)};
}

std::vector<std::string> broken(std::size_t indent, const std::string& text) {
  const std::string line = std::string(indent, ' ') + text;
  if (line.size() <= kColumns) return {line};

  const std::size_t assignment = text.find(" = ");
  if (assignment != std::string::npos) {
    std::vector<std::string> lines = {std::string(indent, ' ') + text.substr(0, assignment + 2),
                                      std::string(indent + 4, ' ') + text.substr(assignment + 3)};
    if (fits(lines)) return lines;
  }
  const auto bracket = last_bracket(text);
  if (!bracket) return broken_template(indent, text).value_or(std::vector<std::string>{line});

  const std::string head = std::string(indent, ' ') + text.substr(0, bracket->open + 1);
  const std::vector<std::string> arguments = arguments_of(text, *bracket);
  const bool nested_lists = text.compare(bracket->open, 3, "{{{") == 0;
  if (arguments.size() == 1) {
    if (const auto inner = last_bracket(text, bracket->open + 1, bracket->close)) {
      const std::string inner_head = std::string(indent, ' ') + text.substr(0, inner->open + 1);
      const auto aligned = filled(inner_head, arguments_of(text, *inner), inner_head.size());
      if (!inner->commas.empty() && fits(aligned)) return aligned;
    }
  } else {
    const auto aligned = nested_lists ? one_per_line(head, arguments, head.size())
                                      : filled(head, arguments, head.size());
    if (fits(aligned)) return aligned;
  }
  return below(head, arguments, indent + 4);
}

}  // namespace

std::string wrapped(std::size_t indent, const std::string& statement) {
  std::string text;
  for (const std::string& line : broken(indent, statement)) text += line + "\n";
  return text;
}

std::string function_text(std::size_t indent, const std::string& signature,
                          const std::string& body) {
  const std::string margin(indent, ' ');
  if (std::ranges::count(body, '\n') == 1) {
    const std::string statement = body.substr(indent + 2, body.size() - indent - 3);
    const std::string line = margin + signature + " { " + statement + " }";
    if (line.size() <= kColumns) return line + "\n";
  }
  return wrapped(indent, signature + " {") + body + margin + "}\n";
}

std::string comment(const std::string& text) {
  std::string lines;
  std::string line = "//";
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (line.size() + 1 + word.size() > kColumns && line != "//") {
      lines += line + "\n";
      line = "//";
    }
    line += " " + word;
  }
  return line == "//" ? lines : lines + line + "\n";
}

}  // namespace strata
