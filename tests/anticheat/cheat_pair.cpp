#include "tests/anticheat/cheat_pair.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace strata {
namespace {

namespace fs = std::filesystem;

std::string read_text(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

std::string trimmed(const std::string& line) {
  const std::size_t start = line.find_first_not_of(" \t");
  return start == std::string::npos ? "" : line.substr(start);
}

// Keeps one side; the other's lines become empty, so that line numbers stay.
std::string render(const std::string& text, bool cheat) {
  std::istringstream lines(text);
  std::string result;
  std::string line;
  bool inside = false;
  bool live = true;
  int nested = 0;  // preprocessor conditions that belong to the cheat itself
  while (std::getline(lines, line)) {
    const std::string start = trimmed(line);
    bool marker = false;
    if (!inside && start == "#ifdef CHEAT") {
      marker = inside = true;
      live = cheat;
    } else if (inside && start.starts_with("#if")) {
      ++nested;
    } else if (inside && nested > 0 && start == "#endif") {
      --nested;
    } else if (inside && nested == 0 && start == "#else") {
      marker = true;
      live = !cheat;
    } else if (inside && start == "#endif") {
      marker = live = true;
      inside = false;
      result += '\n';
      continue;
    }
    if (live && !marker) result += line;
    result += '\n';
  }
  return result;
}

OperatorCounts read_counts(const std::string& text) {
  OperatorCounts counts;
  std::istringstream words(text);
  std::string word;
  while (words >> word) {
    const std::size_t sign = word.find('=');
    counts[word.substr(0, sign)] = std::stoi(word.substr(sign + 1));
  }
  return counts;
}

std::string after(const std::string& line, const std::string& mark) {
  const std::size_t start = line.find(mark);
  return start == std::string::npos ? "" : line.substr(start + mark.size());
}

std::optional<OperatorCounts> operators_of(const std::string& text) {
  const std::string line = after(text, "\n// operators: ");
  if (line.empty()) return std::nullopt;
  return read_counts(line.substr(0, line.find('\n')));
}

void read_notes(CheatPair& pair) {
  std::istringstream lines(pair.cheat);
  std::string line;
  std::vector<std::pair<std::string, std::string>> elsewhere;  // rule, text
  std::vector<std::string> all;
  while (std::getline(lines, line)) {
    all.push_back(line);
    const std::string rule = after(line, "// EXPECT: ");
    if (!rule.empty()) pair.expected.push_back({rule, static_cast<int>(all.size())});
    const std::string expects = after(line, "// expects: ");
    if (const std::size_t at = expects.find(" at "); at != std::string::npos) {
      elsewhere.emplace_back(expects.substr(0, at), expects.substr(at + 4));
    }
    if (line == "// alone") pair.alone = true;
    if (line.starts_with("// arithmetic: "))
      pair.arithmetic = read_counts(after(line, "// arithmetic: "));
    if (line.starts_with("// vanishing: "))
      pair.vanishing = std::stoi(after(line, "// vanishing: "));
  }
  pair.operators = operators_of(pair.cheat);
  for (const auto& [rule, text] : elsewhere) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].find(text) == std::string::npos || all[i].starts_with("// expects: ")) continue;
      pair.expected.push_back({rule, static_cast<int>(i) + 1});
      break;
    }
  }
  if (pair.expected.empty())
    throw std::runtime_error(pair.name + ": a cheat must say what is expected");
}

Profile profile_of(const std::string& folder) {
  return folder.starts_with("level_0") ? Profile::kCatalogueL0 : Profile::kParent;
}

void write_text(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

}  // namespace

CheatSuite read_cheats(const fs::path& folder) {
  CheatSuite suite;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const std::string text = read_text(entry.path());
    if (text.find("#ifdef CHEAT") == std::string::npos &&
        text.find("// expects: ") == std::string::npos) {
      suite.shared.push_back(entry.path());
      continue;
    }
    CheatPair pair;
    pair.name = entry.path().stem().string();
    pair.folder = entry.path().parent_path().filename().string();
    pair.cheat = render(text, true);
    pair.honest = render(text, false);
    read_notes(pair);
    suite.pairs.push_back(std::move(pair));
  }
  std::sort(suite.pairs.begin(), suite.pairs.end(),
            [](const CheatPair& a, const CheatPair& b) { return a.name < b.name; });
  std::sort(suite.shared.begin(), suite.shared.end());
  return suite;
}

fs::path CheatBatch::path_of(const CheatPair& pair) const {
  return folder / pair.folder / (pair.name + ".h");
}

std::vector<CheatBatch> write_batches(const CheatSuite& suite, bool cheat, const fs::path& folder) {
  std::vector<JudgedFile> children;
  for (const fs::path& source : suite.shared) {
    if (cheat && source.filename().string().starts_with("honest_")) continue;  // no cheat calls it
    const std::string home = source.parent_path().filename().string();
    const fs::path copy = folder / home / source.filename();
    write_text(copy, read_text(source));
    if (source.extension() == ".h")
      children.push_back(
          {copy, profile_of(home), std::nullopt, operators_of(read_text(source)), std::nullopt});
  }
  CheatBatch together;
  together.folder = folder;
  together.request.files = children;
  std::vector<CheatBatch> batches;
  for (const CheatPair& pair : suite.pairs) {
    const bool alone = pair.alone && cheat;
    CheatBatch single;
    single.folder = folder;
    single.request.files = children;
    CheatBatch& batch = alone ? single : together;
    write_text(batch.path_of(pair), cheat ? pair.cheat : pair.honest);
    batch.pairs.push_back(&pair);
    batch.request.files.push_back({batch.path_of(pair), profile_of(pair.folder), std::nullopt,
                                   pair.operators, pair.arithmetic, pair.vanishing});
    if (alone) batches.push_back(std::move(single));
  }
  batches.push_back(std::move(together));
  return batches;
}

}  // namespace strata
