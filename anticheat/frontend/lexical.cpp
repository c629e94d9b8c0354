#include "anticheat/frontend/lexical.h"

#include <algorithm>
#include <filesystem>
#include <memory>

#include "clang/Lex/HeaderSearch.h"
#include "clang/Lex/Lexer.h"
#include "clang/Lex/PPCallbacks.h"

namespace strata::frontend {
namespace {

std::string canonical(const std::string& path) {
  std::error_code error;
  const auto result = std::filesystem::weakly_canonical(path, error);
  return error ? path : result.string();
}

bool is_below(const std::string& path, const std::string& folder) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

// Includes and macro uses, each put to the judged file that wrote it.
class Recorder : public clang::PPCallbacks {
 public:
  Recorder(clang::Preprocessor& preprocessor, facts::Project& project)
      : preprocessor_(preprocessor), project_(project) {
    clang::HeaderSearch& search = preprocessor.getHeaderSearchInfo();
    for (auto folder = search.system_dir_begin(); folder != search.system_dir_end(); ++folder) {
      system_folders_.push_back(canonical(folder->getName().str()));
    }
  }

  void InclusionDirective(clang::SourceLocation hash, const clang::Token&, clang::StringRef name,
                          bool is_angled, clang::CharSourceRange, clang::OptionalFileEntryRef found,
                          clang::StringRef, clang::StringRef, const clang::Module*, bool,
                          clang::SrcMgr::CharacteristicKind) override {
    facts::File* file = file_of(hash);
    if (file == nullptr) return;
    facts::Include include;
    include.spelling = name.str();
    include.is_angled = is_angled;
    include.place = place(*file, hash);
    if (found) {
      include.resolved = canonical(found->getName().str());
      include.is_system = std::any_of(
          system_folders_.begin(), system_folders_.end(),
          [&](const std::string& folder) { return is_below(include.resolved, folder); });
    }
    file->includes.push_back(std::move(include));
  }

  void FileChanged(clang::SourceLocation location, FileChangeReason,
                   clang::SrcMgr::CharacteristicKind, clang::FileID) override {
    file_of(location);
  }

  void MacroExpands(const clang::Token& name, const clang::MacroDefinition&,
                    clang::SourceRange range, const clang::MacroArgs*) override {
    facts::File* file = file_of(range.getBegin());
    if (file == nullptr) return;
    file->macro_uses.push_back({preprocessor_.getSpelling(name), place(*file, range.getBegin())});
  }

 private:
  facts::File* file_of(clang::SourceLocation location) {
    const clang::SourceManager& sources = preprocessor_.getSourceManager();
    const clang::FileID id = sources.getFileID(sources.getExpansionLoc(location));
    const auto known = files_.find(id);
    if (known != files_.end()) return known->second;
    facts::File* result = nullptr;
    if (const auto entry = sources.getFileEntryRefForID(id)) {
      const std::string path = canonical(entry->getName().str());
      for (facts::File& file : project_.files) {
        if (file.path == path) result = &file;
      }
    }
    if (result != nullptr) result->seen = true;
    return files_[id] = result;
  }

  Place place(const facts::File& file, clang::SourceLocation location) const {
    const clang::SourceManager& sources = preprocessor_.getSourceManager();
    const clang::SourceLocation expanded = sources.getExpansionLoc(location);
    return {file.path, static_cast<int>(sources.getExpansionLineNumber(expanded)),
            static_cast<int>(sources.getExpansionColumnNumber(expanded))};
  }

  clang::Preprocessor& preprocessor_;
  facts::Project& project_;
  std::vector<std::string> system_folders_;
  std::map<clang::FileID, facts::File*> files_;
};

// One judged file's tokens.
class TokenReader {
 public:
  TokenReader(clang::Preprocessor& preprocessor, facts::File& file, clang::FileID id,
              llvm::MemoryBufferRef buffer)
      : preprocessor_(preprocessor), file_(file), id_(id), buffer_(buffer) {}

  void read() {
    clang::LangOptions language = preprocessor_.getLangOpts();
    clang::Lexer lexer(id_, buffer_, preprocessor_.getSourceManager(), language);
    clang::Token token;
    bool at_end = false;
    while (!at_end) {
      at_end = lexer.LexFromRawLexer(token);
      if (token.is(clang::tok::eof)) break;
      if (token.is(clang::tok::hash) && token.isAtStartOfLine()) {
        read_directive(lexer, token);
      } else {
        read_token(token);
      }
      previous_ = token.getKind();
    }
    read_characters();
  }

 private:
  Place place(clang::SourceLocation location) const {
    const clang::SourceManager& sources = preprocessor_.getSourceManager();
    return {file_.path, static_cast<int>(sources.getSpellingLineNumber(location)),
            static_cast<int>(sources.getSpellingColumnNumber(location))};
  }

  void read_directive(clang::Lexer& lexer, const clang::Token& hash) {
    facts::Directive directive;
    directive.place = place(hash.getLocation());
    const char* line = lexer.getBufferLocation();
    const char* const end = buffer_.getBufferEnd();
    std::string rest;
    while (line != end && *line != '\n') rest += *line++;
    const std::size_t start = rest.find_first_not_of(" \t");
    if (start != std::string::npos) {
      const std::size_t stop = rest.find_first_of(" \t\r\"<(", start);
      directive.name = rest.substr(start, stop == std::string::npos ? stop : stop - start);
      if (stop != std::string::npos) directive.argument = rest.substr(stop);
      while (!directive.argument.empty() &&
             std::isspace(static_cast<unsigned char>(directive.argument.back()))) {
        directive.argument.pop_back();
      }
      const std::size_t first = directive.argument.find_first_not_of(" \t");
      directive.argument = first == std::string::npos ? "" : directive.argument.substr(first);
    }
    file_.directives.push_back(std::move(directive));
  }

  void read_token(const clang::Token& token) {
    const auto kind = token.getKind();
    if (kind == clang::tok::l_square && previous_ == clang::tok::l_square) {
      file_.attributes.push_back({"[[...]]", place(token.getLocation())});
    }
    if (kind == clang::tok::numeric_constant || kind == clang::tok::string_literal ||
        !token.is(clang::tok::raw_identifier)) {
      return;
    }
    const std::string name =
        token.needsCleaning() ? clang::Lexer::getSpelling(token, preprocessor_.getSourceManager(),
                                                          preprocessor_.getLangOpts())
                              : token.getRawIdentifier().str();
    const clang::IdentifierInfo& info = preprocessor_.getIdentifierTable().get(name);
    auto& home = info.isKeyword(preprocessor_.getLangOpts()) || info.isCPlusPlusOperatorKeyword()
                     ? file_.keywords
                     : file_.names;
    home.push_back({name, place(token.getLocation())});
  }

  void read_characters() {
    int line = 1;
    int column = 0;
    for (const char c : buffer_.getBuffer()) {
      ++column;
      const auto byte = static_cast<unsigned char>(c);
      const bool plain =
          byte == '\n' || byte == '\t' || byte == '\r' || (byte >= 0x20 && byte < 0x7f);
      // The bytes that continue a character in UTF-8 are not told again.
      if (!plain && (byte & 0xc0) != 0x80) {
        char text[8];
        std::snprintf(text, sizeof text, "0x%02x", byte);
        file_.characters.push_back({text, {file_.path, line, column}});
      }
      if (byte == '\n') {
        ++line;
        column = 0;
      }
    }
  }

  clang::Preprocessor& preprocessor_;
  facts::File& file_;
  clang::FileID id_;
  llvm::MemoryBufferRef buffer_;
  clang::tok::TokenKind previous_ = clang::tok::unknown;
};

}  // namespace

void record_preprocessing(clang::Preprocessor& preprocessor, facts::Project& project) {
  preprocessor.addPPCallbacks(std::make_unique<Recorder>(preprocessor, project));
}

void read_tokens(clang::Preprocessor& preprocessor, facts::Project& project) {
  clang::SourceManager& sources = preprocessor.getSourceManager();
  for (facts::File& file : project.files) {
    const auto entry = preprocessor.getFileManager().getOptionalFileRef(file.path);
    if (!entry) continue;
    const clang::FileID id = sources.getOrCreateFileID(*entry, clang::SrcMgr::C_User);
    if (const auto buffer = sources.getBufferOrNone(id))
      TokenReader(preprocessor, file, id, *buffer).read();
  }
}

}  // namespace strata::frontend
