#include "anticheat/component_files.h"

#include <algorithm>
#include <set>

#include "anticheat/source_file.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

namespace fs = std::filesystem;

constexpr int kHighestLevel = 3;

// Takes blanks and then `word` from the start of a line.
bool take(std::string_view& line, std::string_view word) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  if (!line.starts_with(word)) return false;
  line.remove_prefix(word.size());
  return true;
}

// The user's own kernels among the files, with all that they include.
std::set<fs::path> raw_files(const ComponentFiles& component,
                             const std::vector<fs::path>& user_kernels) {
  std::vector<fs::path> found;
  for (const fs::path& kernel : user_kernels) found.push_back(fs::weakly_canonical(kernel));
  std::set<fs::path> raw;
  while (!found.empty()) {
    const fs::path file = found.back();
    found.pop_back();
    const auto includes = component.includes.find(file);
    if (includes == component.includes.end() || !raw.insert(file).second) continue;
    found.insert(found.end(), includes->second.begin(), includes->second.end());
  }
  return raw;
}

std::map<fs::path, int> levels_of(const ComponentFiles& component, const std::set<fs::path>& raw) {
  std::map<fs::path, int> levels;
  std::map<fs::path, bool> named;
  for (const fs::path& file : component.files) {
    JudgedFile judged;
    judged.file = file;
    const std::optional<int> level = raw.contains(file) ? 0 : level_of(judged);
    named[file] = level.has_value();
    levels[file] = level.value_or(0);
  }
  // As many rounds as there are levels: files that include each other end at the highest.
  for (int round = 0; round < kHighestLevel; ++round) {
    for (const fs::path& file : component.files) {
      if (named[file]) continue;
      for (const fs::path& child : component.includes.at(file)) {
        const auto below = levels.find(child);
        if (below == levels.end()) continue;
        levels[file] = std::clamp(below->second + 1, levels[file], kHighestLevel);
      }
    }
  }
  return levels;
}

}  // namespace

std::vector<std::string_view> quoted_includes(std::string_view text) {
  std::vector<std::string_view> names;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!take(line, "#") || !take(line, "include") || !take(line, "\"")) continue;
    if (const std::size_t end = line.find('"'); end != std::string_view::npos && end > 0)
      names.push_back(line.substr(0, end));
  }
  return names;
}

ComponentFiles component_files(const fs::path& file) {
  ComponentFiles component;
  const std::string own_text = read_source(file);
  component.file = fs::canonical(file);
  component.files.push_back(component.file);
  for (std::size_t i = 0; i < component.files.size(); ++i) {
    const fs::path includer = component.files[i];
    const std::string text = i == 0 ? own_text : read_source(includer);
    std::vector<fs::path>& direct = component.includes[includer];
    for (const std::string_view name : quoted_includes(text)) {
      std::error_code problem;  // such as a name that is too long
      const fs::path child = fs::weakly_canonical(includer.parent_path() / name, problem);
      direct.push_back(problem ? fs::path(name) : child);
      if (!problem && fs::exists(child, problem) &&
          std::ranges::find(component.files, child) == component.files.end())
        component.files.push_back(child);
    }
  }
  return component;
}

Profile default_profile(const fs::path& file) {
  JudgedFile judged;
  judged.file = file;
  return level_of(judged) == 0 ? Profile::kCatalogueL0 : Profile::kParent;
}

std::vector<JudgedFile> judged_files(const ComponentFiles& component, Profile profile,
                                     const std::vector<fs::path>& user_kernels) {
  const std::set<fs::path> raw = raw_files(component, user_kernels);
  const std::map<fs::path, int> levels = levels_of(component, raw);
  std::vector<JudgedFile> judged;
  for (const fs::path& file : component.files) {
    JudgedFile each;
    each.file = file;
    each.profile = profile;
    if (profile != Profile::kUserKernel) {
      const bool parent = !component.includes.at(file).empty();
      const bool kernel = level_of(each) == 0;
      if (file != component.file)
        each.profile = parent ? Profile::kParent : kernel ? Profile::kCatalogueL0 : Profile::kFlat;
      if (raw.contains(file)) each.profile = Profile::kUserKernel;
      each.level = levels.at(file);
    }
    judged.push_back(std::move(each));
  }
  return judged;
}

void require_among(const std::vector<fs::path>& files, const std::vector<fs::path>& user_kernels) {
  for (const fs::path& kernel : user_kernels) {
    if (std::ranges::find(files, fs::weakly_canonical(kernel)) != files.end()) continue;
    throw Error("scan.user_kernel", "'" + kernel.string() +
                                        "': a user kernel must be one of the files that are "
                                        "judged; got another; name a file that is included");
  }
}

}  // namespace strata
