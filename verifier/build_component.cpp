#include "verifier/build_component.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "anticheat/reply_cache.h"
#include "kernels_l0/sha256.h"

namespace strata {
namespace {

namespace fs = std::filesystem;

// An adapter's place follows from its text, so that an unchanged component is an unchanged request,
// which the scanner's cache answers. Where the cache can't be written, `scratch`.
fs::path place_adapter(const std::string& text, const fs::path& cache, const fs::path& scratch) {
  const fs::path folder = cache_folder(cache) / "adapters" / sha256(text).substr(0, 32);
  std::error_code problem;
  fs::create_directories(folder, problem);
  const fs::path file = folder / "adapter.cpp";
  const fs::path temporary = folder / ("adapter.cpp." + std::to_string(getpid()));
  std::ofstream out(temporary, std::ios::binary);
  out << text;
  out.close();
  if (out) fs::rename(temporary, file, problem);
  if (out && !problem) return file;
  std::ofstream(scratch / "adapter.cpp", std::ios::binary) << text;
  return scratch / "adapter.cpp";
}

// A kernel of the ledger's is known by its name: it has the same operators in a copy of its folder.
bool is_known(const JudgedFile& known, const JudgedFile& judged) {
  std::error_code problem;
  if (known.profile == Profile::kAdapter) return false;
  const bool kernels =
      known.profile == Profile::kCatalogueL0 && judged.profile == Profile::kCatalogueL0;
  return (kernels && known.file.filename() == judged.file.filename()) ||
         fs::equivalent(known.file, judged.file, problem);
}

void judge_by(const std::vector<JudgedFile>& ledger, JudgedFile& judged) {
  for (const JudgedFile& known : ledger) {
    if (!is_known(known, judged)) continue;
    judged.profile = known.profile;
    judged.level = known.level;
    judged.operators = known.operators;
    judged.arithmetic = known.arithmetic;
    judged.vanishing = known.vanishing;
  }
}

}  // namespace

JudgedAs judged_as(const ComponentSource& source, const std::vector<fs::path>& user_kernels) {
  const fs::path& file = source.files.file;
  const bool raw = std::ranges::any_of(
      user_kernels, [&](const fs::path& kernel) { return fs::weakly_canonical(kernel) == file; });
  JudgedAs as;
  as.profile = raw ? Profile::kUserKernel : default_profile(file);
  as.user_kernels = user_kernels;
  return as;
}

ScanRequest build_request(const ComponentSource& source, const fs::path& scratch,
                          const JudgedAs& as, const ScanSettings& settings) {
  fs::create_directories(scratch);
  const fs::path adapter = place_adapter(adapter_for(source), settings.cache, scratch);
  ScanRequest request = component_request(source, adapter, as.profile, as.user_kernels);
  for (JudgedFile& judged : request.files) {
    if (judged.profile == Profile::kUserKernel) continue;
    if (judged.profile == Profile::kParent && !as.arithmetic.empty())
      judged.arithmetic = as.arithmetic;
    judge_by(as.ledger, judged);
  }
  return request;
}

BuiltComponent build_component(ComponentSource source, const fs::path& scratch, const JudgedAs& as,
                               const ScanSettings& settings) {
  BuiltComponent built;
  built.source = std::move(source);
  built.subject =
      build_subject(build_request(built.source, scratch, as, settings), scratch, settings);
  return built;
}

}  // namespace strata
