#include "verifier/build_subject.h"

#include <fmt/format.h>

#include <chrono>

namespace strata {

namespace fs = std::filesystem;

BuiltSubject build_subject(ScanRequest request, const fs::path& scratch,
                           const ScanSettings& settings) {
  const auto started = std::chrono::steady_clock::now();
  request.object = scratch / "subject.o";
  BuiltSubject built;
  const fs::path library = scratch / "subject.so";
  built.reply = scan_and_link(request, library, settings);
  require_judged(built.reply);
  if (is_clean(built.reply)) built.library = library;
  built.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return built;
}

std::string finding_text(const Finding& finding) {
  return fmt::format("{}:{}:{}: [{}] {} ({}); instead: {}", finding.place.file, finding.place.line,
                     finding.place.column, finding.rule, finding.message, finding.text,
                     finding.advice);
}

}  // namespace strata
