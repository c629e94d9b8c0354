#pragma once

#include <string>

namespace strata {

// A progress bar on stderr. Shows nothing when stderr is not a terminal.
class Progress {
 public:
  Progress();
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // done of total parts are finished; `now` says what is being done.
  void show(std::size_t done, std::size_t total, const std::string& now);
  // Removes the bar.
  void clear();

 private:
  bool terminal_ = false;
  bool shown_ = false;
};

}  // namespace strata
