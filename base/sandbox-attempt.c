/* sandbox-attempt.c - what a worker must not be able to do, tried; see sandbox.h
 * Many tries pass arguments that cannot work (descriptor -1, no address): the kernel looks at the filter
 * before it looks at them, so that EBADF means that the call got through. No try does harm when it works. */
#include "base/sandbox-priv.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static pid_t parent;

void sandbox_attempt_prepare(void)
{
    parent = getppid();
}

/* of a call that returned r */
static int outcome(long r)
{
    return r < 0 && (errno == EPERM || errno == EACCES || errno == ENOSYS) ? errno : 0;
}

#define ATTEMPT(name, call)                                                                                  \
    static int name(void)                                                                                    \
    {                                                                                                        \
        return outcome(call);                                                                                \
    }

/* files */
ATTEMPT(open_read, open("/etc/passwd", O_RDONLY | O_CLOEXEC))
ATTEMPT(open_write, open("/dev/null", O_WRONLY | O_CLOEXEC))
ATTEMPT(open_create, open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600))
ATTEMPT(open_directory, open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC))
ATTEMPT(open_proc_memory, open("/proc/self/mem", O_RDWR | O_CLOEXEC))
ATTEMPT(open_by_handle, syscall(SYS_open_by_handle_at, -1, NULL, 0))
ATTEMPT(stat_path, syscall(SYS_newfstatat, AT_FDCWD, "/etc/passwd", NULL, 0))
ATTEMPT(read_link, readlinkat(AT_FDCWD, "/proc/self/exe", (char[64]){ 0 }, 64))
ATTEMPT(list_directory, syscall(SYS_getdents64, -1, NULL, 0))
ATTEMPT(unlink_file, unlinkat(AT_FDCWD, "/nonexistent/file", 0))
ATTEMPT(rename_file, renameat(AT_FDCWD, "/nonexistent/file", AT_FDCWD, "/nonexistent/other"))
ATTEMPT(link_file, linkat(AT_FDCWD, "/nonexistent/file", AT_FDCWD, "/nonexistent/other", 0))
ATTEMPT(make_directory, mkdirat(AT_FDCWD, "/nonexistent/directory", 0700))
ATTEMPT(make_node, mknodat(AT_FDCWD, "/nonexistent/file", S_IFREG | 0600, 0))
ATTEMPT(change_mode, fchmodat(AT_FDCWD, "/nonexistent/file", 0600, 0))
ATTEMPT(change_owner, fchownat(AT_FDCWD, "/nonexistent/file", 0, 0, 0))
ATTEMPT(truncate_file, ftruncate(-1, 0))
ATTEMPT(change_directory, chdir("/"))
ATTEMPT(change_root, chroot("/nonexistent"))
ATTEMPT(mount_something, syscall(SYS_mount, NULL, NULL, NULL, 0, NULL))
ATTEMPT(unmount_something, syscall(SYS_umount2, NULL, 0))
ATTEMPT(make_memfd, memfd_create("attempt", MFD_CLOEXEC))
ATTEMPT(seal_descriptor, fcntl(-1, F_ADD_SEALS, 0))
ATTEMPT(device_control, syscall(SYS_ioctl, -1, 0, NULL))

/* network */
ATTEMPT(socket_inet, socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
ATTEMPT(socket_inet6, socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0))
ATTEMPT(socket_unix, socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0))
ATTEMPT(socket_netlink, socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0))
ATTEMPT(socket_pair, socketpair(AF_UNIX, SOCK_STREAM, 0, (int[2]){ -1, -1 }))
ATTEMPT(connect_socket, connect(-1, NULL, 0))
ATTEMPT(bind_socket, bind(-1, NULL, 0))
ATTEMPT(listen_socket, listen(-1, 1))
ATTEMPT(accept_socket, accept4(-1, NULL, NULL, 0))
ATTEMPT(send_to_address, sendto(-1, "", 1, 0, &(struct sockaddr){ .sa_family = AF_UNIX }, 2))
ATTEMPT(send_message, sendmsg(-1, &(struct msghdr){ 0 }, MSG_NOSIGNAL))

/* processes */
static int fork_child(void)
{
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    return outcome(child);
}

/* By the bare call: libc's vfork may become a fork. Without CLONE_VM the child has its own stack. */
static int clone_vfork(void)
{
    long child = syscall(SYS_clone, CLONE_VFORK | SIGCHLD, 0, 0, 0, 0);
    if (child == 0)
        _exit(0);
    return outcome(child);
}

ATTEMPT(clone_new, syscall(SYS_clone3, NULL, 0))
ATTEMPT(unshare_user, unshare(CLONE_NEWUSER))
ATTEMPT(enter_namespace, setns(-1, 0))
ATTEMPT(exec_file, execve("/nonexistent/file", (char *[]){ NULL }, (char *[]){ NULL }))
ATTEMPT(exec_descriptor, syscall(SYS_execveat, -1, "", NULL, NULL, AT_EMPTY_PATH))
ATTEMPT(kill_parent, kill(parent, 0))
ATTEMPT(kill_thread_of_parent, syscall(SYS_tgkill, parent, parent, 0))
ATTEMPT(kill_by_thread, syscall(SYS_tkill, parent, 0))
ATTEMPT(queue_signal, syscall(SYS_rt_sigqueueinfo, parent, 0, NULL))
ATTEMPT(open_parent, syscall(SYS_pidfd_open, parent, 0))
ATTEMPT(signal_by_descriptor, syscall(SYS_pidfd_send_signal, -1, 0, NULL, 0))
ATTEMPT(steal_descriptor, syscall(SYS_pidfd_getfd, -1, 0, 0))
ATTEMPT(ptrace_parent, ptrace(PTRACE_SEIZE, parent, NULL, NULL))
ATTEMPT(read_parent, syscall(SYS_process_vm_readv, parent, NULL, 0, NULL, 0, 0))
ATTEMPT(write_parent, syscall(SYS_process_vm_writev, parent, NULL, 0, NULL, 0, 0))
ATTEMPT(limit_parent, syscall(SYS_prlimit64, parent, RLIMIT_NOFILE, NULL, NULL))
ATTEMPT(nice_parent, syscall(SYS_setpriority, 99, parent, 0))

/* memory that can be run */
ATTEMPT(map_executable,
        mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0)

static int protect_executable(void)
{
    void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p == MAP_FAILED ? 0 : outcome(mprotect(p, 4096, PROT_READ | PROT_EXEC));
}

ATTEMPT(protect_by_key, syscall(SYS_pkey_mprotect, NULL, 0, PROT_EXEC, -1))
ATTEMPT(attach_shared, syscall(SYS_shmat, -1, NULL, 0))
ATTEMPT(read_implies_exec, personality(READ_IMPLIES_EXEC))

/* rights */
ATTEMPT(set_uid, syscall(SYS_setuid, 65534))
ATTEMPT(set_res_uid, syscall(SYS_setresuid, 65534, 65534, 65534))
ATTEMPT(set_gid, syscall(SYS_setgid, 65534))
ATTEMPT(set_groups, syscall(SYS_setgroups, 0, NULL))
ATTEMPT(set_capabilities, syscall(SYS_capset, NULL, NULL))
ATTEMPT(dumpable_on, prctl(PR_SET_DUMPABLE, 1, 0, 0, 0))
ATTEMPT(raise_limit, setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 }))
ATTEMPT(own_filter, syscall(SYS_seccomp, 99, 0, NULL))

/* the kernel's darker corners */
ATTEMPT(io_uring, syscall(SYS_io_uring_setup, 1, NULL))
ATTEMPT(bpf_program, syscall(SYS_bpf, 0, NULL, 0))
ATTEMPT(user_fault, syscall(SYS_userfaultfd, 1 << 30))
ATTEMPT(key_control, syscall(SYS_keyctl, 0, 0, 0, 0, 0))
ATTEMPT(key_add, syscall(SYS_add_key, NULL, NULL, NULL, 0, 0))
ATTEMPT(performance_event, syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0))
ATTEMPT(load_module, syscall(SYS_finit_module, -1, NULL, 0))
ATTEMPT(watch_files, syscall(SYS_inotify_init1, 1 << 30))
ATTEMPT(message_queue, syscall(SYS_msgget, 0, 0))
ATTEMPT(set_timer, syscall(SYS_timer_create, -1, NULL, NULL))
ATTEMPT(event_poll, syscall(SYS_epoll_create1, 1 << 30))
ATTEMPT(system_name, syscall(SYS_uname, NULL))

#ifdef __x86_64__
static sigjmp_buf no_such_abi;

static void on_fault(int number)
{
    siglongjmp(no_such_abi, 1);
}

/* 20: getpid of the 32-bit ABI. The filter counts other numbers there: this must not be a way around. A
 * kernel without that ABI answers SIGSEGV. */
static int other_abi(void)
{
    long r;
    struct sigaction act = { .sa_handler = on_fault };
    sigaction(SIGSEGV, &act, NULL);
    if (sigsetjmp(no_such_abi, 1))
        return ENOSYS;
    __asm__ volatile("int $0x80" : "=a"(r) : "0"(20L) : "memory", "r8", "r9", "r10", "r11");
    return r < 0 ? (int)-r : 0;
}

ATTEMPT(x32_abi, syscall(0x40000000 | SYS_getpid))
#endif

static const struct sandbox_attempt attempts[] = {
    { "open-file-read", open_read },
    { "open-file-write", open_write },
    { "open-file-create", open_create },
    { "open-directory", open_directory },
    { "open-proc-memory", open_proc_memory },
    { "open-by-handle", open_by_handle },
    { "stat-path", stat_path },
    { "readlink", read_link },
    { "getdents", list_directory },
    { "unlink", unlink_file },
    { "rename", rename_file },
    { "link", link_file },
    { "mkdir", make_directory },
    { "mknod", make_node },
    { "chmod", change_mode },
    { "chown", change_owner },
    { "truncate", truncate_file },
    { "chdir", change_directory },
    { "chroot", change_root },
    { "mount", mount_something },
    { "umount", unmount_something },
    { "memfd-create", make_memfd },
    { "add-seals", seal_descriptor },
    { "ioctl", device_control },
    { "socket-inet", socket_inet },
    { "socket-inet6", socket_inet6 },
    { "socket-unix", socket_unix },
    { "socket-netlink", socket_netlink },
    { "socketpair", socket_pair },
    { "connect", connect_socket },
    { "bind", bind_socket },
    { "listen", listen_socket },
    { "accept", accept_socket },
    { "sendto-address", send_to_address },
    { "sendmsg", send_message },
    { "fork", fork_child },
    { "clone-vfork", clone_vfork },
    { "clone3", clone_new },
    { "unshare-user", unshare_user },
    { "setns", enter_namespace },
    { "execve", exec_file },
    { "execveat", exec_descriptor },
    { "kill-parent", kill_parent },
    { "tgkill-parent", kill_thread_of_parent },
    { "tkill-parent", kill_by_thread },
    { "sigqueue-parent", queue_signal },
    { "pidfd-open-parent", open_parent },
    { "pidfd-send-signal", signal_by_descriptor },
    { "pidfd-getfd", steal_descriptor },
    { "ptrace-parent", ptrace_parent },
    { "process-vm-readv-parent", read_parent },
    { "process-vm-writev-parent", write_parent },
    { "prlimit-parent", limit_parent },
    { "setpriority-parent", nice_parent },
    { "mmap-exec", map_executable },
    { "mprotect-exec", protect_executable },
    { "pkey-mprotect-exec", protect_by_key },
    { "shmat", attach_shared },
    { "personality", read_implies_exec },
    { "setuid", set_uid },
    { "setresuid", set_res_uid },
    { "setgid", set_gid },
    { "setgroups", set_groups },
    { "capset", set_capabilities },
    { "prctl-dumpable-on", dumpable_on },
    { "setrlimit", raise_limit },
    { "seccomp", own_filter },
    { "io-uring-setup", io_uring },
    { "bpf", bpf_program },
    { "userfaultfd", user_fault },
    { "keyctl", key_control },
    { "add-key", key_add },
    { "perf-event-open", performance_event },
    { "finit-module", load_module },
    { "inotify", watch_files },
    { "msgget", message_queue },
    { "timer-create", set_timer },
    { "epoll-create", event_poll },
    { "uname", system_name },
#ifdef __x86_64__
    { "abi-32-bit", other_abi },
    { "abi-x32", x32_abi },
#endif
};

const struct sandbox_attempt *sandbox_attempt(size_t i)
{
    return i < sizeof(attempts) / sizeof(attempts[0]) ? &attempts[i] : NULL;
}
