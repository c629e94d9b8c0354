#include "verifier/tree_request.h"

#include <algorithm>

#include "decomposer/emit/component_file.h"
#include "verifier/user_kernels.h"

namespace strata {
namespace {

// The operators of a body that play this role, by the name that the scanner counts them under.
OperatorCounts operators_of(const Component& component, CallRole role) {
  OperatorCounts counts;
  for (const Statement& statement : component.body) {
    const auto* call = std::get_if<OperatorCall>(&statement);
    if (call != nullptr && (component.level == 0 || call->role == role)) ++counts[call->op->name];
  }
  return counts;
}

bool is_zero(const Argument& argument) {
  const auto* integer = std::get_if<std::int64_t>(&argument);
  const auto* real = std::get_if<double>(&argument);
  return (integer != nullptr && *integer == 0) || (real != nullptr && *real == 0);
}

bool is_empty(const Component& component, LocalId local) {
  const auto& sizes = component.locals[static_cast<std::size_t>(local)].sizes;
  return std::ranges::find(sizes, 0) != sizes.end();
}

bool leaves_nothing(const Component& component, const OperatorCall& call) {
  if (call.op->name == "mul" && std::ranges::any_of(call.arguments, is_zero)) return true;
  const auto* operand =
      call.arguments.empty() ? nullptr : std::get_if<ValueRef>(&call.arguments.front());
  if (operand == nullptr || !operand->present() || is_empty(component, operand->id)) return false;
  return std::ranges::any_of(
      call.outputs, [&](LocalId output) { return output != kNone && is_empty(component, output); });
}

// How many operators of a body leave nothing of their operand.
int vanishing_in(const Component& component) {
  int vanishing = 0;
  for (const Statement& statement : component.body) {
    const auto* call = std::get_if<OperatorCall>(&statement);
    if (call != nullptr && leaves_nothing(component, *call)) ++vanishing;
  }
  return vanishing;
}

}  // namespace

ScanRequest tree_request(const Tree& tree, const std::filesystem::path& folder,
                         const std::set<ComponentId>& user_kernels) {
  ScanRequest request;
  request.main = folder / "adapter.cpp";
  request.files.push_back(
      {request.main, Profile::kAdapter, std::nullopt, std::nullopt, std::nullopt});
  for (const Component& component : tree.components) {
    if (user_kernels.contains(static_cast<ComponentId>(&component - tree.components.data())))
      continue;
    JudgedFile file;
    file.file = folder / file_of(component);
    file.level = component.level;
    if (component.level == 0) {
      file.profile = Profile::kCatalogueL0;
      file.operators = operators_of(component, CallRole::kKernel);
    } else {
      file.profile = Profile::kParent;
      file.arithmetic = operators_of(component, CallRole::kArithmetic);
    }
    file.vanishing = vanishing_in(component);
    request.files.push_back(std::move(file));
  }
  for (const std::filesystem::path& raw : raw_files(folder, tree, user_kernels))
    request.files.push_back({raw, Profile::kUserKernel, 0, std::nullopt, std::nullopt});
  return request;
}

}  // namespace strata
