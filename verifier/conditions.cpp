#include "verifier/conditions.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>
#include <sys/utsname.h>
#include <torch/version.h>

#include <set>
#include <string_view>

#include "kernels_l0/error.h"

namespace strata {
namespace {

using nlohmann::json;

// Reads the entries of one object, each once, and refuses what is left over.
class Entries {
 public:
  Entries(const json& object, std::string place) : object_(object), place_(std::move(place)) {
    if (!object_.is_object()) refuse("", "an object", object_.type_name());
  }

  std::string text(const char* key) {
    const json& value = take(key);
    if (!value.is_string()) refuse(key, "a string", value.dump());
    return value.get<std::string>();
  }
  bool flag(const char* key) {
    const json& value = take(key);
    if (!value.is_boolean()) refuse(key, "true or false", value.dump());
    return value.get<bool>();
  }
  std::int64_t count(const char* key) {
    const json& value = take(key);
    if (!value.is_number_integer() || value < 0 || value > INT32_MAX)
      refuse(key, "a count", value.dump());
    return value.get<std::int64_t>();
  }
  void finish() const {
    for (const auto& [key, value] : object_.items())
      if (!seen_.contains(key)) refuse(key, "no such entry", value.dump());
  }

 private:
  const json& take(const char* key) {
    seen_.insert(key);
    const auto found = object_.find(key);
    if (found == object_.end()) refuse(key, "this entry", "none");
    return *found;
  }
  [[noreturn]] void refuse(std::string_view key, std::string_view expected,
                           std::string_view got) const {
    throw Error("conditions.read",
                fmt::format("conditions of a record: {} is expected; got {}; export the model anew",
                            expected, got),
                key.empty() ? place_ : fmt::format("{}/{}", place_, key));
  }

  const json& object_;
  std::string place_;
  std::set<std::string, std::less<>> seen_;
};

std::string machine() {
  utsname names{};
  return ::uname(&names) == 0 ? names.machine : "";
}

std::string_view precision_name(at::Float32MatmulPrecision precision) {
  switch (precision) {
    case at::Float32MatmulPrecision::HIGH:
      return "high";
    case at::Float32MatmulPrecision::MEDIUM:
      return "medium";
    default:
      return "highest";
  }
}

std::string cpu_capability() {
  const std::string name = at::get_cpu_capability();
  // at::get_cpu_capability says "NO AVX" where Python's torch.backends.cpu says "DEFAULT".
  return name == "NO AVX" ? "DEFAULT" : name;
}

// "2.13.0+cpu" and "2.13.0" are one version: C++ does not know the build's suffix.
std::string_view release(std::string_view version) { return version.substr(0, version.find('+')); }

void note(std::vector<std::string>& unmet, std::string_view what, std::string_view recorded,
          std::string_view here) {
  if (recorded != here)
    unmet.push_back(fmt::format("{}: recorded {}, here {}", what, recorded, here));
}

}  // namespace

Conditions conditions_from_json(const json& object, const std::string& place) {
  Entries entries(object, place);
  Conditions result;
  result.torch_version = entries.text("torch_version");
  result.threads = static_cast<int>(entries.count("threads"));
  result.cpu_capability = entries.text("cpu_capability");
  result.machine = entries.text("machine");
  result.mkldnn = entries.flag("mkldnn");
  result.grad_mode = entries.flag("grad_mode");
  result.training = entries.flag("training");
  result.parameters_requiring_grad = entries.count("parameters_requiring_grad");
  result.parameters = entries.count("parameters");
  result.fused_encoder_path = entries.flag("fused_encoder_path");
  result.deterministic_algorithms = entries.flag("deterministic_algorithms");
  result.float32_matmul_precision = entries.text("float32_matmul_precision");
  entries.finish();
  return result;
}

json to_json(const Conditions& conditions) {
  return {{"torch_version", conditions.torch_version},
          {"threads", conditions.threads},
          {"cpu_capability", conditions.cpu_capability},
          {"machine", conditions.machine},
          {"mkldnn", conditions.mkldnn},
          {"grad_mode", conditions.grad_mode},
          {"training", conditions.training},
          {"parameters_requiring_grad", conditions.parameters_requiring_grad},
          {"parameters", conditions.parameters},
          {"fused_encoder_path", conditions.fused_encoder_path},
          {"deterministic_algorithms", conditions.deterministic_algorithms},
          {"float32_matmul_precision", conditions.float32_matmul_precision}};
}

Conditions current_conditions() {
  Conditions result;
  result.torch_version = TORCH_VERSION;
  result.threads = at::get_num_threads();
  result.cpu_capability = cpu_capability();
  result.machine = machine();
  result.mkldnn = at::hasMKLDNN() && at::globalContext().userEnabledMkldnn();
  result.grad_mode = c10::GradMode::is_enabled();
  result.deterministic_algorithms = at::globalContext().deterministicAlgorithms();
  result.float32_matmul_precision = precision_name(at::globalContext().float32MatmulPrecision());
  return result;
}

struct ConditionsScope::Saved {
  int threads = at::get_num_threads();
  bool grad_mode = c10::GradMode::is_enabled();
  bool mkldnn = at::globalContext().userEnabledMkldnn();
  bool deterministic = at::globalContext().deterministicAlgorithms();
  bool deterministic_warn_only = at::globalContext().deterministicAlgorithmsWarnOnly();
  at::Float32MatmulPrecision precision = at::globalContext().float32MatmulPrecision();
};

ConditionsScope::ConditionsScope(const Conditions& wanted) : saved_(std::make_unique<Saved>()) {
  at::Context& context = at::globalContext();
  at::set_num_threads(wanted.threads);
  c10::GradMode::set_enabled(wanted.grad_mode);
  context.setUserEnabledMkldnn(wanted.mkldnn);
  context.setDeterministicAlgorithms(wanted.deterministic_algorithms, false);
  const std::string precision(precision_name(context.float32MatmulPrecision()));
  if (precision != wanted.float32_matmul_precision)
    context.setFloat32MatmulPrecision(wanted.float32_matmul_precision);

  const Conditions now = current_conditions();
  note(unmet_, "torch_version", release(wanted.torch_version), release(now.torch_version));
  note(unmet_, "machine", wanted.machine, now.machine);
  note(unmet_, "cpu_capability", wanted.cpu_capability, now.cpu_capability);
  note(unmet_, "threads", std::to_string(wanted.threads), std::to_string(now.threads));
  note(unmet_, "mkldnn", wanted.mkldnn ? "on" : "off", now.mkldnn ? "on" : "off");
  note(unmet_, "float32_matmul_precision", wanted.float32_matmul_precision,
       now.float32_matmul_precision);
  if (wanted.fused_encoder_path)
    unmet_.emplace_back(
        "fused_encoder_path: recorded with eager's own encoder kernel, which the "
        "exported program does not have");
}

ConditionsScope::~ConditionsScope() {
  at::Context& context = at::globalContext();
  at::set_num_threads(saved_->threads);
  c10::GradMode::set_enabled(saved_->grad_mode);
  context.setUserEnabledMkldnn(saved_->mkldnn);
  context.setDeterministicAlgorithms(saved_->deterministic, saved_->deterministic_warn_only);
  if (context.float32MatmulPrecision() != saved_->precision)
    context.setFloat32MatmulPrecision(std::string(precision_name(saved_->precision)));
}

}  // namespace strata
