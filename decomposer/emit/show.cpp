#include "decomposer/emit/show.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "decomposer/emit/component_file.h"
#include "decomposer/emit/forward.h"
#include "decomposer/emit/members.h"
#include "decomposer/graph/index.h"

namespace strata {
namespace {

constexpr std::size_t kInstancesShown = 12;

std::string shape_text(const Local& local) {
  const std::string sizes =
      local.sizes.empty() ? "scalar" : fmt::format("{}", fmt::join(local.sizes, "x"));
  return fmt::format("{} {}", sizes, short_name(local.dtype));
}

std::string ports_text(const Component& component, const std::vector<LocalId>& ids,
                       bool with_names) {
  std::vector<std::string> texts;
  for (const LocalId id : ids) {
    const Local& local = component.locals[at(id)];
    texts.push_back(with_names ? local.name + " " + shape_text(local) : shape_text(local));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string signature(const Component& component) {
  return fmt::format("[{}] -> [{}]", ports_text(component, component.inputs, true),
                     ports_text(component, component.outputs, false));
}

// "split, view x3, mul"
std::string own_work(const Component& component) {
  std::vector<std::pair<std::string, int>> counts;
  for (const Statement& statement : component.body) {
    const auto* call = std::get_if<OperatorCall>(&statement);
    if (!call) continue;
    auto found = std::ranges::find(counts, call->op->name, &std::pair<std::string, int>::first);
    if (found == counts.end()) found = counts.insert(counts.end(), {call->op->name, 0});
    ++found->second;
  }
  std::vector<std::string> texts;
  for (const auto& [name, count] : counts)
    texts.push_back(count == 1 ? name : fmt::format("{} x{}", name, count));
  return fmt::format("{}", fmt::join(texts, ", "));
}

// "h_0 ... h_11", "q_proj, o_proj"
std::string member_text(const Member& member) {
  if (!member.is_list) return member.name;
  return fmt::format("{0}_{1} ... {0}_{2}", member.prefix, member.first,
                     member.first + member.count - 1);
}

// A parent's children, one entry per component, in the order of first use.
struct Use {
  ComponentId component = kNone;
  std::vector<std::string> names;
};

std::vector<Use> uses_of(const Component& component) {
  std::vector<Use> uses;
  for (const Member& member : members_of(component).members) {
    auto found = std::ranges::find(uses, member.component, &Use::component);
    if (found == uses.end()) found = uses.insert(uses.end(), {member.component, {}});
    found->names.push_back(member_text(member));
  }
  return uses;
}

class Outline {
 public:
  Outline(const Tree& tree, std::size_t width)
      : tree_(tree), width_(width), shown_(tree.components.size(), false) {}

  std::string write() {
    add(static_cast<ComponentId>(tree_.components.size() - 1), "", 0);
    return std::move(text_);
  }

 private:
  void add(ComponentId id, const std::string& names, std::size_t depth) {
    const Component& component = tree_.components[at(id)];
    const std::string margin(2 * depth, ' ');
    const std::size_t instances = instances_of(tree_, id).size();
    std::string line = fmt::format("{}L{} {}", margin, component.level, component.name);
    if (!names.empty()) line += ": " + names;
    if (shown_[at(id)]) {
      add_line(line + (component.children.empty() ? "" : "  (above)"));
      return;
    }
    shown_[at(id)] = true;
    if (instances > 1) line += fmt::format("  x{}", instances);
    if (component.level > 0) line += "  " + signature(component);
    add_line(line);
    for (const Use& use : uses_of(component)) {
      add(use.component, fmt::format("{}", fmt::join(use.names, ", ")), depth + 1);
    }
    if (component.level > 0 && !own_work(component).empty())
      add_line(margin + "  + " + own_work(component));
  }

  void add_line(std::string line) {
    if (width_ > 3 && line.size() > width_) line = line.substr(0, width_ - 3) + "...";
    text_ += line + "\n";
  }

  const Tree& tree_;
  std::size_t width_;
  std::vector<bool> shown_;
  std::string text_;
};

// Every line cut at the width.
std::string cut(const std::string& text, std::size_t width) {
  std::string result;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    result += (width > 3 && line.size() > width ? line.substr(0, width - 3) + "..." : line) + "\n";
    begin = end + 1;
  }
  return result;
}

}  // namespace

std::string show_tree(const Tree& tree, std::size_t width) { return Outline(tree, width).write(); }

std::string show_component(const Tree& tree, ComponentId id, std::size_t width) {
  const Component& component = tree.components[at(id)];
  std::string text = fmt::format("L{} {}\n{}\nfile: {}\n\n", component.level, component.name,
                                 heading_of(tree, id), file_of(component));
  for (const LocalId input : component.inputs) {
    text += fmt::format("  input      {}  {}\n", component.locals[at(input)].name,
                        shape_text(component.locals[at(input)]));
  }
  for (const ComponentParameter& parameter : component.parameters) {
    const char* kind = parameter.kind == ParameterKind::kParameter ? "parameter" : "buffer";
    text += fmt::format("  {:<9}  {}  {}\n", kind, parameter.name,
                        shape_text(component.locals[at(parameter.local)]));
  }
  for (const Use& use : uses_of(component)) {
    const Component& child = tree.components[at(use.component)];
    text += fmt::format("  child      {}  L{} {}\n", fmt::join(use.names, ", "), child.level,
                        child.name);
  }
  for (const LocalId output : component.outputs)
    text += fmt::format("  output     {}\n", shape_text(component.locals[at(output)]));
  text += "\n" + forward_text(component, members_of(component), callee_traits(tree.components));
  const std::vector<InstanceId> instances = instances_of(tree, id);
  text += fmt::format("\n  instances  {}\n", instances.size());
  for (std::size_t i = 0; i < std::min(instances.size(), kInstancesShown); ++i) {
    const Instance& instance = tree.instances[at(instances[i])];
    text +=
        fmt::format("    {}  from {}\n", instance.path.empty() ? "(the model)" : instance.path,
                    instance.original_path.empty() ? "the model itself" : instance.original_path);
  }
  if (instances.size() > kInstancesShown)
    text += fmt::format("    and {} more\n", instances.size() - kInstancesShown);
  return cut(text, width);
}

}  // namespace strata
