#include "decomposer/emit/roll.h"

#include <algorithm>
#include <optional>

namespace strata {
namespace {

constexpr std::size_t kLongestPeriod = 40;  // lines

struct Mark {
  std::string member;
  std::int32_t position = 0;
};

// A line's text with the positions taken out, and the marks.
struct Shape {
  std::string text;
  std::vector<Mark> marks;
};

Shape shape_of(const Line& line) {
  Shape shape;
  const std::string& text = line.text;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\x01') {
      shape.text += text[i];
      continue;
    }
    const std::size_t middle = text.find('\x02', i);
    const std::size_t end = text.find('\x03', middle);
    const std::string member = text.substr(i + 1, middle - i - 1);
    shape.marks.push_back({member, std::stoi(text.substr(middle + 1, end - middle - 1))});
    shape.text += '\x01' + member;
    i = end;
  }
  return shape;
}

bool same_but_for_marks(const Line& a, const Shape& shape_a, const Line& b, const Shape& shape_b) {
  return a.kind == b.kind && a.targets == b.targets && shape_a.text == shape_b.text &&
         a.kind != LineKind::kReturn;
}

// The lists that move when the lines [at, at + period) are followed by [next, next + period);
// nullopt when the second are no repetition of the first, `turn` turns later.
std::optional<std::vector<Visited>> moved(const std::vector<Line>& lines,
                                          const std::vector<Shape>& shapes, std::size_t at,
                                          std::size_t period, std::size_t turn) {
  std::vector<Visited> visited;
  const auto step = static_cast<std::int32_t>(turn);
  for (std::size_t i = at; i < at + period; ++i) {
    const std::size_t j = i + turn * period;
    if (j >= lines.size() || !same_but_for_marks(lines[i], shapes[i], lines[j], shapes[j]))
      return std::nullopt;
    for (std::size_t m = 0; m < shapes[i].marks.size(); ++m) {
      const Mark& before = shapes[i].marks[m];
      const std::int32_t distance = shapes[j].marks[m].position - before.position;
      if (distance == 0) continue;
      if (distance != step) return std::nullopt;
      const Visited one{before.member, before.position};
      if (std::ranges::find(visited, one) == visited.end()) visited.push_back(one);
    }
  }
  return visited;
}

Passage longest_from(const std::vector<Line>& lines, const std::vector<Shape>& shapes,
                     std::size_t at) {
  Passage best{{lines[at]}, 1, {}};
  for (std::size_t period = 1; period <= kLongestPeriod && at + 2 * period <= lines.size();
       ++period) {
    const auto visited = moved(lines, shapes, at, period, 1);
    if (!visited) continue;
    std::size_t turns = 2;
    while (moved(lines, shapes, at, period, turns) == visited) ++turns;
    if (period * turns <= best.lines.size() * static_cast<std::size_t>(best.turns)) continue;
    const auto begin = lines.begin() + static_cast<std::ptrdiff_t>(at);
    best = {{begin, begin + static_cast<std::ptrdiff_t>(period)},
            static_cast<std::int32_t>(turns),
            *visited};
  }
  return best;
}

}  // namespace

std::vector<Passage> rolled(const std::vector<Line>& lines) {
  std::vector<Shape> shapes;
  for (const Line& line : lines) shapes.push_back(shape_of(line));
  std::vector<Passage> passages;
  for (std::size_t at = 0; at < lines.size();) {
    Passage passage = longest_from(lines, shapes, at);
    at += passage.lines.size() * static_cast<std::size_t>(passage.turns);
    passages.push_back(std::move(passage));
  }
  return passages;
}

}  // namespace strata
