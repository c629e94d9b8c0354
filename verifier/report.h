#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace strata {

// Nothing compared, nothing parsed, nothing mapped is never a pass.
enum class Verdict : std::uint8_t { kPass, kFail, kError };
std::string_view verdict_name(Verdict verdict);  // "pass", "fail", "error"

// A verdict with everything that speaks against a pass, in order of finding.
struct Judgement {
  Verdict verdict = Verdict::kPass;
  std::vector<std::string> reasons;

  // Each makes the verdict at least as bad; an error is worse than a fail.
  void fail(std::string reason);
  void could_not_judge(std::string reason);
  void join(const Judgement& other);
};

nlohmann::json to_json(const Judgement& judgement);  // {"verdict", "reasons"}

// Writes the document to a temporary name beside `file` and renames it. Makes the folder when it is
// missing. Throws Error{"report.write"} with the place; nothing half-written is left.
void write_document(const std::filesystem::path& file, const nlohmann::json& document);

// Throws Error{"report.write"} when write_document would: asked before long work. Leaves nothing.
void require_writable(const std::filesystem::path& file);

// Reads a document and checks that it is an object whose "schema" is `schema`. Throws
// Error{"report.read"}.
nlohmann::json read_document(const std::filesystem::path& file, const std::string& schema);

}  // namespace strata
