#include "verifier/sandbox/system_calls.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <csignal>

namespace strata {
namespace {

using enum CallAnswer;
using enum CallWhen;

constexpr std::uint32_t kWrites =
    O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND;  // flags that make open() more than a look

constexpr std::string_view kProcess = "starts a process";
constexpr std::string_view kThread = "starts a thread, which the recorded conditions have none of";
constexpr std::string_view kProgram = "starts a program";
constexpr std::string_view kNetwork = "opens a connection";
constexpr std::string_view kSignal = "signals another process";
constexpr std::string_view kOthers = "looks into another process";
constexpr std::string_view kWriting = "opens a file for writing";
constexpr std::string_view kFile = "changes a file or folder";
constexpr std::string_view kMounts = "changes what is mounted";
constexpr std::string_view kEscape = "leaves what it is confined to";
constexpr std::string_view kUncounted = "takes memory that no limit counts";
constexpr std::string_view kUnseen = "makes calls that no filter sees";

// The name is the number's, by construction.
#define STRATA_CALL(name) SYS_##name, #name

constexpr CallRule kRules[] = {
    // Memory. A shared mapping is not counted by RLIMIT_DATA.
    {STRATA_CALL(mmap), kEnd, kUncounted, kEquals, 3, MAP_SHARED, MAP_SHARED},
    {STRATA_CALL(mmap), kAllow, ""},
    {STRATA_CALL(munmap), kAllow, ""},
    {STRATA_CALL(mprotect), kAllow, ""},
    {STRATA_CALL(mremap), kAllow, ""},
    {STRATA_CALL(madvise), kAllow, ""},
    {STRATA_CALL(brk), kAllow, ""},
    {STRATA_CALL(memfd_create), kEnd, kUncounted},
    {STRATA_CALL(shmget), kEnd, kUncounted},
    {STRATA_CALL(shmat), kEnd, kUncounted},

    // Files: those that Landlock lets it read, and the descriptors that it was given.
    {STRATA_CALL(openat), kAllow, "", kEquals, 2, kWrites, O_RDONLY},
    {STRATA_CALL(openat), kEnd, kWriting},
    {STRATA_CALL(open), kAllow, "", kEquals, 1, kWrites, O_RDONLY},
    {STRATA_CALL(open), kEnd, kWriting},
    {STRATA_CALL(creat), kEnd, kWriting},
    {STRATA_CALL(read), kAllow, ""},
    {STRATA_CALL(pread64), kAllow, ""},
    {STRATA_CALL(readv), kAllow, ""},
    {STRATA_CALL(write), kAllow, ""},
    {STRATA_CALL(pwrite64), kAllow, ""},
    {STRATA_CALL(writev), kAllow, ""},
    {STRATA_CALL(ftruncate), kAllow, ""},
    {STRATA_CALL(lseek), kAllow, ""},
    {STRATA_CALL(close), kAllow, ""},
    {STRATA_CALL(fstat), kAllow, ""},
    {STRATA_CALL(stat), kAllow, ""},
    {STRATA_CALL(lstat), kAllow, ""},
    {STRATA_CALL(newfstatat), kAllow, ""},
    {STRATA_CALL(statx), kAllow, ""},
    {STRATA_CALL(access), kAllow, ""},
    {STRATA_CALL(faccessat), kAllow, ""},
    {STRATA_CALL(getdents64), kAllow, ""},
    {STRATA_CALL(readlink), kAllow, ""},
    {STRATA_CALL(readlinkat), kAllow, ""},
    {STRATA_CALL(getcwd), kAllow, ""},
    {STRATA_CALL(unlink), kEnd, kFile},
    {STRATA_CALL(unlinkat), kEnd, kFile},
    {STRATA_CALL(rename), kEnd, kFile},
    {STRATA_CALL(renameat), kEnd, kFile},
    {STRATA_CALL(renameat2), kEnd, kFile},
    {STRATA_CALL(link), kEnd, kFile},
    {STRATA_CALL(linkat), kEnd, kFile},
    {STRATA_CALL(symlink), kEnd, kFile},
    {STRATA_CALL(symlinkat), kEnd, kFile},
    {STRATA_CALL(mkdir), kEnd, kFile},
    {STRATA_CALL(mkdirat), kEnd, kFile},
    {STRATA_CALL(rmdir), kEnd, kFile},
    {STRATA_CALL(mknod), kEnd, kFile},
    {STRATA_CALL(mknodat), kEnd, kFile},
    {STRATA_CALL(truncate), kEnd, kFile},
    {STRATA_CALL(chmod), kEnd, kFile},
    {STRATA_CALL(fchmod), kEnd, kFile},
    {STRATA_CALL(fchmodat), kEnd, kFile},
    {STRATA_CALL(chown), kEnd, kFile},
    {STRATA_CALL(fchown), kEnd, kFile},
    {STRATA_CALL(lchown), kEnd, kFile},
    {STRATA_CALL(fchownat), kEnd, kFile},
    {STRATA_CALL(utimensat), kEnd, kFile},
    {STRATA_CALL(setxattr), kEnd, kFile},
    {STRATA_CALL(fsetxattr), kEnd, kFile},
    {STRATA_CALL(mount), kEnd, kMounts},
    {STRATA_CALL(umount2), kEnd, kMounts},
    {STRATA_CALL(pivot_root), kEnd, kMounts},
    {STRATA_CALL(chroot), kEnd, kMounts},
    {STRATA_CALL(open_tree), kEnd, kMounts},
    {STRATA_CALL(move_mount), kEnd, kMounts},
    {STRATA_CALL(fsopen), kEnd, kMounts},

    // Threads of its own, where the conditions have several; never a process. clone3 hides its
    // flags from a filter.
    {STRATA_CALL(clone), kAllow, "", kThreads, 0, CLONE_THREAD, CLONE_THREAD},
    {STRATA_CALL(clone), kEnd, kThread, kEquals, 0, CLONE_THREAD, CLONE_THREAD},
    {STRATA_CALL(clone), kEnd, kProcess},
    {STRATA_CALL(clone3), kAbsent, ""},
    {STRATA_CALL(fork), kEnd, kProcess},
    {STRATA_CALL(vfork), kEnd, kProcess},
    {STRATA_CALL(execve), kEnd, kProgram},
    {STRATA_CALL(execveat), kEnd, kProgram},
    {STRATA_CALL(futex), kAllow, ""},
    {STRATA_CALL(set_robust_list), kAllow, ""},
    {STRATA_CALL(rseq), kAllow, ""},
    {STRATA_CALL(sched_yield), kAllow, ""},
    {STRATA_CALL(sched_getaffinity), kAllow, ""},
    {STRATA_CALL(exit), kAllow, ""},
    {STRATA_CALL(exit_group), kAllow, ""},

    // Signals: to itself alone. The one that names a refused call stays as it was set up.
    {STRATA_CALL(rt_sigaction), kKill, "", kEquals, 0, ~0U, SIGSYS},
    {STRATA_CALL(rt_sigaction), kAllow, ""},
    {STRATA_CALL(rt_sigprocmask), kAllow, ""},
    {STRATA_CALL(rt_sigreturn), kAllow, ""},
    {STRATA_CALL(sigaltstack), kAllow, ""},
    {STRATA_CALL(tgkill), kAllow, "", kOwnProcess, 0},
    {STRATA_CALL(tgkill), kEnd, kSignal},
    {STRATA_CALL(kill), kAllow, "", kOwnProcess, 0},
    {STRATA_CALL(kill), kEnd, kSignal},
    {STRATA_CALL(tkill), kEnd, kSignal},
    {STRATA_CALL(rt_sigqueueinfo), kEnd, kSignal},
    {STRATA_CALL(rt_tgsigqueueinfo), kEnd, kSignal},
    {STRATA_CALL(pidfd_send_signal), kEnd, kSignal},

    // Itself, the time, and nothing else of the machine.
    {STRATA_CALL(getpid), kAllow, ""},
    {STRATA_CALL(gettid), kAllow, ""},
    {STRATA_CALL(getppid), kAllow, ""},
    {STRATA_CALL(getuid), kAllow, ""},
    {STRATA_CALL(geteuid), kAllow, ""},
    {STRATA_CALL(getrusage), kAllow, ""},
    {STRATA_CALL(prlimit64), kAllow, "", kNull, 2},
    {STRATA_CALL(prlimit64), kEnd, kEscape},
    {STRATA_CALL(getrlimit), kAllow, ""},
    {STRATA_CALL(setrlimit), kEnd, kEscape},
    {STRATA_CALL(clock_gettime), kAllow, ""},
    {STRATA_CALL(clock_getres), kAllow, ""},
    {STRATA_CALL(gettimeofday), kAllow, ""},
    {STRATA_CALL(time), kAllow, ""},
    {STRATA_CALL(nanosleep), kAllow, ""},
    {STRATA_CALL(clock_nanosleep), kAllow, ""},
    {STRATA_CALL(restart_syscall), kAllow, ""},
    {STRATA_CALL(getrandom), kAllow, ""},
    {STRATA_CALL(uname), kAllow, ""},
    {STRATA_CALL(sysinfo), kAllow, ""},
    {STRATA_CALL(getcpu), kAllow, ""},

    // Ways out.
    {STRATA_CALL(socket), kEnd, kNetwork},
    {STRATA_CALL(socketpair), kEnd, kNetwork},
    {STRATA_CALL(ptrace), kEnd, kOthers},
    {STRATA_CALL(process_vm_readv), kEnd, kOthers},
    {STRATA_CALL(process_vm_writev), kEnd, kOthers},
    {STRATA_CALL(pidfd_open), kEnd, kOthers},
    {STRATA_CALL(pidfd_getfd), kEnd, kOthers},
    {STRATA_CALL(prctl), kAllow, "", kEquals, 0, ~0U, PR_SET_NAME},
    {STRATA_CALL(prctl), kAllow, "", kEquals, 0, ~0U, PR_GET_NAME},
    {STRATA_CALL(prctl), kRefuse, "", kEquals, 0, ~0U, 0x53564d41},  // PR_SET_VMA: names memory
    {STRATA_CALL(prctl), kEnd, kEscape},
    {STRATA_CALL(seccomp), kEnd, kEscape},
    {STRATA_CALL(setsid), kEnd, kEscape},
    {STRATA_CALL(setpgid), kEnd, kEscape},
    {STRATA_CALL(unshare), kEnd, kEscape},
    {STRATA_CALL(setns), kEnd, kEscape},
    {STRATA_CALL(setuid), kEnd, kEscape},
    {STRATA_CALL(setgid), kEnd, kEscape},
    {STRATA_CALL(setresuid), kEnd, kEscape},
    {STRATA_CALL(setresgid), kEnd, kEscape},
    {STRATA_CALL(capset), kEnd, kEscape},
    {STRATA_CALL(io_uring_setup), kEnd, kUnseen},
    {STRATA_CALL(io_uring_enter), kEnd, kUnseen},
    {STRATA_CALL(io_uring_register), kEnd, kUnseen},
    {STRATA_CALL(bpf), kEnd, kUnseen},
    {STRATA_CALL(perf_event_open), kEnd, kUnseen},
    {STRATA_CALL(userfaultfd), kEnd, kUnseen},
};

#undef STRATA_CALL

}  // namespace

std::span<const CallRule> system_call_rules() { return kRules; }

}  // namespace strata
