#include "anticheat/frontend/scanner.h"

#include <chrono>
#include <set>

#include "anticheat/frontend/compile.h"
#include "anticheat/frontend/header.h"
#include "anticheat/frontend/lexical.h"
#include "anticheat/frontend/translate.h"
#include "clang/CodeGen/CodeGenAction.h"
#include "clang/Frontend/FrontendActions.h"
#include "clang/Frontend/MultiplexConsumer.h"
#include "clang/Lex/Preprocessor.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "kernels_l0/error.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/TargetSelect.h"

namespace strata::frontend {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr char kWholeRequest[] = "/strata-scan-request.cpp";

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string canonical_name(const fs::path& path) {
  std::error_code error;
  const fs::path result = fs::weakly_canonical(path, error);
  return error ? path.string() : result.string();
}

facts::Project project_of(const ScanRequest& request) {
  facts::Project project;
  for (const JudgedFile& judged : request.files) {
    facts::File file;
    file.path = canonical_name(judged.file);
    file.profile = judged.profile;
    file.level = level_of(judged);
    file.operators = judged.operators;
    file.arithmetic = judged.arithmetic;
    file.vanishing = judged.vanishing;
    project.files.push_back(std::move(file));
  }
  return project;
}

// What judging and compiling share during one parse.
struct Run {
  facts::Project project;
  std::set<std::string> judged;
  const Judge& judge;
  ScanReply& reply;
  Clock::time_point start = Clock::now();
};

// Hands the syntax tree to the compiler's own consumer only after it was judged clean.
class GatedConsumer : public clang::MultiplexConsumer {
 public:
  GatedConsumer(std::vector<std::unique_ptr<clang::ASTConsumer>> consumers,
                clang::CompilerInstance& compiler, Run& run)
      : MultiplexConsumer(std::move(consumers)), compiler_(compiler), run_(run) {}

  void HandleTranslationUnit(clang::ASTContext& context) override {
    run_.reply.timings.parse = seconds_since(run_.start);
    const auto judging = Clock::now();
    judge(context);
    run_.reply.timings.judge = seconds_since(judging);
    const bool clean = is_clean(run_.reply) && !compiler_.getDiagnostics().hasErrorOccurred();
    if (!clean) {
      // Makes the action throw its output file away.
      clang::DiagnosticsEngine& diagnostics = compiler_.getDiagnostics();
      diagnostics.setClient(new clang::IgnoringDiagConsumer, /*ShouldOwnClient=*/true);
      diagnostics.Report(diagnostics.getCustomDiagID(clang::DiagnosticsEngine::Error, "refused"));
      return;
    }
    const auto emitting = Clock::now();
    MultiplexConsumer::HandleTranslationUnit(context);
    run_.reply.timings.emit = seconds_since(emitting);
  }

 private:
  void judge(clang::ASTContext& context) {
    read_tokens(compiler_.getPreprocessor(), run_.project);
    const Places places(compiler_.getSourceManager());
    if (run_.reply.errors.empty()) {
      const Translation translation{context, places, run_.judged, run_.reply.errors};
      translate_declarations(translation, run_.project);
    }
    run_.judge(run_.project, run_.reply);
  }

  clang::CompilerInstance& compiler_;
  Run& run_;
};

template <typename Action>
class GatedAction : public Action {
 public:
  explicit GatedAction(Run& run) : run_(run) {}

 protected:
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance& compiler,
                                                        llvm::StringRef file) override {
    record_preprocessing(compiler.getPreprocessor(), run_.project);
    std::vector<std::unique_ptr<clang::ASTConsumer>> consumers;
    consumers.push_back(Action::CreateASTConsumer(compiler, file));
    if (consumers.back() == nullptr) return nullptr;
    return std::make_unique<GatedConsumer>(std::move(consumers), compiler, run_);
  }

 private:
  Run& run_;
};

std::vector<std::string> command_line(const ScanRequest& request, const fs::path& header) {
  std::vector<std::string> arguments = {"clang++"};
  for (const std::string& flag : common_flags()) arguments.push_back(flag);
  for (const std::string& flag : request.flags) arguments.push_back(flag);
  for (const fs::path& folder : request.include_directories)
    arguments.push_back("-I" + folder.string());
  arguments.insert(arguments.end(),
                   {"-include-pch", header.string(), "-Xclang", "-fno-validate-pch"});
  arguments.insert(arguments.end(), {"-x", "c++"});
  arguments.push_back(request.main.empty() ? kWholeRequest : request.main.string());
  return arguments;
}

std::string including_all(const ScanRequest& request) {
  std::string text;
  for (const JudgedFile& file : request.files) {
    text += "#include \"" + canonical_name(file.file) + "\"\n";
  }
  return text;
}

}  // namespace

ScanReply run_scanner(const ScanRequest& request, const fs::path& cache, const Judge& judge) {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  llvm::InitializeNativeTargetAsmParser();

  ScanReply reply;
  const auto preparing = Clock::now();
  const PrecompiledHeader precompiled = precompiled_header(cache, request.flags);
  reply.header_archive = precompiled.archive;
  reply.timings.header = seconds_since(preparing);

  Run run{project_of(request), {}, judge, reply};
  for (const facts::File& file : run.project.files) run.judged.insert(file.path);
  const auto compiler = make_compiler(command_line(request, precompiled.header), reply.errors);
  compiler->getFrontendOpts().DisableFree = false;
  compiler->getFrontendOpts().OutputFile = request.object.string();
  if (request.main.empty()) {
    compiler->getPreprocessorOpts().addRemappedFile(
        kWholeRequest,
        llvm::MemoryBuffer::getMemBufferCopy(including_all(request), kWholeRequest).release());
  }
  if (request.object.empty()) {
    GatedAction<clang::SyntaxOnlyAction> action(run);
    compiler->ExecuteAction(action);
  } else {
    GatedAction<clang::EmitObjAction> action(run);
    const bool compiled = compiler->ExecuteAction(action);
    std::error_code error;
    reply.object_emitted = compiled && is_clean(reply) && fs::exists(request.object, error);
  }
  for (const facts::File& file : run.project.files) {
    if (!file.seen && reply.errors.empty()) {
      reply.errors.push_back({{file.path, 0, 0}, "was not reached from the main file"});
    }
  }
  return reply;
}

}  // namespace strata::frontend
