#include "verifier/report.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <system_error>

#include "decomposer/load/regular_file.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

[[noreturn]] void unwritable(const fs::path& file, const std::string& why) {
  throw Error(
      "report.write",
      fmt::format("{}: the report must be writable; got {}; free space or name another folder",
                  file.string(), why));
}

// A rename would put the report in the place of a device or a pipe.
void require_file_or_nothing(const fs::path& file) {
  std::error_code absent;
  const fs::file_status there = fs::status(file, absent);
  if (fs::is_directory(there)) unwritable(file, "a folder of that name");
  if (fs::exists(there) && !fs::is_regular_file(there))
    unwritable(file, "something of that name that is no file");
}

}  // namespace

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return "pass";
    case Verdict::kFail:
      return "fail";
    case Verdict::kError:
      return "error";
  }
  return "";
}

void Judgement::fail(std::string reason) {
  verdict = std::max(verdict, Verdict::kFail);
  reasons.push_back(std::move(reason));
}

void Judgement::could_not_judge(std::string reason) {
  verdict = Verdict::kError;
  reasons.push_back(std::move(reason));
}

void Judgement::join(const Judgement& other) {
  verdict = std::max(verdict, other.verdict);
  reasons.insert(reasons.end(), other.reasons.begin(), other.reasons.end());
}

json to_json(const Judgement& judgement) {
  return {{"verdict", verdict_name(judgement.verdict)}, {"reasons", judgement.reasons}};
}

void write_document(const fs::path& file, const json& document) {
  require_file_or_nothing(file);
  const fs::path temporary = file.string() + fmt::format(".{}.tmp", getpid());
  std::error_code problem;
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), problem);
  {
    std::ofstream out(temporary, std::ios::binary);
    out << document.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
    out.close();
    if (out) fs::rename(temporary, file, problem);
    if (out && !problem) return;
  }
  std::error_code ignored;
  fs::remove(temporary, ignored);
  unwritable(file, problem ? problem.message() : "a write that failed");
}

void require_writable(const fs::path& file) {
  require_file_or_nothing(file);
  const fs::path temporary = file.string() + fmt::format(".{}.tmp", getpid());
  std::error_code problem;
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), problem);
  const bool writable = std::ofstream(temporary, std::ios::binary).is_open();
  std::error_code ignored;
  fs::remove(temporary, ignored);
  if (!writable) unwritable(file, problem ? problem.message() : "a folder that can't be written");
}

json read_document(const fs::path& file, const std::string& schema) {
  std::ifstream in = open_regular_file(file);
  if (!in.is_open()) {
    throw Error("report.read", fmt::format("{}: the file must be readable; got nothing; check "
                                           "the path",
                                           file.string()));
  }
  json document = json::parse(in, nullptr, false);
  if (!document.is_object()) {
    throw Error("report.read",
                fmt::format("{}: must hold one JSON object; got text that is not JSON; check the "
                            "path",
                            file.string()));
  }
  const auto found = document.find("schema");
  if (found == document.end() || *found != schema) {
    throw Error("report.read",
                fmt::format("{}: schema must be \"{}\"; got {}; check the path", file.string(),
                            schema, found == document.end() ? "none" : found->dump()),
                file.string() + "#/schema");
  }
  return document;
}

}  // namespace strata
