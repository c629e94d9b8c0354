// Prints the adapter of hostile components, so that they compile as every component does but for
// the scan, which would refuse them.
//
//   hostile_adapter FILE...     component files, relative to where the adapter will stand

#include <fmt/format.h>

#include <filesystem>

#include "decomposer/emit/adapter.h"

int main(int argc, char** argv) {
  std::vector<strata::AdapterEntry> entries;
  for (int i = 1; i < argc; ++i)
    entries.push_back({argv[i], std::filesystem::path(argv[i]).stem().string()});
  fmt::print("{}", strata::adapter_text(entries));
}
