#include "decomposer/emit/wrap.h"

#include <algorithm>
#include <optional>
#include <sstream>
#include <vector>

namespace strata {
namespace {

constexpr std::size_t kColumns = 100;
constexpr std::size_t kColumnsFrom = 6;  // items of a list

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

// A list of six or more stands in columns: as few as give the fewest lines.
std::vector<std::string> in_columns(const std::string& head, const std::vector<std::string>& items,
                                    std::size_t column) {
  std::vector<std::string> best;
  for (std::size_t columns = items.size(); columns >= 1; --columns) {
    std::vector<std::size_t> widths(columns, 0);
    for (std::size_t i = 0; i < items.size(); ++i) {
      widths[i % columns] = std::max(widths[i % columns], items[i].size() + 1);
    }
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i % columns == 0) lines.push_back(i == 0 ? head : std::string(column, ' '));
      const bool ends_line = i % columns == columns - 1 || i + 1 == items.size();
      lines.back() +=
          items[i] + std::string(ends_line ? 0 : widths[i % columns] - items[i].size(), ' ');
    }
    if (!fits(lines) && columns > 1) continue;
    if (!best.empty() && lines.size() > best.size()) break;
    best = std::move(lines);
  }
  return best;
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

// Arguments under the first one, of the outermost bracket, or of the one inside it when that is its
// only argument.
void add_aligned(std::vector<std::vector<std::string>>& ways, std::size_t indent,
                 const std::string& text, const Bracket& bracket) {
  const Bracket* aligned = &bracket;
  std::optional<Bracket> inner;
  if (bracket.commas.empty()) {
    inner = last_bracket(text, bracket.open + 1, bracket.close);
    if (!inner || inner->commas.empty()) return;
    aligned = &*inner;
  }
  const std::string head = std::string(indent, ' ') + text.substr(0, aligned->open + 1);
  const std::vector<std::string> items = arguments_of(text, *aligned);
  const bool is_list = text[aligned->open] == '{';
  const bool nested_lists = text.compare(aligned->open, 3, "{{{") == 0;
  if (is_list && items.size() >= kColumnsFrom) {
    ways.push_back(in_columns(head, items, head.size()));
  } else if (nested_lists) {
    ways.push_back(one_per_line(head, items, head.size()));
  } else {
    ways.push_back(filled(head, items, head.size()));
  }
}

std::vector<std::string> broken(std::size_t indent, const std::string& text) {
  const std::string line = std::string(indent, ' ') + text;
  if (line.size() <= kColumns) return {line};

  // As few lines as possible; among equals the first.
  std::vector<std::vector<std::string>> ways;
  const std::size_t assignment = text.find(" = ");
  const auto bracket = last_bracket(text);
  if (assignment != std::string::npos) {
    std::vector<std::string> lines = broken(indent + 4, text.substr(assignment + 3));
    lines.insert(lines.begin(), std::string(indent, ' ') + text.substr(0, assignment + 2));
    ways.push_back(std::move(lines));
  }
  if (bracket) {
    add_aligned(ways, indent, text, *bracket);
    const std::string head = std::string(indent, ' ') + text.substr(0, bracket->open + 1);
    ways.push_back(below(head, arguments_of(text, *bracket), indent + 4));
  } else if (const auto lines = broken_template(indent, text)) {
    ways.push_back(*lines);
  }
  std::erase_if(ways, [](const auto& lines) { return !fits(lines); });
  if (ways.empty()) return {line};
  return std::ranges::min(ways, {}, &std::vector<std::string>::size);
}

// Parameters stand under the first one wherever they fit, however many lines that takes.
std::vector<std::string> broken_signature(std::size_t indent, const std::string& text) {
  const auto bracket = last_bracket(text);
  std::vector<std::vector<std::string>> ways;
  if (indent + text.size() > kColumns && bracket) add_aligned(ways, indent, text, *bracket);
  return !ways.empty() && fits(ways.front()) ? ways.front() : broken(indent, text);
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
  std::string text;
  for (const std::string& line : broken_signature(indent, signature + " {")) text += line + "\n";
  return text + body + margin + "}\n";
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
