#include "verifier/arbiter.h"

#include <ATen/ATen.h>
#include <ATen/core/jit_type.h>
#include <c10/core/DefaultDtype.h>
#include <c10/core/GradMode.h>

#include <cmath>
#include <optional>

#include "verifier/every_call.h"

namespace strata {
namespace {

std::optional<at::ScalarType> wide(at::ScalarType type) {
  if (at::isComplexType(type) && type != at::kComplexDouble) return at::kComplexDouble;
  if (at::isFloatingType(type) && type != at::kDouble) return at::kDouble;
  return std::nullopt;
}

at::Tensor widened(const at::Tensor& tensor) {
  if (!tensor.defined() || tensor.unsafeGetTensorImpl()->is_wrapped_number()) return tensor;
  const auto type = wide(tensor.scalar_type());
  if (!type) return tensor;
  return tensor.detach().to(*type).set_requires_grad(tensor.requires_grad());
}

// True for ScalarType and ScalarType?, which arrive as integers.
bool is_dtype(const c10::Argument& argument) {
  c10::TypePtr type = argument.real_type();
  if (const auto optional = type->cast<c10::OptionalType>()) type = optional->getElementType();
  return type->kind() == c10::TypeKind::ScalarTypeType;
}

void widen(const c10::OperatorHandle& handle, torch::jit::Stack& stack) {
  const auto& arguments = handle.schema().arguments();
  const std::size_t below = stack.size() - arguments.size();
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    c10::IValue& value = stack[below + i];
    if (!value.isInt() || !is_dtype(arguments[i])) continue;
    if (const auto type = wide(static_cast<at::ScalarType>(value.toInt())))
      value = static_cast<std::int64_t>(*type);
  }
}

// Factories that are not told a dtype use this one.
class DefaultDtype {
 public:
  explicit DefaultDtype(at::ScalarType type) : saved_(c10::get_default_dtype()) {
    c10::set_default_dtype(c10::scalarTypeToTypeMeta(type));
  }
  ~DefaultDtype() { c10::set_default_dtype(saved_); }
  DefaultDtype(const DefaultDtype&) = delete;
  DefaultDtype& operator=(const DefaultDtype&) = delete;

 private:
  caffe2::TypeMeta saved_;
};

struct Errors {
  double max = 0;
  double rms = 0;
};

Errors errors(const at::Tensor& reference, const at::Tensor& result, const at::Tensor& places) {
  const at::Tensor distance = (result.to(reference.scalar_type()) - reference).abs();
  const at::Tensor finite = distance.masked_select(places);
  return {finite.max().item<double>(), finite.square().mean().sqrt().item<double>()};
}

}  // namespace

Arbitration arbitrate(const at::Tensor& reference, const at::Tensor& expected,
                      const at::Tensor& got, double factor) {
  const c10::NoGradGuard no_grad;
  Arbitration result;
  result.factor = factor;
  const at::Tensor places = at::isfinite(reference) & at::isfinite(expected) & at::isfinite(got);
  if (reference.sizes() != got.sizes() || !places.any().item<bool>()) return result;
  const Errors original = errors(reference, expected, places);
  const Errors subject = errors(reference, got, places);
  result.max_error = subject.max;
  result.rms_error = subject.rms;
  result.original_max_error = original.max;
  result.original_rms_error = original.rms;
  result.accepted = subject.max <= factor * original.max && subject.rms <= factor * original.rms;
  return result;
}

nlohmann::json to_json(const Arbitration& arbitration) {
  return {{"reference", "fp64 replay of the original"},
          {"factor", arbitration.factor},
          {"accepted", arbitration.accepted},
          {"max_error", arbitration.max_error},
          {"rms_error", arbitration.rms_error},
          {"original_max_error", arbitration.original_max_error},
          {"original_rms_error", arbitration.original_rms_error}};
}

TrialData in_fp64(const TrialData& data) {
  const c10::NoGradGuard no_grad;
  TrialData result;
  result.generator_seed = data.generator_seed;
  for (const at::Tensor& weight : data.weights) result.weights.push_back(widened(weight));
  for (const at::Tensor& input : data.inputs) result.inputs.push_back(widened(input));
  return result;
}

std::vector<at::Tensor> replay_in_fp64(const std::function<std::vector<at::Tensor>()>& run) {
  const DefaultDtype fp64(at::kDouble);
  std::vector<at::Tensor> results;
  with_every_call(
      [](const c10::OperatorHandle& handle, torch::jit::Stack* stack) {
        widen(handle, *stack);
        handle.callBoxed(stack);
      },
      [&] { results = run(); });
  return results;
}

}  // namespace strata
