#include "scripts/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace strata {
namespace {

constexpr std::size_t kWidth = 24;  // characters of the bar

}  // namespace

Progress::Progress() : terminal_(isatty(STDERR_FILENO) == 1) {}

void Progress::clear() {
  if (shown_) fmt::print(stderr, "\r\x1b[K");
  shown_ = false;
}

void Progress::show(std::size_t done, std::size_t total, const std::string& now) {
  if (!terminal_) return;
  const std::size_t filled = total == 0 ? 0 : std::min(done, total) * kWidth / total;
  fmt::print(stderr, "\r\x1b[K[{:#<{}}{:.<{}}] {}/{} {:.60}", "", filled, "", kWidth - filled, done,
             total, now);
  std::fflush(stderr);
  shown_ = true;
}

}  // namespace strata
