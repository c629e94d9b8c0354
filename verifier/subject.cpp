#include "verifier/subject.h"

#include <ATen/ATen.h>
#include <dlfcn.h>
#include <fmt/format.h>

#include "decomposer/load/weights.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

using Tensors = std::vector<at::Tensor>;

template <typename Function>
Function* find(void* library, const char* symbol) {
  void* found = dlsym(library, symbol);
  if (found == nullptr) {
    throw Error("subject.load",
                fmt::format("{}: the adapter must export it; got no such symbol", symbol));
  }
  return reinterpret_cast<Function*>(found);
}

std::int64_t index_of(void* library, const std::string& component) {
  const std::int64_t count = find<std::int64_t()>(library, "strata_component_count")();
  const auto name = find<const char*(std::int64_t)>(library, "strata_component_name");
  for (std::int64_t i = 0; i < count; ++i) {
    if (component == name(i)) return i;
  }
  throw Error("subject.load",
              fmt::format("{}: must be in the compiled adapter; got {} others", component, count));
}

}  // namespace

Subject::Subject(const std::filesystem::path& library, const std::string& component) {
  void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    throw Error("subject.load", fmt::format("{}: must load; got {}", library.string(), dlerror()));
  }
  library_ = handle;
  index_ = index_of(handle, component);
  find<void(std::int64_t, std::shared_ptr<torch::nn::Module>*)>(handle, "strata_make")(index_,
                                                                                       &module_);
  module_->eval();
}

std::map<std::string, at::Tensor> Subject::member_tensors() const {
  std::map<std::string, at::Tensor> tensors;
  for (const auto& item : module_->named_parameters()) tensors[item.key()] = item.value();
  for (const auto& item : module_->named_buffers()) tensors[item.key()] = item.value();
  return tensors;
}

std::vector<MemberTensor> Subject::members() const {
  std::vector<MemberTensor> members;
  const auto buffers = module_->named_buffers();
  for (const auto& [path, tensor] : member_tensors()) {
    members.push_back(
        {path, tensor.sizes().vec(), scalar_type_of(tensor.scalar_type()), buffers.contains(path)});
  }
  return members;
}

void Subject::set_weights(const std::map<std::string, at::Tensor>& weights) {
  for (const auto& [path, member] : member_tensors()) {
    const at::Tensor& weight = weights.at(path);
    member.set_data(weight);
    member.set_requires_grad(weight.requires_grad());
  }
}

void Subject::drop_weights() {
  for (const auto& [path, member] : member_tensors())
    member.set_data(at::empty({0}, member.options()));
}

std::vector<at::Tensor> Subject::forward(const std::vector<at::Tensor>& inputs) const {
  std::vector<at::Tensor> outputs;
  find<void(std::int64_t, torch::nn::Module*, const Tensors*, Tensors*)>(
      library_, "strata_forward")(index_, module_.get(), &inputs, &outputs);
  return outputs;
}

ForwardFrames Subject::frames() const { return ForwardFrames(dlsym(library_, "strata_forward")); }

std::vector<at::Tensor> Subject::own_inputs() const {
  std::vector<at::Tensor> inputs;
  find<void(std::int64_t, Tensors*)>(library_, "strata_inputs")(index_, &inputs);
  return inputs;
}

}  // namespace strata
