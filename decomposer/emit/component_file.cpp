#include "decomposer/emit/component_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>

#include "decomposer/emit/call.h"
#include "decomposer/emit/forward.h"
#include "decomposer/emit/literal.h"
#include "decomposer/emit/members.h"
#include "decomposer/emit/wrap.h"

namespace strata {
namespace {

constexpr std::size_t kPathsShown = 3;
constexpr std::array<const char*, 4> kRoles = {"a kernel", "a fusion", "a layer", "the model"};

const Component& at(const std::vector<Component>& components, ComponentId id) {
  return components.at(static_cast<std::size_t>(id));
}

// Whether calls of each component must keep their order: it or something in it writes or draws
// random numbers.
std::vector<bool> ordered_components(const std::vector<Component>& components) {
  std::vector<bool> ordered(components.size(), false);
  for (std::size_t i = 0; i < components.size(); ++i) {
    for (const Statement& statement : components[i].body) {
      if (const auto* call = std::get_if<OperatorCall>(&statement)) {
        if (is_ordered(*call)) ordered[i] = true;
      } else {
        const Child& child =
            components[i].children[static_cast<std::size_t>(std::get<ChildCall>(statement).child)];
        if (ordered[static_cast<std::size_t>(child.component)]) ordered[i] = true;
      }
    }
  }
  return ordered;
}

// "gpt2_block" -> "block"
std::vector<std::string> loop_names(const std::vector<Component>& components) {
  std::vector<std::string> names;
  for (const Component& component : components) {
    names.push_back(component.operation.substr(component.operation.find_last_of('_') + 1));
    if (names.back().empty()) names.back() = "child";
  }
  return names;
}

std::string includes(const std::vector<Component>& components, const Component& component,
                     bool uses_limits) {
  std::string text = "#include <ATen/ATen.h>\n#include <torch/nn/module.h>\n";
  if (uses_limits) text += "\n#include <limits>\n";
  std::set<std::string> children;
  for (const Child& child : component.children)
    children.insert(file_of(at(components, child.component)));
  if (!children.empty()) text += "\n";
  for (const std::string& child : children) text += fmt::format("#include \"../{}\"\n", child);
  return text;
}

std::string type_of(const std::vector<Component>& components, const Member& member) {
  return at(components, member.component).name + "::Model";
}

std::string member_text(const std::vector<Component>& components, const Member& member) {
  const std::string pointer = fmt::format("std::shared_ptr<{}>", type_of(components, member));
  const std::string type = member.is_list ? fmt::format("std::vector<{}>", pointer) : pointer;
  const std::string line = fmt::format("  {} {};\n", type, member.name);
  if (line.size() <= 101) return line;
  if (type.size() <= 98) return fmt::format("  {}\n      {};\n", type, member.name);
  const std::size_t angle = type.rfind('<') + 1;
  return fmt::format("  {}\n      {}\n      {};\n", type.substr(0, angle), type.substr(angle),
                     member.name);
}

// The tensor a parameter starts as: its shape, dtype and strides, its bytes still untouched.
std::string empty_tensor(const Local& local, const ComponentParameter& parameter) {
  std::vector<std::int64_t> contiguous(local.sizes.size(), 1);
  for (std::size_t i = local.sizes.size(); i-- > 1;)
    contiguous[i - 1] = contiguous[i] * std::max<std::int64_t>(local.sizes[i], 1);
  std::string arguments = sizes_literal(local.sizes);
  const bool strided = !parameter.strides.empty() && parameter.strides != contiguous;
  if (strided) arguments += ", " + sizes_literal(parameter.strides);
  if (local.dtype != ScalarType::kFloat32) arguments += fmt::format(", {}", cpp_name(local.dtype));
  return fmt::format("at::empty{}({})", strided ? "_strided" : "", arguments);
}

std::string registration(const Component& component, const ComponentParameter& parameter) {
  const Local& local = component.locals[static_cast<std::size_t>(parameter.local)];
  const std::string tensor = empty_tensor(local, parameter);
  if (parameter.kind != ParameterKind::kParameter) {
    return fmt::format("{0} = register_buffer(\"{0}\", {1});", parameter.name, tensor);
  }
  const char* frozen = parameter.requires_grad ? "" : ", false";
  return fmt::format("{0} = register_parameter(\"{0}\", {1}{2});", parameter.name, tensor, frozen);
}

std::string constructor(const std::vector<Component>& components, const Component& component,
                        const Members& members) {
  std::string text;
  for (const ComponentParameter& parameter : component.parameters)
    text += wrapped(4, registration(component, parameter));
  for (const Member& member : members.members) {
    const std::string made = fmt::format("std::make_shared<{}>()", type_of(components, member));
    if (!member.is_list) {
      text += wrapped(4, fmt::format("{0} = register_module(\"{0}\", {1});", member.name, made));
      continue;
    }
    text += fmt::format("    for (int64_t i = {}; i < {}; ++i) {{\n", member.first,
                        member.first + member.count);
    text +=
        wrapped(6, fmt::format("{}.push_back(register_module(\"{}_\" + std::to_string(i), {}));",
                               member.name, member.prefix, made));
    text += "    }\n";
  }
  return function_text(2, "Model()", text);
}

std::string struct_text(const std::vector<Component>& components, const Component& component) {
  const Members members = members_of(component);
  std::string text = "struct Model : torch::nn::Module {\n";
  for (const ComponentParameter& parameter : component.parameters)
    text += fmt::format("  at::Tensor {};\n", parameter.name);
  for (const Member& member : members.members) text += member_text(components, member);
  if (!component.parameters.empty() || !members.members.empty()) {
    text += "\n" + constructor(components, component, members) + "\n";
  }
  text += forward_text(component, members, callee_traits(components));
  return text + "};\n";
}

std::string input_text(const Local& local, const InputRule& rule) {
  const std::string sizes = sizes_literal(local.sizes);
  const std::string dtype = std::string(cpp_name(local.dtype));
  const std::string options = local.dtype == ScalarType::kFloat32 ? "" : ", " + dtype;
  switch (rule.kind) {
    case InputRule::Kind::kZeros:
      return fmt::format("at::zeros({}{})", sizes, options);
    case InputRule::Kind::kIntegers:
      return fmt::format("at::randint({}, {}, {}, {})", rule.low, rule.high, sizes, dtype);
    case InputRule::Kind::kNormal:
      break;
  }
  // Eight-bit floats have no random numbers of their own.
  if (element_size(local.dtype) == 1) return fmt::format("at::randn({}).to({})", sizes, dtype);
  return fmt::format("at::randn({}{})", sizes, options);
}

std::string inputs_function(const Component& component, const FileContext& context) {
  std::vector<std::string> tensors;
  for (std::size_t i = 0; i < component.inputs.size(); ++i) {
    tensors.push_back(input_text(component.locals[static_cast<std::size_t>(component.inputs[i])],
                                 context.inputs.at(i)));
  }
  return function_text(0, "inline std::vector<at::Tensor> get_inputs()",
                       wrapped(2, "return " + braced(tensors) + ";"));
}

std::string outputs_function(const Component& component) {
  std::vector<std::string> shapes;
  for (const LocalId id : component.outputs) {
    const Local& local = component.locals[static_cast<std::size_t>(id)];
    shapes.push_back(fmt::format("{{{}, {}}}", sizes_literal(local.sizes), cpp_name(local.dtype)));
  }
  return function_text(0,
                       "inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> "
                       "get_expected_output_shapes()",
                       wrapped(2, "return " + braced(shapes) + ";"));
}

// The first and the last of many.
std::string listed(const std::vector<std::string>& paths) {
  if (paths.size() <= kPathsShown) return fmt::format("{}", fmt::join(paths, ", "));
  return fmt::format("{}, {}, ..., {}", paths[0], paths[1], paths.back());
}

}  // namespace

CalleeTraits callee_traits(const std::vector<Component>& components) {
  CalleeTraits traits{ordered_components(components), {}, loop_names(components)};
  for (const Component& component : components) traits.levels.push_back(component.level);
  return traits;
}

std::string component_text(const std::vector<Component>& components, const Component& component,
                           const FileContext& context) {
  const std::string model = struct_text(components, component);
  std::string heading;
  for (std::size_t begin = 0; begin < context.heading.size();) {
    const std::size_t end = std::min(context.heading.find('\n', begin), context.heading.size());
    heading += comment(context.heading.substr(begin, end - begin));
    begin = end + 1;
  }
  return fmt::format(
      "#pragma once\n\n{}\n{}\nnamespace {} {{\n\n{}\n{}\n"
      "inline std::vector<at::Tensor> get_init_inputs() {{ return {{}}; }}\n\n{}\n}}  // namespace "
      "{}\n",
      heading,
      includes(components, component, model.find("std::numeric_limits") != std::string::npos),
      context.name, model, inputs_function(component, context), outputs_function(component),
      context.name);
}

std::string heading_of(const Tree& tree, ComponentId id) {
  const Component& component = at(tree.components, id);
  const std::size_t dot = component.class_name.find_last_of('.');
  const std::string short_class =
      dot == std::string::npos ? component.class_name : component.class_name.substr(dot + 1);
  std::vector<std::string> paths;
  const std::vector<InstanceId> instances = instances_of(tree, id);
  for (const InstanceId instance : instances) {
    const std::string& path = tree.instances[static_cast<std::size_t>(instance)].original_path;
    if (!path.empty() && (paths.empty() || paths.back() != path)) paths.push_back(path);
  }
  const std::string subject =
      component.level > 0 && !short_class.empty() ? short_class : component.operation;
  const bool described = !component.description.empty();
  std::string text = fmt::format(
      "{}: {}", subject,
      described ? component.description : kRoles[static_cast<std::size_t>(component.level)]);
  if (component.level < 3 && !instances.empty()) {
    const bool one = instances.size() == 1;
    if (described)
      text += one ? ".\nOne instance" : fmt::format(".\n{} instances", instances.size());
    if (!described)
      text += one ? ", one instance" : fmt::format(", {} instances", instances.size());
    if (!paths.empty()) text += ": " + listed(paths);
  }
  text += ".";
  if (!component.class_name.empty()) text += "\nFrom " + component.class_name + ".";
  return text;
}

}  // namespace strata
