#pragma once

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "verifier/element_type.h"
#include "verifier/forward_frames.h"
#include "verifier/weight_map.h"

namespace strata {

// A component of a compiled tree, made and ready to run. Lives in a process of its own: the shared
// object stays loaded, and what its code does is not trusted.
class Subject {
 public:
  // Loads the shared object, which exports what docs/output_folder.md says, and makes the
  // component. Throws Error{"subject.load"} when the object or the component is not there; what the
  // component's constructor throws passes through.
  Subject(const std::filesystem::path& library, const std::string& component);

  // Its parameters and buffers, by dotted member path.
  std::vector<MemberTensor> members() const;

  // Gives every member the memory of its weight; nothing is copied. `requires_grad` is taken from
  // the weight, for it can change the bits of a result. Weights are those of resolve_weights: one
  // per member, of its shape and dtype.
  void set_weights(const std::map<std::string, at::Tensor>& weights);

  // Lets go of the weights' memory; set_weights gives new ones.
  void drop_weights();

  // The members themselves, by path.
  std::map<std::string, at::Tensor> member_tensors() const;

  // Throws std::exception when the component does.
  std::vector<at::Tensor> forward(const std::vector<at::Tensor>& inputs) const;

  // Where its library's components are running.
  ForwardFrames frames() const;

  // What get_inputs() returns.
  std::vector<at::Tensor> own_inputs() const;

 private:
  std::shared_ptr<torch::nn::Module> module_;
  void* library_ = nullptr;
  std::int64_t index_ = -1;  // the component's number in the adapter
};

}  // namespace strata
