#include "anticheat/frontend/compile.h"

#include "clang/Basic/Diagnostic.h"
#include "clang/Frontend/CompilerInvocation.h"
#include "clang/Frontend/Utils.h"
#include "kernels_l0/error.h"
#include "llvm/Support/raw_ostream.h"

namespace strata::frontend {
namespace {

class ErrorCollector : public clang::DiagnosticConsumer {
 public:
  explicit ErrorCollector(std::vector<ScanError>& errors) : errors_(errors) {}

  void HandleDiagnostic(clang::DiagnosticsEngine::Level level,
                        const clang::Diagnostic& diagnostic) override {
    DiagnosticConsumer::HandleDiagnostic(level, diagnostic);
    if (level < clang::DiagnosticsEngine::Error) return;
    ScanError error;
    llvm::SmallString<128> message;
    diagnostic.FormatDiagnostic(message);
    error.message = message.str().str();
    if (diagnostic.hasSourceManager() && diagnostic.getLocation().isValid()) {
      const clang::SourceManager& sources = diagnostic.getSourceManager();
      const clang::SourceLocation expanded = sources.getExpansionLoc(diagnostic.getLocation());
      error.place = {sources.getFilename(expanded).str(),
                     static_cast<int>(sources.getExpansionLineNumber(expanded)),
                     static_cast<int>(sources.getExpansionColumnNumber(expanded))};
    }
    errors_.push_back(std::move(error));
  }

 private:
  std::vector<ScanError>& errors_;
};

}  // namespace

std::unique_ptr<clang::CompilerInstance> make_compiler(const std::vector<std::string>& arguments,
                                                       std::vector<ScanError>& errors) {
  std::vector<const char*> words;
  for (const std::string& argument : arguments) words.push_back(argument.c_str());
  auto compiler = std::make_unique<clang::CompilerInstance>();
  compiler->createDiagnostics(new ErrorCollector(errors), /*ShouldOwnClient=*/true);
  compiler->setVerboseOutputStream(std::make_unique<llvm::raw_null_ostream>());
  clang::CreateInvocationOptions options;
  options.Diags = &compiler->getDiagnostics();
  auto invocation = clang::createInvocation(words, options);
  if (invocation == nullptr) {
    throw Error("scan.compiler",
                "command line: the compiler must understand it; got an error" +
                    (errors.empty() ? std::string() : ": " + errors.front().message) +
                    "; check the flags of the request");
  }
  compiler->setInvocation(std::move(invocation));
  return compiler;
}

}  // namespace strata::frontend
