#include "decomposer/emit/folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <system_error>
#include <vector>

#include "kernels_l0/error.h"
#include "kernels_l0/sha256.h"

namespace strata {
namespace {

namespace fs = std::filesystem;

constexpr const char* kManifest = "manifest.json";
constexpr const char* kManifestSchema = "manifest/1";
constexpr std::size_t kFilesShown = 8;

[[noreturn]] void refuse_write(const fs::path& path, const std::string& why) {
  throw Error("emit.write", fmt::format("{}: the output must be writable; got '{}'; free space "
                                        "there, or name another folder with --out",
                                        path.string(), why));
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_file(const fs::path& path, const std::string& text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0) refuse_write(path, std::strerror(errno));
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t written = ::write(file, text.data() + done, text.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      const int problem = errno;
      ::close(file);
      refuse_write(path, std::strerror(problem));
    }
    done += static_cast<std::size_t>(written);
  }
  if (::close(file) != 0) refuse_write(path, std::strerror(errno));
}

std::string manifest_text(const FileTexts& files) {
  nlohmann::ordered_json digests = nlohmann::ordered_json::object();
  for (const auto& [path, text] : files) digests[path] = sha256(text);
  return nlohmann::ordered_json{{"schema", kManifestSchema}, {"files", digests}}.dump(1) + "\n";
}

// What the judge adds to an output folder.
bool is_verification(const std::string& path) {
  return path.starts_with("verification/") ||
         (path.starts_with("steps/") &&
          (path.ends_with("/verification_result.json") || path.ends_with("/coverage_report.json")));
}

// The folder's files and their digests, as its manifest has them; nullopt when it is no output of
// ours.
std::optional<nlohmann::json> manifest_of(const fs::path& folder) {
  if (!fs::is_regular_file(folder / kManifest)) return std::nullopt;
  const nlohmann::json manifest =
      nlohmann::json::parse(read_file(folder / kManifest), nullptr, false);
  if (!manifest.is_object() || manifest.value("schema", nlohmann::json()) != kManifestSchema)
    return std::nullopt;
  const nlohmann::json files = manifest.value("files", nlohmann::json());
  if (!files.is_object()) return std::nullopt;
  return files;
}

// Files that are not as an earlier run wrote them, or that it did not write.
std::vector<std::string> edited_files(const fs::path& folder, const nlohmann::json& digests) {
  std::vector<std::string> edited;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_directory() && !entry.is_symlink()) continue;
    const std::string path = fs::relative(entry.path(), folder).generic_string();
    if (path == kManifest || is_verification(path)) continue;
    const auto digest = digests.find(path);
    const bool same = digest != digests.end() && entry.is_regular_file() &&
                      *digest == sha256(read_file(entry.path()));
    if (!same) edited.push_back(path);
  }
  std::ranges::sort(edited);
  return edited;
}

void require_replaceable(const fs::path& out, bool force) {
  if (!fs::exists(fs::symlink_status(out))) return;
  if (!fs::is_directory(out)) {
    throw Error(
        "emit.foreign_folder",
        out.string() + ": the output must be a folder; got a file; name another with --out");
  }
  if (fs::is_empty(out)) return;
  const auto digests = manifest_of(out);
  if (!digests) {
    throw Error("emit.foreign_folder", out.string() +
                                           ": the output folder must be new, empty or an earlier "
                                           "output; got a folder without Strata's "
                                           "manifest.json; name another with --out");
  }
  if (force) return;
  std::vector<std::string> edited = edited_files(out, *digests);
  if (edited.empty()) return;
  const std::size_t count = edited.size();
  if (count > kFilesShown) {
    edited.resize(kFilesShown);
    edited.push_back("...");
  }
  throw Error(
      "emit.edited",
      fmt::format(
          "{}: an earlier output is only replaced when nobody has changed it; got {} edited or "
          "added file{} ({}); save them elsewhere, or replace them with --force",
          out.string(), count, count == 1 ? "" : "s", fmt::join(edited, ", ")));
}

// A folder beside `out`, gone with this object unless it has taken its place.
class Scratch {
 public:
  explicit Scratch(const fs::path& out)
      : prefix_("." + out.filename().string() + ".partial-"), parent_(out.parent_path()) {
    remove_left_over();
    path_ = parent_ / (prefix_ + std::to_string(::getpid()));
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const fs::path& path() const { return path_; }

 private:
  // Folders of runs that have ended.
  void remove_left_over() const {
    for (const fs::directory_entry& entry : fs::directory_iterator(parent_)) {
      const std::string name = entry.path().filename().string();
      if (!name.starts_with(prefix_)) continue;
      const int process = std::atoi(name.c_str() + prefix_.size());
      if (process > 0 && (::kill(process, 0) == 0 || errno != ESRCH)) continue;
      fs::remove_all(entry.path());
    }
  }

  std::string prefix_;
  fs::path parent_;
  fs::path path_;
};

// Puts `made` where `out` is; what was at `out` is then at `made`.
void take_place(const fs::path& made, const fs::path& out) {
  const bool there = fs::exists(out);
  const unsigned flags = there ? RENAME_EXCHANGE : RENAME_NOREPLACE;
  if (::renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, out.c_str(), flags) == 0) return;
  // Some file systems can't exchange two folders. An old one then steps aside first.
  if (errno != EINVAL && errno != ENOSYS) refuse_write(out, std::strerror(errno));
  const fs::path aside = made.string() + ".old";
  if (there) fs::rename(out, aside);
  std::error_code problem;
  fs::rename(made, out, problem);
  if (problem) {
    if (there) fs::rename(aside, out);
    refuse_write(out, problem.message());
  }
  if (there) fs::rename(aside, made);
}

}  // namespace

void write_folder(const fs::path& folder, const FileTexts& files, bool force) {
  fs::path out = fs::absolute(folder).lexically_normal();
  if (!out.has_filename()) out = out.parent_path();
  try {
    require_replaceable(out, force);
    fs::create_directories(out.parent_path());
    const Scratch scratch(out);
    for (const auto& [path, text] : files) {
      fs::create_directories((scratch.path() / path).parent_path());
      write_file(scratch.path() / path, text);
    }
    write_file(scratch.path() / kManifest, manifest_text(files));
    take_place(scratch.path(), out);
  } catch (const fs::filesystem_error& error) {
    refuse_write(error.path1().empty() ? out : error.path1(), error.code().message());
  }
}

}  // namespace strata
