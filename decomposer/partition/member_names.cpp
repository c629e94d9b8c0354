#include "decomposer/partition/member_names.h"

#include <algorithm>
#include <map>
#include <set>

#include "decomposer/graph/identifier.h"
#include "decomposer/partition/member_wish.h"

namespace strata {
namespace {

std::vector<std::string> split_path(const std::string& path) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  while (start < path.size()) {
    const std::size_t dot = std::min(path.find('.', start), path.size());
    parts.push_back(path.substr(start, dot - start));
    start = dot + 1;
  }
  return parts;
}

class Namer {
 public:
  Namer(const Graph& graph, const Nesting& nesting, const std::vector<Form>& forms)
      : graph_(graph), nesting_(nesting), forms_(forms), kernels_(graph.frames.size(), 0) {
    for (const RegionId id : regions_downwards(nesting)) {
      if (nesting.regions[id].kernel == kNone) continue;
      for (FrameId up = nesting.regions[id].frame; up != kNone; up = graph.frames[up].parent) {
        ++kernels_[up];
      }
    }
  }

  void name_children(RegionId parent, Component& component,
                     const std::vector<Component>& components) const {
    std::vector<Wish> wishes(component.children.size());
    const Form& form = forms_[parent];
    for (std::size_t i = form.units.size(); i-- > 0;) {
      if (form.units[i].child == kNone) continue;
      wishes[form.slots[i]] = wish_of(parent, form.units[i].child);
    }
    name_by_operation_again(wishes);
    list_neighbours(wishes);
    list_rows(component, components, wishes);
    tell_apart(wishes);
    drop_lone_indices(wishes);
    std::map<std::string, std::int32_t> places;
    for (Wish& wish : wishes) {
      if (wish.index == kNone) wish.index = places[wish.name()]++;
    }
    std::set<std::string> taken;
    if (nesting_.regions[parent].parent == kNone) avoid_inputs(wishes);
    keep_off_lists(wishes);
    for (std::size_t i = 0; i < wishes.size(); ++i) {
      Child& child = component.children[i];
      child.name = wishes[i].name();
      child.index = wishes[i].index;
      const std::string base = child.name;
      for (int number = 2; !taken.insert(registered_name(child)).second; ++number) {
        child.index.reset();
        child.name = numbered(base, number);
      }
    }
  }

 private:
  // The author's path of a region: its frame's, or, for what was found in the data flow, the module
  // that holds all its parameters, when that lies deeper.
  std::string path_of(RegionId id) const {
    const Region& region = nesting_.regions[id];
    const std::string& frame = graph_.frames[region.frame].path;
    if (region.authored || forms_[id].weights.empty()) return frame;
    std::vector<std::string> common;
    for (std::size_t i = 0; i < forms_[id].weights.size(); ++i) {
      std::vector<std::string> parts = split_path(graph_.parameters[forms_[id].weights[i]].name);
      const bool listed = !parts.empty() && is_number(parts.back());  // an item of a ParameterList
      parts.resize(parts.size() - std::min<std::size_t>(parts.size(), listed ? 2 : 1));
      if (i == 0) common = parts;
      const auto [end, other] = std::ranges::mismatch(common, parts);
      common.erase(end, common.end());
    }
    // A layer of a stack is an item of a list: `block.0` and not `block.0.layer`.
    if (region.level == 2) {
      const auto number = std::ranges::find_if(common.rbegin(), common.rend(), is_number);
      if (number != common.rend()) common.erase(number.base(), common.end());
    }
    std::string path;
    for (const std::string& part : common) path += (path.empty() ? "" : ".") + part;
    return path.size() > frame.size() && path.starts_with(frame) ? path : frame;
  }

  Wish wish_of(RegionId parent_id, RegionId child_id) const {
    const Region& child = nesting_.regions[child_id];
    // The model's frame may be that of a single list in it, whose name its items keep.
    const bool in_model = nesting_.regions[parent_id].parent == kNone;
    const std::string outer = in_model ? "" : path_of(parent_id);
    const std::string path = path_of(child_id);
    Wish wish;
    wish.before = split_path(path);
    const std::vector<std::string> around = split_path(outer);
    const auto [inner, other] = std::ranges::mismatch(wish.before, around);
    wish.before.erase(wish.before.begin(), inner);
    std::string below;
    for (const std::string& part : wish.before) below += (below.empty() ? "" : ".") + part;
    const bool by_weights = path != graph_.frames[child.frame].path;
    const bool is_module =
        !wish.before.empty() &&
        (child.authored || by_weights || (child.kernel != kNone && kernels_[child.frame] == 1));
    wish.leaf = child.operation;
    wish.operation = child.operation;
    wish.by_weights = by_weights && child.kernel != kNone;
    wish.origin = "operation of " + below;
    if (child.level == 2 && !child.authored && !is_module) {
      wish.leaf += "s";  // a list, numbered in the order of execution
      wish.index = kNone;
      return wish;
    }
    if (!is_module) return wish;
    wish.origin = below;
    if (!is_number(wish.before.back())) {
      wish.leaf = wish.before.back();
      wish.before.pop_back();
    } else if (wish.before.size() >= 2 && !is_number(wish.before[wish.before.size() - 2])) {
      wish.index = std::stoi(wish.before.back());
      wish.listed = true;
      wish.before.pop_back();
      wish.leaf = wish.before.back();
      wish.before.pop_back();
      wish.origin = below.substr(0, below.rfind('.'));
    } else if (!item_of_a_list_in_a_list(wish)) {
      wish.used = 1;  // the author gave a number and no name
    }
    return wish;
  }

  // Of two kernels on parameters of one module the second is called after what it does: `dt_proj`
  // and `time_step`.
  static void name_by_operation_again(std::vector<Wish>& wishes) {
    std::map<std::string, std::string> first;  // origin -> operation
    for (Wish& wish : wishes) {
      if (!wish.by_weights || wish.listed) continue;
      const auto [found, is_new] = first.try_emplace(wish.origin, wish.operation);
      if (is_new || found->second == wish.operation) continue;
      wish.leaf = wish.operation;
      wish.origin = "operation of " + wish.origin;
    }
  }

  // Lengthens the names of children that have one name but different origins.
  static void tell_apart(std::vector<Wish>& wishes) {
    for (bool changed = true; changed;) {
      changed = false;
      std::map<std::string, std::vector<Wish*>> groups;
      for (Wish& wish : wishes) groups[wish.name()].push_back(&wish);
      for (auto& [name, group] : groups) {
        const bool one_origin = std::ranges::all_of(
            group, [&](const Wish* wish) { return wish->origin == group.front()->origin; });
        if (one_origin) continue;
        for (Wish* wish : group) {
          if (wish->used == wish->before.size()) continue;
          ++wish->used;
          // A list's name takes a number only together with what it counts: `stages_0_layers`.
          const bool bare =
              wish->listed && is_number(wish->before[wish->before.size() - wish->used]);
          if (bare && wish->used < wish->before.size()) ++wish->used;
          changed = true;
        }
      }
    }
  }

  // A list of one is no list.
  static void drop_lone_indices(std::vector<Wish>& wishes) {
    std::map<std::string, int> members;
    for (const Wish& wish : wishes) ++members[wish.name()];
    for (Wish& wish : wishes) {
      if (members[wish.name()] == 1) wish.index.reset();
    }
  }

  // What has a list's name and is no item of it is called after what it does.
  static void keep_off_lists(std::vector<Wish>& wishes) {
    std::set<std::string> lists;
    for (const Wish& wish : wishes) {
      if (wish.index) lists.insert(wish.name());
    }
    for (Wish& wish : wishes) {
      if (wish.index || !lists.contains(wish.name())) continue;
      wish.leaf =
          lists.contains(wish.operation) ? wish.operation + "_of_" + wish.leaf : wish.operation;
      wish.used = 0;
    }
  }

  // The author's names for the model's inputs stay theirs.
  void avoid_inputs(std::vector<Wish>& wishes) const {
    for (Wish& wish : wishes) {
      if (std::ranges::find(graph_.input_names, wish.name()) != graph_.input_names.end()) {
        wish.leaf = "make_" + wish.leaf;
      }
    }
  }

  const Graph& graph_;
  const Nesting& nesting_;
  const std::vector<Form>& forms_;
  std::vector<int> kernels_;  // per frame: kernels in it and below
};

void name_parameters(const Graph& graph, const Instance& instance, Component& component) {
  std::set<std::string> taken;
  for (std::size_t i = 0; i < component.parameters.size(); ++i) {
    const std::string& full = graph.parameters[instance.weights[i]].name;
    const std::string base = identifier(full.substr(full.rfind('.') + 1));
    std::string name = base;
    for (int number = 2; !taken.insert(name).second; ++number) name = numbered(base, number);
    component.parameters[i].name = name;
    component.locals[component.parameters[i].local].name = name;
  }
}

}  // namespace

void name_members(const Graph& graph, const Nesting& nesting, const std::vector<Form>& forms,
                  Assembly& assembly) {
  const Namer namer(graph, nesting, forms);
  auto& components = assembly.tree.components;
  std::vector<bool> named(components.size(), false);
  for (const Instance& instance : assembly.tree.instances) {
    if (named[instance.component]) continue;
    named[instance.component] = true;
    name_parameters(graph, instance, components[instance.component]);
  }
  for (std::size_t i = 0; i < components.size(); ++i) {
    namer.name_children(assembly.example[i], components[i], components);
  }
  for (Instance& instance : assembly.tree.instances) {
    if (instance.parent == kNone) continue;
    const Instance& parent = assembly.tree.instances[instance.parent];
    const Component& component = components[parent.component];
    const auto& call = std::get<ChildCall>(component.body[instance.statement]);
    instance.path = (parent.path.empty() ? "" : parent.path + ".") +
                    registered_name(component.children[call.child]);
  }
}

}  // namespace strata
