#include "anticheat/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "kernels_l0/error.h"

extern char** environ;

namespace strata {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kErrorsKept = 8192;

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.number_) { other.number_ = -1; }
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() { close(); }
  int number() const { return number_; }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_ = -1;
};

struct Pipe {
  Descriptor read_end;
  Descriptor write_end;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw Error("scan.program", std::string("pipe: must be made; got ") + std::strerror(errno) +
                                    "; free some descriptors");
  }
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

pid_t start(const std::vector<std::string>& command, const Pipe& input, const Pipe& output,
            const Pipe& errors) {
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input.read_end.number(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output.write_end.number(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors.write_end.number(), STDERR_FILENO);
  pid_t process = -1;
  const int failure = posix_spawnp(&process, words[0], &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) {
    throw Error("scan.program", "'" + command[0] + "': must run; got " + std::strerror(failure) +
                                    "; build it first");
  }
  return process;
}

// Where the limit can't be set, the clock's stands.
void limit_processor_time(pid_t process, std::chrono::seconds time) {
  const auto seconds = static_cast<rlim_t>(time.count());
  const rlimit limit{seconds, seconds + 1};  // the second one kills what SIGXCPU does not end
  prlimit(process, RLIMIT_CPU, &limit, nullptr);
}

// Reads what is there; closes the descriptor at its end.
void drain(Descriptor& from, std::string& text) {
  std::array<char, 65536> buffer;
  const ssize_t count = read(from.number(), buffer.data(), buffer.size());
  if (count > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(count));
  } else if (count == 0 || (errno != EINTR && errno != EAGAIN)) {
    from.close();
  }
}

}  // namespace

ProcessResult run_process(const std::vector<std::string>& command, const std::string& input,
                          std::chrono::milliseconds timeout, std::chrono::seconds processor_time) {
  Pipe in = make_pipe();
  Pipe out = make_pipe();
  Pipe err = make_pipe();
  const auto deadline = Clock::now() + timeout;
  const pid_t process = start(command, in, out, err);
  if (processor_time.count() > 0) limit_processor_time(process, processor_time);
  in.read_end.close();
  out.write_end.close();
  err.write_end.close();
  fcntl(in.write_end.number(), F_SETFL, O_NONBLOCK);

  // A program that ends before it has read everything must not end this one.
  sigset_t pipe_signal;
  sigset_t before;
  sigemptyset(&pipe_signal);
  sigaddset(&pipe_signal, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);

  ProcessResult result;
  std::size_t written = 0;
  while (out.read_end.number() >= 0 || err.read_end.number() >= 0) {
    if (written == input.size()) in.write_end.close();
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) {
      result.timed_out = true;
      break;
    }
    std::array<pollfd, 3> watched{{{out.read_end.number(), POLLIN, 0},
                                   {err.read_end.number(), POLLIN, 0},
                                   {in.write_end.number(), POLLOUT, 0}}};
    if (poll(watched.data(), watched.size(), static_cast<int>(left)) <= 0) continue;
    if (watched[0].revents != 0) drain(out.read_end, result.output);
    if (watched[1].revents != 0) drain(err.read_end, result.errors);
    if (watched[2].revents != 0) {
      const ssize_t count =
          write(in.write_end.number(), input.data() + written, input.size() - written);
      if (count > 0) written += static_cast<std::size_t>(count);
      if (count < 0 && errno != EAGAIN && errno != EINTR) written = input.size();
    }
    if (result.errors.size() > 2 * kErrorsKept)
      result.errors.erase(0, result.errors.size() - kErrorsKept);
  }
  if (result.timed_out) kill(process, SIGKILL);
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  const timespec none{0, 0};
  while (sigtimedwait(&pipe_signal, nullptr, &none) > 0) {
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  result.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  return result;
}

}  // namespace strata
