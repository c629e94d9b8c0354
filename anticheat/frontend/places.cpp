#include <filesystem>

#include "anticheat/frontend/translate.h"
#include "clang/Lex/Lexer.h"

namespace strata::frontend {
namespace {

constexpr std::size_t kLongestText = 120;

}  // namespace

std::string Places::file(clang::SourceLocation location) const {
  if (location.isInvalid()) return {};
  const clang::FileID id = sources_.getFileID(sources_.getExpansionLoc(location));
  const auto known = paths_.find(id);
  if (known != paths_.end()) return known->second;
  std::string path;
  if (const auto entry = sources_.getFileEntryRefForID(id)) {
    std::error_code error;
    const std::filesystem::path name(entry->getName().str());
    const auto canonical = std::filesystem::weakly_canonical(name, error);
    path = error ? name.string() : canonical.string();
  }
  return paths_.emplace(id, std::move(path)).first->second;
}

Place Places::place(clang::SourceLocation location) const {
  if (location.isInvalid()) return {};
  const clang::SourceLocation expanded = sources_.getExpansionLoc(location);
  return {file(location), static_cast<int>(sources_.getExpansionLineNumber(expanded)),
          static_cast<int>(sources_.getExpansionColumnNumber(expanded))};
}

std::string Places::text(clang::SourceRange range, const clang::LangOptions& language) const {
  if (range.isInvalid()) return {};
  const auto characters = sources_.getExpansionRange(range);
  std::string source = clang::Lexer::getSourceText(characters, sources_, language).str();
  std::string line;
  for (const char c : source) {
    const bool space = c == '\n' || c == ' ' || c == '\t' || c == '\r';
    if (space && (line.empty() || line.back() == ' ')) continue;
    line += space ? ' ' : c;
    if (line.size() > kLongestText) return line.substr(0, kLongestText - 3) + "...";
  }
  return line;
}

}  // namespace strata::frontend
