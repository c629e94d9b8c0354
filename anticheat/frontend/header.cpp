#include "anticheat/frontend/header.h"

#include <unistd.h>

#include <fstream>

#include "anticheat/file_lock.h"
#include "anticheat/frontend/compile.h"
#include "anticheat/frontend/forget_instances.h"
#include "anticheat/sweep.h"
#include "clang/Basic/Version.h"
#include "clang/CodeGen/CodeGenAction.h"
#include "clang/Frontend/FrontendActions.h"
#include "clang/Frontend/MultiplexConsumer.h"
#include "clang/Sema/Sema.h"
#include "clang/Sema/SemaConsumer.h"
#include "kernels_l0/error.h"
#include "kernels_l0/sha256.h"
#include "llvm/Object/ArchiveWriter.h"

namespace strata::frontend {
namespace {

namespace fs = std::filesystem;

// Changes when the way from the text to the header does.
constexpr char kMadeBy[] = "lean 1";

// What components include, and one of each kind: the templates that all components use are
// instantiated here, once, instead of in every one of them.
constexpr char kHeaderText[] = R"(#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace strata_precompiled {

struct Kernel : torch::nn::Module {
  at::Tensor weight;
  at::Tensor buffer;

  Kernel() {
    weight = register_parameter("weight", at::empty({1}));
    buffer = register_buffer("buffer", at::empty({1}));
  }

  at::Tensor forward(const at::Tensor& x) {
    return at::layer_norm(at::linear(x, weight, weight), {1}, weight, weight, 1e-5);
  }
};

struct Parent : torch::nn::Module {
  std::shared_ptr<Kernel> child;
  std::vector<std::shared_ptr<Kernel>> list;

  Parent() {
    child = register_module("child", std::make_shared<Kernel>());
    for (int64_t i = 0; i < 2; ++i) {
      list.push_back(register_module("list_" + std::to_string(i), std::make_shared<Kernel>()));
    }
  }

  std::tuple<at::Tensor, at::Tensor> forward(const at::Tensor& x) {
    at::Tensor y = child->forward(x.view({1, 1}));
    for (const auto& each : list) y = y + each->forward(y);
    auto parts = y.split({1, 1}, -1);
    return std::make_tuple(at::cat({parts[0], parts[1]}, -1), at::stack({y, y}));
  }
};

inline std::vector<at::Tensor> get_inputs() {
  return {at::randn({1}), at::zeros({1}), at::randint(0, 2, {1}, at::kLong)};
}

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{1}, at::kFloat}};
}

// Virtual members of LibTorch's class templates whose vtables its headers use: the end of a prefix
// does not instantiate them by itself, and each component would do so anew, for two thirds of the
// time that a kernel takes.
template <typename... Types>
void use_types(const Types&... types) {
  ((types.equals(types), types.containedTypes(), types.hasFreeVariables()), ...);
}
template <typename... Attributes>
void use_attributes(const Attributes&... attributes) {
  ((attributes.clone(), attributes.kind()), ...);
}
inline void use(const c10::SingleElementType<c10::TypeKind::ListType, c10::ListType>& list,
                const c10::SingleElementType<c10::TypeKind::AwaitType, c10::AwaitType>& await,
                const c10::SingleElementType<c10::TypeKind::FutureType, c10::FutureType>& future,
                const c10::SingleElementType<c10::TypeKind::RRefType, c10::RRefType>& rref) {
  use_types(list, await, future, rref);
}
inline void use(const torch::jit::ComplexAttr& c, const torch::jit::ComplexValsAttr& cs,
                const torch::jit::FloatAttr& f, const torch::jit::FloatsAttr& fs,
                const torch::jit::IntAttr& i, const torch::jit::IntsAttr& is,
                const torch::jit::StringAttr& s, const torch::jit::StringsAttr& ss,
                const torch::jit::TensorAttr& t, const torch::jit::TensorsAttr& ts,
                const torch::jit::TypeAttr& ty, const torch::jit::TypesAttr& tys,
                const torch::jit::IValueAttr& ival) {
  use_attributes(c, cs, f, fs, i, is, s, ss, t, ts, ty, tys, ival);
}

}  // namespace strata_precompiled
)";

// A compiler for one of the header's two steps, made to keep the code of inline functions apart
// from the components that use them (as -fpch-codegen does).
std::unique_ptr<clang::CompilerInstance> header_compiler(const std::vector<std::string>& flags,
                                                         const std::vector<std::string>& more,
                                                         std::vector<ScanError>& errors) {
  std::vector<std::string> arguments = {"clang++"};
  for (const auto& list : {common_flags(), flags, more})
    arguments.insert(arguments.end(), list.begin(), list.end());
  auto compiler = make_compiler(arguments, errors);
  clang::LangOptions& language = compiler->getLangOpts();
  language.ModulesCodegen = true;
  language.BuildingPCHWithObjectFile = true;
  language.PCHInstantiateTemplates = true;  // here once instead of in every component
  return compiler;
}

// An archive, so that the linker takes nothing from it that no component uses.
bool write_archive(const fs::path& object, const fs::path& archive) {
  auto member = llvm::NewArchiveMember::getFile(object.string(), /*Deterministic=*/true);
  if (!member) {
    llvm::consumeError(member.takeError());
    return false;
  }
  std::vector<llvm::NewArchiveMember> members;
  members.push_back(std::move(*member));
  llvm::Error problem =
      llvm::writeArchive(archive.string(), members, llvm::SymtabWritingMode::NormalSymtab,
                         llvm::object::Archive::K_GNU, /*Deterministic=*/true, /*Thin=*/false);
  const bool written = !problem;
  llvm::consumeError(std::move(problem));
  return written;
}

class ForgettingConsumer : public clang::SemaConsumer {
 public:
  void InitializeSema(clang::Sema& sema) override { sema_ = &sema; }
  void HandleTranslationUnit(clang::ASTContext& context) override {
    forget_instances(context);
    // The header's own object has these tables; each component would look at their classes anew.
    sema_->VTableUses.clear();
  }

 private:
  clang::Sema* sema_ = nullptr;
};

// Writes the header without what is cheaper to make anew.
class LeanHeader : public clang::GeneratePCHAction {
 protected:
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance& compiler,
                                                        llvm::StringRef file) override {
    auto writer = GeneratePCHAction::CreateASTConsumer(compiler, file);
    if (writer == nullptr) return nullptr;
    std::vector<std::unique_ptr<clang::ASTConsumer>> consumers;
    consumers.push_back(std::make_unique<ForgettingConsumer>());
    consumers.push_back(std::move(writer));
    return std::make_unique<clang::MultiplexConsumer>(std::move(consumers));
  }
};

// Removes what is left of an attempt.
struct Attempt {
  fs::path stem;
  fs::path with(const char* suffix) const { return stem.string() + suffix; }
  ~Attempt() {
    std::error_code ignored;
    for (const char* suffix : {".pch", ".o", ".a"}) fs::remove(with(suffix), ignored);
  }
};

void make_header(const PrecompiledHeader& made, const std::vector<std::string>& flags) {
  const fs::path source = fs::path(made.header).replace_extension(".h");
  const Attempt attempt{fs::path(made.header).replace_extension("." + std::to_string(getpid()))};
  {
    std::ofstream text(source);
    text << kHeaderText;
    if (!text.flush())
      throw Error("scan.header", "'" + source.string() +
                                     "': can't be written; set XDG_CACHE_HOME to a folder that is");
  }
  std::vector<ScanError> errors;
  const auto step = [&](clang::FrontendAction& action, clang::frontend::ActionKind kind,
                        const std::vector<std::string>& input, const fs::path& output) {
    const auto compiler = header_compiler(flags, input, errors);
    clang::FrontendOptions& options = compiler->getFrontendOpts();
    options.ProgramAction = kind;
    options.OutputFile = output.string();
    options.IncludeTimestamps = false;
    return compiler->ExecuteAction(action) && errors.empty() && fs::exists(output);
  };
  LeanHeader parse;
  clang::EmitObjAction emit;
  const bool done = step(parse, clang::frontend::GeneratePCH, {"-x", "c++-header", source.string()},
                         attempt.with(".pch")) &&
                    step(emit, clang::frontend::EmitObj, {"-c", attempt.with(".pch").string()},
                         attempt.with(".o")) &&
                    write_archive(attempt.with(".o"), attempt.with(".a"));
  if (!done) {
    throw Error("scan.header", "'" + source.string() + "': LibTorch's headers must compile; got " +
                                   (errors.empty() ? std::string("no file")
                                                   : errors.front().place.file + ":" +
                                                         std::to_string(errors.front().place.line) +
                                                         ": " + errors.front().message) +
                                   "; check LibTorch's folder");
  }
  fs::rename(attempt.with(".a"), made.archive);
  fs::rename(attempt.with(".pch"), made.header);  // last: where it is, the archive is
}

}  // namespace

std::vector<std::string> common_flags() {
  std::vector<std::string> flags = {
      "-std=c++20", "-fPIC", "-O0", "-pthread", "-w", "-D_GLIBCXX_USE_CXX11_ABI=1",
      // Who reads behind the end of a list ends there.
      "-D_GLIBCXX_ASSERTIONS", "-resource-dir", STRATA_CLANG_RESOURCE_DIR};
  for (const char* folder : {STRATA_TORCH_INCLUDE, STRATA_TORCH_API_INCLUDE}) {
    flags.insert(flags.end(), {"-isystem", folder});
  }
  return flags;
}

PrecompiledHeader precompiled_header(const fs::path& folder,
                                     const std::vector<std::string>& flags) {
  std::string key = clang::getClangFullVersion() + kHeaderText + kMadeBy;
  for (const std::string& flag : common_flags()) key += "\n" + flag;
  for (const std::string& flag : flags) key += "\n" + flag;
  for (const char* watched : {"/ATen/ATen.h", "/torch/headeronly/version.h",
                              "/torch/csrc/api/include/torch/nn/module.h"}) {
    const fs::path file = STRATA_TORCH_INCLUDE + std::string(watched);
    std::error_code error;
    const auto time = fs::last_write_time(file, error);
    if (error)
      throw Error("scan.header",
                  "'" + file.string() + "': LibTorch's headers must be there; run scripts/setup");
    key += "\n" + std::to_string(time.time_since_epoch().count());
  }
  const std::string stem = "header-" + sha256(key).substr(0, 24);
  const PrecompiledHeader made{folder / (stem + ".pch"), folder / (stem + ".a")};
  const auto there = [&] { return fs::exists(made.header) && fs::exists(made.archive); };
  mark_used(made.header);
  if (there()) return made;
  std::error_code error;
  fs::create_directories(folder, error);
  // Two scanners must not make it twice.
  const FileLock lock(folder / "header.lock", Afterwards::kStays);
  if (!lock.held()) {
    throw Error("scan.header",
                "'" + (folder / "header.lock").string() +
                    "': the lock must be writable; set XDG_CACHE_HOME to a folder that is");
  }
  if (!there()) make_header(made, flags);
  return made;
}

}  // namespace strata::frontend
