#include "verifier/sandbox/seccomp.h"

#include <fmt/format.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>

#include "kernels_l0/error.h"

namespace strata {
namespace {

// Arguments are read as two halves, the lower one first.
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);

constexpr std::uint32_t kOtherInterface = 0x40000000;  // the bit of x32's call numbers

std::uint32_t answer_code(CallAnswer answer) {
  switch (answer) {
    case CallAnswer::kAllow:
      return SECCOMP_RET_ALLOW;
    case CallAnswer::kRefuse:
      return SECCOMP_RET_ERRNO | EPERM;
    case CallAnswer::kAbsent:
      return SECCOMP_RET_ERRNO | ENOSYS;
    case CallAnswer::kEnd:
      return SECCOMP_RET_TRAP;
    case CallAnswer::kKill:
      break;
  }
  return SECCOMP_RET_KILL_PROCESS;
}

sock_filter load(std::size_t offset) {
  return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
}

sock_filter answer(CallAnswer what, std::size_t rule = 0) {
  const auto data = what == CallAnswer::kEnd ? static_cast<std::uint32_t>(rule) : 0;
  return BPF_STMT(BPF_RET | BPF_K, answer_code(what) | data);
}

// Goes on when the loaded word is `value`, else over `skipped` instructions.
sock_filter go_on_if(std::uint32_t value, std::size_t skipped) {
  return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, static_cast<std::uint8_t>(skipped));
}

std::size_t argument_offset(int argument) {
  return offsetof(seccomp_data, args) + sizeof(std::uint64_t) * static_cast<std::size_t>(argument);
}

// The instructions after "it is this call": condition, answer. Each of the conditions' jumps leads
// behind the answer. A call that ends the process takes the rule's index along to the handler.
std::vector<sock_filter> rule_body(const CallRule& rule, std::size_t index, int process) {
  const std::size_t low = argument_offset(rule.argument);
  const sock_filter end = answer(rule.answer, index);
  switch (rule.when) {
    case CallWhen::kAlways:
      return {end};
    case CallWhen::kEquals:
    case CallWhen::kThreads:
      return {load(low), BPF_STMT(BPF_ALU | BPF_AND | BPF_K, rule.mask), go_on_if(rule.value, 1),
              end};
    case CallWhen::kOwnProcess:
      return {load(low), go_on_if(static_cast<std::uint32_t>(process), 1), end};
    case CallWhen::kNull:
      return {load(low), go_on_if(0, 3), load(low + sizeof(std::uint32_t)), go_on_if(0, 1), end};
  }
  return {};
}

// Writes without allocating: a handler's way.
void say(std::string_view text) {
  if (write(STDERR_FILENO, text.data(), text.size()) < 0) return;
}

void name_refused_call(int, siginfo_t* info, void*) {
  const auto index = static_cast<std::size_t>(info->si_errno);
  if (index < system_call_rules().size()) {
    const CallRule& rule = system_call_rules()[index];
    say(rule.name);
    say(": ");
    say(rule.reason);
    say("\n");
  }
  // The call that ends the process by itself.
  signal(SIGSYS, SIG_DFL);
  _exit(126);
}

}  // namespace

bool seccomp_offered() {
#ifdef __x86_64__
  std::uint32_t action = SECCOMP_RET_KILL_PROCESS;
  return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
#else
  return false;
#endif
}

std::vector<sock_filter> filter_program(std::span<const CallRule> rules, int process,
                                        bool threads_allowed) {
  std::vector<sock_filter> program{
      load(offsetof(seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
      answer(CallAnswer::kKill),
      load(offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, kOtherInterface, 0, 1),
      answer(CallAnswer::kKill),
  };
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const CallRule& rule = rules[i];
    if (rule.when == CallWhen::kThreads && !threads_allowed) continue;
    const std::vector<sock_filter> body = rule_body(rule, i, process);
    program.push_back(load(offsetof(seccomp_data, nr)));
    program.push_back(go_on_if(static_cast<std::uint32_t>(rule.number), body.size()));
    program.insert(program.end(), body.begin(), body.end());
  }
  program.push_back(answer(CallAnswer::kRefuse));
  return program;
}

void restrict_system_calls(bool threads_allowed) {
  struct sigaction action{};
  action.sa_sigaction = name_refused_call;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigaction(SIGSYS, &action, nullptr);
  std::vector<sock_filter> program = filter_program(system_call_rules(), getpid(), threads_allowed);
  sock_fprog filter{};
  filter.len = static_cast<unsigned short>(program.size());
  filter.filter = program.data();
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter) != 0) {
    throw Error("isolation.seccomp",
                fmt::format("isolation of the refactored component: the kernel must take a filter "
                            "of system calls; got '{}'; allow seccomp here, or accept less with "
                            "--weak-isolation",
                            std::strerror(errno)));
  }
}

}  // namespace strata
