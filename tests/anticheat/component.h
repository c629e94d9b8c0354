#pragma once

#include <string>

namespace strata {

// A component file without children whose forward is `body`.
inline std::string component(const std::string& name, const std::string& body) {
  return "#pragma once\n\n#include <ATen/ATen.h>\n#include <torch/nn/module.h>\n\nnamespace " +
         name +
         " {\n\nstruct Model : torch::nn::Module {\n  at::Tensor forward(const at::Tensor& x) { " +
         body + " }\n};\n\n}  // namespace " + name + "\n";
}

}  // namespace strata
