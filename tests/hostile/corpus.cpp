#include "tests/hostile/corpus.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace strata {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

std::vector<HostileSubject> hostile_corpus() {
  const fs::path folder = fs::path(STRATA_SOURCE_DIR) / "tests/hostile/components";
  const fs::path libraries = fs::path(STRATA_BINARY_DIR) / "hostile";
  const std::regex expect("// expect: (.*)");
  std::vector<HostileSubject> corpus;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".h") continue;
    const std::string text = text_of(entry.path());
    std::smatch found;
    if (!std::regex_search(text, found, expect)) continue;
    const std::string name = entry.path().stem().string();
    const bool alone = entry.path().parent_path().filename() == "at_load";
    const bool endless = found[1].str().starts_with("did not finish");
    const bool copies = text.find("copying.h") != std::string::npos;
    corpus.push_back({name, libraries / (alone ? name + ".so" : "subjects.so"), found[1].str(),
                      copies ? "copying" : "honest",
                      std::chrono::milliseconds(endless ? 1500 : 60'000)});
  }
  std::ranges::sort(corpus, {}, &HostileSubject::name);
  return corpus;
}

}  // namespace strata
