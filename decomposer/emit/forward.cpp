#include "decomposer/emit/forward.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "decomposer/emit/literal.h"
#include "decomposer/emit/method_only.h"
#include "decomposer/emit/names.h"
#include "decomposer/emit/roll.h"
#include "decomposer/emit/wrap.h"

namespace strata {
namespace {

class ForwardWriter {
 public:
  ForwardWriter(const Component& component, const Members& members,
                const std::vector<std::string>& names, const std::vector<std::string>& loop_names)
      : component_(component), members_(members), names_(names), loop_names_(loop_names) {
    for (const LocalId id : component.inputs) declared_.insert(name(id));
    taken_.insert(names.begin(), names.end());
    for (const Member& member : members.members) taken_.insert(member.name);
  }

  std::string write(const std::vector<Line>& lines) {
    const std::vector<Passage> passages = rolled(lines);
    std::string body;
    for (std::size_t i = 0; i < passages.size(); ++i) {
      body += passages[i].turns == 1 ? line_text(passages[i].lines[0], 4 + 2 * outside_.size())
                                     : loop_text(passages, i);
    }
    return function_text(2, signature(lines), body);
  }

 private:
  const std::string& name(LocalId id) const { return names_[static_cast<std::size_t>(id)]; }

  // Inputs that are replaced on the way are taken by value, and those that a function writes into,
  // for at::relu_ wants a variable.
  std::string signature(const std::vector<Line>& lines) const {
    std::set<std::string> replaced;
    for (const Line& line : lines) replaced.insert(line.targets.begin(), line.targets.end());
    for (const Statement& statement : component_.body) {
      const auto* call = std::get_if<OperatorCall>(&statement);
      if (call == nullptr || !call->op->writes() || is_method_only(call->op->name)) continue;
      if (const auto* written = std::get_if<ValueRef>(&call->arguments.front()))
        replaced.insert(name(written->id));
    }
    std::vector<std::string> parameters;
    for (const LocalId id : component_.inputs) {
      parameters.push_back((replaced.contains(name(id)) ? "at::Tensor " : "const at::Tensor& ") +
                           name(id));
    }
    return fmt::format("{} forward({})", result_type(component_), comma_separated(parameters));
  }

  std::string line_text(const Line& line, std::size_t indent) {
    const std::string text = without_marks(line.text);
    switch (line.kind) {
      case LineKind::kSet:
        return wrapped(indent, declared(line.targets[0], "at::Tensor ") + " = " + text + ";");
      case LineKind::kList:
        return wrapped(indent, declared(line.targets[0], "auto ") + " = " + text + ";");
      case LineKind::kSetAll:
        return set_all_text(line, text, indent);
      case LineKind::kReturn:
        return wrapped(indent, "return " + text + ";");
      case LineKind::kIf:
        return begin_branch(line, text, indent);
      case LineKind::kElse:
        declared_ = outside_.back();
        return std::string(indent - 2, ' ') + "} else {\n";
      case LineKind::kEndIf:
        declared_ = outside_.back();
        outside_.pop_back();
        return std::string(indent - 2, ' ') + "}\n";
      case LineKind::kBare:
        break;
    }
    return wrapped(indent, text + ";");
  }

  // What the branches set is declared before them; what they make is theirs.
  std::string begin_branch(const Line& line, const std::string& condition, std::size_t indent) {
    std::string before;
    for (const std::string& target : line.targets) {
      if (!target.empty() && declared_.insert(target).second)
        before += std::string(indent, ' ') + "at::Tensor " + target + ";\n";
    }
    outside_.push_back(declared_);
    return before + wrapped(indent, "if (" + condition + ") {");
  }

  std::string declared(const std::string& variable, const std::string& type) {
    return declared_.insert(variable).second ? type + variable : variable;
  }

  // New variables by a structured binding; std::tie where some exist already or some results are
  // left.
  std::string set_all_text(const Line& line, const std::string& text, std::size_t indent) {
    const bool all_new = std::ranges::all_of(line.targets, [&](const std::string& target) {
      return !target.empty() && !declared_.contains(target);
    });
    if (all_new) {
      declared_.insert(line.targets.begin(), line.targets.end());
      return wrapped(indent, fmt::format("auto [{}] = {};", comma_separated(line.targets), text));
    }
    std::string before;
    std::vector<std::string> targets;
    for (const std::string& target : line.targets) {
      if (!target.empty() && declared_.insert(target).second) {
        before += std::string(indent, ' ') + "at::Tensor " + target + ";\n";
      }
      targets.push_back(target.empty() ? "std::ignore" : target);
    }
    return before +
           wrapped(indent, fmt::format("std::tie({}) = {};", comma_separated(targets), text));
  }

  // Variables that a loop makes and that are read after it, or before they are made in the next
  // turn.
  std::vector<std::string> outlive(const std::vector<Passage>& passages, std::size_t loop) const {
    std::set<std::string> made;
    std::set<std::string> outliving;
    for (const Line& line : passages[loop].lines) {
      for (const std::string& read : line.reads) {
        if (!made.contains(read) && !declared_.contains(read)) outliving.insert(read);
      }
      made.insert(line.targets.begin(), line.targets.end());
    }
    for (std::size_t i = loop + 1; i < passages.size(); ++i) {
      for (const Line& line : passages[i].lines) {
        for (const std::string& read : line.reads) {
          if (made.contains(read)) outliving.insert(read);
        }
      }
    }
    std::vector<std::string> found;
    std::ranges::copy_if(outliving, std::back_inserter(found), [&](const std::string& variable) {
      return !variable.empty() && !declared_.contains(variable);
    });
    return found;
  }

  std::string loop_text(const std::vector<Passage>& passages, std::size_t loop) {
    const Passage& passage = passages[loop];
    std::string before;
    for (const std::string& variable : outlive(passages, loop)) {
      before += "    at::Tensor " + variable + ";\n";
      declared_.insert(variable);
    }

    std::vector<Line> lines = passage.lines;
    std::string head;
    if (const Member* list = whole_list(passage)) {
      const std::string element = free_name(loop_names_[static_cast<std::size_t>(list->component)]);
      head = fmt::format("for (const auto& {} : {})", element, list->name);
      for (Line& line : lines) replace_mark(line.text, passage.visited[0], element);
    } else {
      std::string index = "i";
      while (taken_.contains(index)) index += index.back();
      const std::int32_t first = passage.visited.empty() ? 0 : passage.visited[0].first;
      head = fmt::format("for (std::size_t {0} = {1}; {0} < {2}; ++{0})", index, first,
                         first + passage.turns);
      for (const Visited& visited : passage.visited) {
        const std::int32_t ahead = visited.first - first;
        const std::string place = ahead == 0 ? index
                                             : fmt::format("{} {} {}", index, ahead < 0 ? '-' : '+',
                                                           ahead < 0 ? -ahead : ahead);
        for (Line& line : lines)
          replace_mark(line.text, visited, fmt::format("{}[{}]", visited.member, place));
      }
    }

    const std::set<std::string> outside = declared_;
    std::string body;
    for (const Line& line : lines) body += line_text(line, 6);
    declared_ = outside;
    const std::string short_form = fmt::format("    {} {}", head, body.substr(6));
    if (lines.size() == 1 && std::ranges::count(body, '\n') == 1 && short_form.size() <= 101)
      return before + short_form;
    return before + "    " + head + " {\n" + body + "    }\n";
  }

  // The list that the loop visits from end to end, when it is the only one.
  const Member* whole_list(const Passage& passage) const {
    if (passage.visited.size() != 1 || passage.visited[0].first != 0) return nullptr;
    const auto list = std::ranges::find(members_.members, passage.visited[0].member, &Member::name);
    return list->count == passage.turns ? &*list : nullptr;
  }

  static void replace_mark(std::string& text, const Visited& visited,
                           const std::string& replacement) {
    const std::string mark = mark_of(visited.member, visited.first);
    for (std::size_t at = text.find(mark); at != std::string::npos;
         at = text.find(mark, at + replacement.size())) {
      text.replace(at, mark.size(), replacement);
    }
  }

  std::string free_name(const std::string& wanted) const {
    for (const std::string& name : {wanted, std::string("block"), std::string("child")}) {
      if (!taken_.contains(name)) return name;
    }
    std::string name = wanted;
    while (taken_.contains(name)) name += "_";
    return name;
  }

  const Component& component_;
  const Members& members_;
  const std::vector<std::string>& names_;
  const std::vector<std::string>& loop_names_;
  std::set<std::string> declared_;
  std::vector<std::set<std::string>> outside_;  // what was declared before each open branch
  std::set<std::string> taken_;
};

}  // namespace

std::string result_type(const Component& component) {
  if (component.outputs.empty()) return "void";
  if (component.outputs.size() == 1) return "at::Tensor";
  const std::vector<std::string> types(component.outputs.size(), "at::Tensor");
  return fmt::format("std::tuple<{}>", comma_separated(types));
}

std::string forward_text(const Component& component, const Members& members,
                         const CalleeTraits& callees) {
  const std::vector<std::string> names = names_of_locals(component, members);
  const std::vector<Line> lines = lines_of_body(component, names, members, callees);
  return ForwardWriter(component, members, names, callees.loop_names).write(lines);
}

}  // namespace strata
