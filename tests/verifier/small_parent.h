#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "verifier/build_subject.h"
#include "verifier/component_source.h"

// A parent with two children of one component, which negates and rectifies.

namespace strata {

inline constexpr char kHead[] =
    "#pragma once\n#include <ATen/ATen.h>\n#include <torch/nn/module.h>\n";

inline void write_kernel(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder / "level_0_kernel");
  std::ofstream(folder / "level_0_kernel/rectifier.h") << kHead << R"(
namespace rectifier {
struct Model : torch::nn::Module {
  at::Tensor forward(const at::Tensor& x) { return at::relu(x.neg()); }
};
}  // namespace rectifier
)";
}

inline std::filesystem::path write_parent(const std::filesystem::path& folder,
                                          const std::string& body) {
  std::filesystem::create_directories(folder / "level_1_fusion");
  const std::filesystem::path file = folder / "level_1_fusion/twice.h";
  std::ofstream(file) << kHead << R"(#include "../level_0_kernel/rectifier.h"
namespace twice {
struct Model : torch::nn::Module {
  std::shared_ptr<rectifier::Model> first;
  std::shared_ptr<rectifier::Model> second;
  Model() {
    first = register_module("first", std::make_shared<rectifier::Model>());
    second = register_module("second", std::make_shared<rectifier::Model>());
  }
  at::Tensor forward(const at::Tensor& x) { )"
                      << body << R"( }
};
}  // namespace twice
)";
  return file;
}

inline ScanSettings scan_settings() {
  ScanSettings settings;
  settings.program = STRATA_PROGRAM_DIR "/strata-anticheat";
  return settings;
}

// The parent "twice" with this body over the kernel that is there, built. `bypassed`: every file
// passes as raw code, as if there were no scan. Throws std::runtime_error for what the scan
// refuses.
inline BuiltSubject build_twice(const std::filesystem::path& folder, const std::string& body,
                                bool bypassed) {
  const ComponentSource component = read_component(write_parent(folder, body));
  const std::filesystem::path adapter = folder / "adapter.cpp";
  std::ofstream(adapter) << adapter_for(component);
  BuiltSubject built = build_subject(
      component_request(component, adapter, bypassed ? Profile::kUserKernel : Profile::kParent),
      folder, scan_settings());
  if (built.library.empty()) throw std::runtime_error(finding_text(built.reply.findings.front()));
  return built;
}

// Likewise over the kernel above.
inline BuiltSubject build_parent(const std::filesystem::path& folder, const std::string& body,
                                 bool bypassed = false) {
  write_kernel(folder);
  return build_twice(folder, body, bypassed);
}

}  // namespace strata
