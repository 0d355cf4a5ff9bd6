/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a decoder that was taken over could try (SECURITY-DESIGN 9, T8): for each act a child puts on one layer that must
 * stop it, and then all of them.  Acts are tried in a folder of their own.  Built without a sanitizer, whose memory and
 * calls the layers would stop too. */

#define _GNU_SOURCE
#include "config.h"

#include "render/worker/hy-worker-sandbox.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/landlock.h>
#include <linux/perf_event.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#define LANDLOCK HY_LAYER_LANDLOCK
#define SECCOMP HY_LAYER_SECCOMP
#define LIMITS HY_LAYER_LIMITS
#define NO_PRIVS HY_LAYER_NO_NEW_PRIVS
#define ALL (LANDLOCK | SECCOMP | LIMITS | NO_PRIVS)

/* What stands ready for the acts, made before the layers. */
static char *folder;
static char *victim;  /* a file in it */
static char *fresh;   /* none yet */
static int open_fd;   /* of another file, writable */
static int memfd;
static int udp_port, tcp_port;
static char secret[] = "secret";
static pid_t keeper;

/* -- files -- */

static gboolean
did_open (const char *path,
          int flags)
{
  return open (path, flags | O_CLOEXEC, 0600) >= 0;
}

static gboolean
read_passwd (void)
{
  return did_open ("/etc/passwd", O_RDONLY);
}

static gboolean
read_file (void)
{
  return did_open (victim, O_RDONLY);
}

static gboolean
list_root (void)
{
  return did_open ("/", O_RDONLY | O_DIRECTORY);
}

static gboolean
read_own_memory (void)
{
  return did_open ("/proc/self/mem", O_RDONLY);
}

static gboolean
read_others_environment (void)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/environ", (int) keeper);

  return did_open (path, O_RDONLY);
}

static gboolean
write_file (void)
{
  return did_open (victim, O_WRONLY);
}

static gboolean
append_to_file (void)
{
  return did_open (victim, O_RDWR | O_APPEND);
}

static gboolean
create_file (void)
{
  return did_open (fresh, O_WRONLY | O_CREAT | O_EXCL);
}

static gboolean
create_nameless (void)
{
  return did_open (folder, O_RDWR | O_TMPFILE);
}

static gboolean
open_by_other_call (void)
{
  struct
  {
    guint64 flags, mode, resolve;
  } how = { O_RDONLY, 0, 0 };

  return syscall (SYS_openat2, AT_FDCWD, victim, &how, sizeof how) >= 0;
}

static gboolean
truncate_file (void)
{
  return truncate (victim, 0) == 0;
}

static gboolean
make_folder (void)
{
  return mkdir (fresh, 0700) == 0;
}

static gboolean
remove_file (void)
{
  return unlink (victim) == 0;
}

static gboolean
rename_file (void)
{
  return rename (victim, fresh) == 0;
}

static gboolean
make_symlink (void)
{
  return symlink ("/etc/passwd", fresh) == 0;
}

static gboolean
make_link (void)
{
  return link (victim, fresh) == 0;
}

static gboolean
make_fifo (void)
{
  return mkfifo (fresh, 0600) == 0;
}

static gboolean
change_mode (void)
{
  return chmod (victim, 04755) == 0;
}

static gboolean
change_owner (void)
{
  return chown (victim, getuid (), getgid ()) == 0;
}

static gboolean
change_times (void)
{
  return utimensat (AT_FDCWD, victim, NULL, 0) == 0;
}

static gboolean
change_attribute (void)
{
  return setxattr (victim, "user.hygie", "x", 1, 0) == 0;
}

static gboolean
write_to_open_file (void)
{
  return write (open_fd, "x", 1) == 1;
}

static gboolean
write_at_place (void)
{
  return pwrite (open_fd, "x", 1, 0) == 1;
}

/* Other children may have made it grow. */
static off_t
memfd_size (void)
{
  return lseek (memfd, 0, SEEK_END);
}

static gboolean
grow_memfd (void)
{
  return ftruncate (memfd, memfd_size () + 4096) == 0;
}

static gboolean
allocate_in_memfd (void)
{
  return fallocate (memfd, 0, memfd_size (), 4096) == 0;
}

static gboolean
make_memfd (void)
{
  return memfd_create ("more", 0) >= 0;
}

/* -- network -- */

static gboolean
did_socket (int family,
            int type)
{
  return socket (family, type, 0) >= 0;
}

static gboolean
open_tcp (void)
{
  return did_socket (AF_INET, SOCK_STREAM);
}

static gboolean
open_udp (void)
{
  return did_socket (AF_INET6, SOCK_DGRAM);
}

static gboolean
open_unix (void)
{
  return did_socket (AF_UNIX, SOCK_STREAM);
}

static gboolean
open_netlink (void)
{
  return did_socket (AF_NETLINK, SOCK_RAW);
}

static gboolean
open_pair (void)
{
  int ends[2];

  return socketpair (AF_UNIX, SOCK_STREAM, 0, ends) == 0;
}

static struct sockaddr_in
here (int port)
{
  return (struct sockaddr_in) { .sin_family = AF_INET, .sin_port = htons ((guint16) port), .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
}

static gboolean
connect_tcp (void)
{
  struct sockaddr_in address = here (tcp_port);

  return connect (socket (AF_INET, SOCK_STREAM, 0), (struct sockaddr *) &address, sizeof address) == 0;
}

static gboolean
bind_tcp (void)
{
  struct sockaddr_in address = here (0);

  return bind (socket (AF_INET, SOCK_STREAM, 0), (struct sockaddr *) &address, sizeof address) == 0;
}

static gboolean
send_udp (void)
{
  struct sockaddr_in address = here (udp_port);

  return sendto (socket (AF_INET, SOCK_DGRAM, 0), "x", 1, 0, (struct sockaddr *) &address, sizeof address) == 1;
}

/* The listener is the parent's: another domain of Landlock. */
static gboolean
connect_abstract (void)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  g_autofree char *name = g_strdup_printf ("hygie-sandbox-%d", (int) keeper);

  memcpy (address.sun_path + 1, name, strlen (name));
  return connect (socket (AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *) &address,
                  (socklen_t) (offsetof (struct sockaddr_un, sun_path) + 1 + strlen (name))) == 0;
}

/* -- processes -- */

static gboolean
execute (void)
{
  pid_t child = 0;
  int status = 0;

  /* By the kernel's own numbers: the C library would look for another way. */
  if ((child = (pid_t) syscall (SYS_fork)) < 0)
    return FALSE;
  if (child == 0)
    {
      execl ("/bin/true", "true", NULL);
      _exit (9);
    }
  return waitpid (child, &status, 0) == child && WIFEXITED (status) && WEXITSTATUS (status) == 0;
}

static gboolean
execute_here (void)
{
  execl ("/bin/true", "true", NULL);
  return FALSE;
}

static gboolean
execute_open_file (void)
{
  char *const words[] = { (char *) "true", NULL };
  int fd = open ("/bin/true", O_PATH);

  syscall (SYS_execveat, fd, "", words, words, AT_EMPTY_PATH);
  return FALSE;
}

static gboolean
did_child (long child)
{
  if (child == 0)
    _exit (0);
  return child > 0;
}

static gboolean
do_fork (void)
{
  return did_child (syscall (SYS_fork));
}

static gboolean
do_clone (void)
{
  return did_child (syscall (SYS_clone, SIGCHLD, 0, 0, 0, 0));
}

static gboolean
do_clone3 (void)
{
  guint64 arguments[8] = { [4] = SIGCHLD };

  return did_child (syscall (SYS_clone3, arguments, sizeof arguments));
}

static gpointer
nothing (gpointer unused)
{
  return unused;
}

static gboolean
start_thread (void)
{
  pthread_t thread;

  return pthread_create (&thread, NULL, nothing, NULL) == 0;
}

static gboolean
signal_other (void)
{
  return kill (keeper, SIGCONT) == 0;
}

static gboolean
signal_thread (void)
{
  return syscall (SYS_tgkill, keeper, keeper, SIGCONT) == 0;
}

static gboolean
open_process (void)
{
  return syscall (SYS_pidfd_open, keeper, 0) >= 0;
}

static gboolean
trace_other (void)
{
  return ptrace (PTRACE_SEIZE, keeper, NULL, NULL) == 0;
}

static gboolean
trace_me (void)
{
  return ptrace (PTRACE_TRACEME, 0, NULL, NULL) == 0;
}

static gboolean
read_other (void)
{
  char taken[sizeof secret];
  struct iovec mine = { taken, sizeof taken };
  struct iovec theirs = { secret, sizeof secret };

  return process_vm_readv (keeper, &mine, 1, &theirs, 1, 0) == sizeof taken;
}

static gboolean
write_other (void)
{
  struct iovec mine = { secret, sizeof secret };
  struct iovec theirs = { secret, sizeof secret };

  return process_vm_writev (keeper, &mine, 1, &theirs, 1, 0) == sizeof secret;
}

/* -- rights -- */

static gboolean
change_user (void)
{
  return syscall (SYS_setuid, getuid ()) == 0;
}

static gboolean
change_groups (void)
{
  return syscall (SYS_setgid, getgid ()) == 0;
}

static gboolean
make_namespace (void)
{
  return unshare (CLONE_FILES) == 0;
}

static gboolean
make_user_namespace (void)
{
  return unshare (CLONE_NEWUSER) == 0;
}

static gboolean
change_root (void)
{
  return chroot (folder) == 0;
}

static gboolean
do_mount (void)
{
  return mount ("none", folder, "tmpfs", 0, NULL) == 0;
}

static gboolean
gain_rights (void)
{
  return prctl (PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0;
}

static gboolean
take_flag_off (void)
{
  return prctl (PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0 || prctl (PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0;
}

static gboolean
become_readable (void)
{
  return prctl (PR_SET_DUMPABLE, 1, 0, 0, 0) == 0;
}

static gboolean
be_readable (void)
{
  return prctl (PR_GET_DUMPABLE, 0, 0, 0, 0) == 1;
}

static gboolean
set_keys (void)
{
  return syscall (SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_PROCESS_KEYRING, 1) >= 0;
}

/* -- the kernel's larger doors -- */

static gboolean
use_bpf (void)
{
  union bpf_attr attributes = { .map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1 };

  return syscall (SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes) >= 0;
}

static gboolean
use_perf (void)
{
  struct perf_event_attr attributes = { .type = PERF_TYPE_SOFTWARE, .size = sizeof attributes, .exclude_kernel = 1 };

  return syscall (SYS_perf_event_open, &attributes, 0, -1, -1, 0) >= 0;
}

static gboolean
use_io_uring (void)
{
  struct io_uring_params parameters = { 0 };

  return syscall (SYS_io_uring_setup, 4, &parameters) >= 0;
}

static gboolean
use_userfaultfd (void)
{
  return syscall (SYS_userfaultfd, O_CLOEXEC | 1) >= 0;
}

static gboolean
use_terminal (void)
{
  int pending;

  return ioctl (open_fd, FIONREAD, &pending) == 0;
}

static gboolean
make_event (void)
{
  return syscall (SYS_eventfd2, 0, 0) >= 0;
}

/* -- memory and limits -- */

static gboolean
take_memory (void)
{
  return mmap (NULL, 1 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) != MAP_FAILED;
}

static gboolean
make_code (void)
{
  return mmap (NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static gboolean
turn_into_code (void)
{
  gpointer page = mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  return mprotect (page, 4096, PROT_READ | PROT_EXEC) == 0;
}

static gboolean
set_limit (void)
{
  struct rlimit limit;

  getrlimit (RLIMIT_FSIZE, &limit);
  return setrlimit (RLIMIT_FSIZE, &limit) == 0;
}

static gboolean
open_many (void)
{
  for (guint i = 0; i < 100; i++)
    if (fcntl (open_fd, F_DUPFD, 0) < 0)
      return FALSE;
  return TRUE;
}

static gboolean
dump_core (void)
{
  struct rlimit limit;

  return getrlimit (RLIMIT_CORE, &limit) != 0 || limit.rlim_max > 0;
}

static gboolean
run_for_ever (void)
{
  struct rlimit limit;

  return getrlimit (RLIMIT_CPU, &limit) != 0 || limit.rlim_max == RLIM_INFINITY;
}

/* What each layer must stop alone.  "free": anybody may do it without layers, which shows that the act is right;
 * the others take rights, or settings of the system, that not everybody has. */
static const struct
{
  const char *name;
  gboolean (*act) (void);
  guint stopped_by;
  gboolean free;
} ACTS[] = {
  { "read /etc/passwd", read_passwd, LANDLOCK, TRUE },
  { "read a file", read_file, LANDLOCK, TRUE },
  { "list the root", list_root, LANDLOCK, TRUE },
  { "read its own memory as a file", read_own_memory, LANDLOCK, TRUE },
  { "read another's environment", read_others_environment, LANDLOCK, TRUE },
  { "open for writing", write_file, LANDLOCK | SECCOMP, TRUE },
  { "open for appending", append_to_file, LANDLOCK | SECCOMP, TRUE },
  { "create a file", create_file, LANDLOCK | SECCOMP, TRUE },
  { "create a file without a name", create_nameless, LANDLOCK | SECCOMP, FALSE },
  { "open by openat2", open_by_other_call, LANDLOCK | SECCOMP, TRUE },
  { "truncate", truncate_file, LANDLOCK | SECCOMP, TRUE },
  { "make a folder", make_folder, LANDLOCK | SECCOMP, TRUE },
  { "remove", remove_file, LANDLOCK | SECCOMP, TRUE },
  { "rename", rename_file, LANDLOCK | SECCOMP, TRUE },
  { "make a symbolic link", make_symlink, LANDLOCK | SECCOMP, TRUE },
  { "make a link", make_link, LANDLOCK | SECCOMP, TRUE },
  { "make a pipe with a name", make_fifo, LANDLOCK | SECCOMP, TRUE },
  { "change the mode", change_mode, SECCOMP, TRUE },
  { "change the owner", change_owner, SECCOMP, TRUE },
  { "change the times", change_times, SECCOMP, TRUE },
  { "change an attribute", change_attribute, SECCOMP, FALSE },
  { "write to an open file", write_to_open_file, LIMITS | SECCOMP, TRUE },
  { "write in the middle", write_at_place, LIMITS | SECCOMP, TRUE },
  { "make a memfd grow", grow_memfd, LIMITS | SECCOMP, TRUE },
  { "allocate in a memfd", allocate_in_memfd, LIMITS | SECCOMP, TRUE },
  { "make a memfd", make_memfd, SECCOMP, TRUE },
  { "TCP socket", open_tcp, SECCOMP, TRUE },
  { "UDP socket", open_udp, SECCOMP, FALSE },
  { "local socket", open_unix, SECCOMP, TRUE },
  { "netlink socket", open_netlink, SECCOMP, TRUE },
  { "pair of sockets", open_pair, SECCOMP, TRUE },
  { "connect by TCP", connect_tcp, LANDLOCK | SECCOMP, TRUE },
  { "listen by TCP", bind_tcp, LANDLOCK | SECCOMP, TRUE },
  { "send by UDP", send_udp, SECCOMP, TRUE },
  { "connect to an abstract socket", connect_abstract, LANDLOCK | SECCOMP, TRUE },
  { "start a program", execute, LANDLOCK | SECCOMP, TRUE },
  { "become a program", execute_here, LANDLOCK | SECCOMP, FALSE },
  { "become an open file", execute_open_file, LANDLOCK | SECCOMP, FALSE },
  { "fork", do_fork, SECCOMP, TRUE },
  { "clone", do_clone, SECCOMP, TRUE },
  { "clone3", do_clone3, SECCOMP, TRUE },
  { "start a thread", start_thread, SECCOMP, TRUE },
  { "signal another", signal_other, LANDLOCK | SECCOMP, TRUE },
  { "signal another's thread", signal_thread, LANDLOCK | SECCOMP, TRUE },
  { "hold another process", open_process, SECCOMP, TRUE },
  { "trace another", trace_other, LANDLOCK | SECCOMP, FALSE },
  { "be traced", trace_me, SECCOMP, FALSE },
  { "read another's memory", read_other, LANDLOCK | SECCOMP, FALSE },
  { "write another's memory", write_other, LANDLOCK | SECCOMP, FALSE },
  { "set the user", change_user, SECCOMP, TRUE },
  { "set the group", change_groups, SECCOMP, TRUE },
  { "unshare", make_namespace, SECCOMP, TRUE },
  { "make a user namespace", make_user_namespace, SECCOMP, FALSE },
  { "change the root", change_root, SECCOMP, FALSE },
  { "mount", do_mount, LANDLOCK | SECCOMP, FALSE },
  { "gain rights by a program", gain_rights, NO_PRIVS, TRUE },
  { "take no_new_privs off", take_flag_off, NO_PRIVS, FALSE },
  { "be readable for others", be_readable, LIMITS, TRUE },
  { "become readable again", become_readable, SECCOMP, TRUE },
  { "use keyrings", set_keys, SECCOMP, FALSE },
  { "bpf", use_bpf, SECCOMP, FALSE },
  { "perf_event_open", use_perf, SECCOMP, FALSE },
  { "io_uring", use_io_uring, SECCOMP, FALSE },
  { "userfaultfd", use_userfaultfd, SECCOMP, FALSE },
  { "ioctl", use_terminal, SECCOMP, TRUE },
  { "eventfd", make_event, SECCOMP, TRUE },
  { "take 1 GiB", take_memory, LIMITS, TRUE },
  { "make code", make_code, SECCOMP, TRUE },
  { "turn memory into code", turn_into_code, SECCOMP, TRUE },
  { "set limits", set_limit, SECCOMP, TRUE },
  { "open 100 files", open_many, LIMITS | SECCOMP, TRUE },
  { "leave a core", dump_core, LIMITS, FALSE },
  { "run for ever", run_for_ever, LIMITS, TRUE },
};

enum
{
  DONE = 11,
  STOPPED = 12,
  NO_LAYER = 13,
};

/* Returns: whether the act was done by a child that is held by @layers */
static gboolean
try_act (guint i,
         guint layers,
         gboolean strict)
{
  int status;
  pid_t child;

  g_assert_true (g_file_set_contents (victim, "some words", -1, NULL));
  child = fork ();
  if (child == 0)
    {
      guint abi;

      if (hy_worker_sandbox_apply (layers, strict, &abi) != layers)
        _exit (NO_LAYER);
      _exit (ACTS[i].act () ? DONE : STOPPED);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_unlink (fresh);
  g_rmdir (fresh);
  if (WIFSIGNALED (status))
    {
      /* Ended for trying. */
      g_assert_true (WTERMSIG (status) == SIGSYS || WTERMSIG (status) == SIGXFSZ);
      return FALSE;
    }
  if (ACTS[i].act == execute_here || ACTS[i].act == execute_open_file)
    {
      /* Another program's status. */
      g_assert_true (WEXITSTATUS (status) == STOPPED || WEXITSTATUS (status) == 0);
      return WEXITSTATUS (status) == 0;
    }
  g_assert_true (WEXITSTATUS (status) == DONE || WEXITSTATUS (status) == STOPPED);
  return WEXITSTATUS (status) == DONE;
}

static void
test_table (void)
{
  /* Only root may use Landlock and still gain rights. */
  const guint layers[] = { LANDLOCK, SECCOMP, LIMITS, NO_PRIVS };
  const guint with[] = { NO_PRIVS, 0, 0, 0 };

  g_assert_cmpuint (G_N_ELEMENTS (ACTS), >=, 30);
  for (guint i = 0; i < G_N_ELEMENTS (ACTS); i++)
    {
      g_test_message ("%s", ACTS[i].name);
      if (ACTS[i].free)
        g_assert_true (try_act (i, 0, FALSE));
      for (guint j = 0; j < G_N_ELEMENTS (layers); j++)
        if ((ACTS[i].stopped_by & layers[j]) && try_act (i, layers[j] | with[j], FALSE))
          g_error ("“%s” was done in spite of layer 0x%x", ACTS[i].name, layers[j]);
    }
}

static void
test_all_layers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (ACTS); i++)
    {
      g_test_message ("%s", ACTS[i].name);
      g_assert_false (try_act (i, ALL, FALSE));
      g_assert_false (try_act (i, ALL, TRUE));
    }
}

/* What Landlock leaves to seccomp is known: if it learns more, the table may say so. */
static void
test_udp_is_seccomps (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (ACTS); i++)
    if (ACTS[i].act == send_udp)
      g_assert_true (try_act (i, LANDLOCK | NO_PRIVS, FALSE));
}

/* -- what must go on working -- */

/* Returns: the status of a child with all layers, or those given */
static int
run_held (guint layers,
          int (*func) (void))
{
  int status;
  pid_t child = fork ();

  if (child == 0)
    {
      guint abi;

      if (hy_worker_sandbox_apply (layers, /* strict= */ TRUE, &abi) != layers)
        _exit (NO_LAYER);
      _exit (func ());
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

static int
work (void)
{
  g_autofree char *big = g_malloc (64 * 1024 * 1024);
  g_autoptr (GBytes) bytes = NULL;
  guint8 *room;

  memset (big, 1, 64 * 1024 * 1024);
  room = mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, memfd, 0);
  if (room == MAP_FAILED)
    return 1;
  *room = 7;
  if (!did_open ("/etc/fonts/fonts.conf", O_RDONLY) || !did_open ("/usr/share/fonts", O_RDONLY | O_DIRECTORY))
    return 2;
  if (fcntl (memfd, F_GET_SEALS) < 0 || access ("/usr/share/fonts", R_OK) != 0)
    return 3;
  return 0;
}

static void
test_work_goes_on (void)
{
  g_assert_cmpint (run_held (ALL, work), ==, 0);
}

static int
open_a_font (void)
{
  return did_open ("/etc/fonts/fonts.conf", O_RDONLY) || did_open (victim, O_RDONLY) ? 1 : 0;
}

static void
test_no_landlock_no_files (void)
{
  g_assert_cmpint (run_held (ALL & ~LANDLOCK, open_a_font), ==, 0);
}

/* The worker takes no document unless it is held. */
static void
test_enough (void)
{
  const guint base = NO_PRIVS | SECCOMP | LIMITS;

  g_assert_true (hy_worker_sandbox_is_enough (ALL));
  g_assert_true (hy_worker_sandbox_is_enough (ALL | HY_LAYER_NAMESPACES));
  g_assert_true (hy_worker_sandbox_is_enough (base | HY_LAYER_NAMESPACES));
  g_assert_false (hy_worker_sandbox_is_enough (base));
  g_assert_false (hy_worker_sandbox_is_enough ((ALL | HY_LAYER_NAMESPACES) & ~SECCOMP));
  g_assert_false (hy_worker_sandbox_is_enough ((ALL | HY_LAYER_NAMESPACES) & ~LIMITS));
  g_assert_false (hy_worker_sandbox_is_enough ((ALL | HY_LAYER_NAMESPACES) & ~NO_PRIVS));
  g_assert_false (hy_worker_sandbox_is_enough (0));
}

/* -- the worker itself, where the kernel lacks something -- */

/* Says that there is no such call, as a kernel without it would, and becomes the worker. */
static void
become_worker (int socket,
               const char *missing,
               gboolean contained)
{
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_ALLOW);

  if (missing != NULL)
    seccomp_rule_add (filter, SCMP_ACT_ERRNO (ENOSYS), seccomp_syscall_resolve_name (missing), 0);
  dup2 (socket, HY_WIRE_FD);
  if (seccomp_load (filter) == 0)
    execl (HY_RENDER_PROGRAM, "hygie-render", contained ? "--contained" : NULL, NULL);
  _exit (NO_LAYER);
}

static void
send_document (int fd)
{
  g_autofree char *path = g_build_filename (g_getenv ("HY_FIXTURES"), "pdf", "minimal-document.pdf", NULL);
  HyWireRequest request = { .magic = HY_WIRE_MAGIC, .serial = 1, .verb = HY_WIRE_OPEN };
  struct iovec part = { &request, sizeof request };
  union
  {
    char bytes[CMSG_SPACE (sizeof (int))];
    struct cmsghdr header;
  } control = { 0 };
  struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes };
  struct cmsghdr *header = CMSG_FIRSTHDR (&message);
  int document = memfd_create ("document", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  g_autofree char *contents = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &contents, &size, NULL));
  g_assert_cmpint (write (document, contents, size), ==, (gssize) size);
  g_assert_cmpint (fcntl (document, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL), ==, 0);
  request.size = size;
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN (sizeof (int));
  memcpy (CMSG_DATA (header), &document, sizeof document);
  /* The worker may have left already. */
  sendmsg (fd, &message, MSG_NOSIGNAL);
  close (document);
}

/* Returns: whether the worker read a document; @layers: what it said of itself */
static gboolean
decodes (const char *missing,
         gboolean contained,
         guint *layers)
{
  HyWireReply reply;
  int ends[2];
  pid_t child;
  gboolean decoded;

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), ==, 0);
  if ((child = fork ()) == 0)
    become_worker (ends[1], missing, contained);
  close (ends[1]);
  g_assert_cmpint (recv (ends[0], &reply, sizeof reply, 0), ==, sizeof reply);
  g_assert_cmphex (reply.magic, ==, HY_WIRE_MAGIC);
  *layers = reply.layers;
  send_document (ends[0]);
  decoded = recv (ends[0], &reply, sizeof reply, 0) == sizeof reply;
  if (decoded)
    {
      g_assert_cmpuint (reply.status, ==, HY_WIRE_OK);
      g_assert_cmpuint (reply.n_pages, ==, 1);
    }
  close (ends[0]);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  return decoded;
}

static void
test_fails_closed (void)
{
  guint layers;

  g_assert_true (decodes (NULL, FALSE, &layers));
  g_assert_cmphex (layers, ==, ALL);
  g_assert_false (decodes ("seccomp", FALSE, &layers));
  g_assert_cmphex (layers, ==, ALL & ~SECCOMP);
  g_assert_false (decodes ("seccomp", TRUE, &layers));
  g_assert_false (decodes ("prlimit64", TRUE, &layers));
  g_assert_cmphex (layers & LIMITS, ==, 0);
  /* Without Landlock the namespaces have to keep files away, and fonts with them. */
  g_assert_false (decodes ("landlock_create_ruleset", FALSE, &layers));
  g_assert_cmphex (layers, ==, ALL & ~LANDLOCK);
  g_assert_true (decodes ("landlock_create_ruleset", TRUE, &layers));
  g_assert_cmphex (layers, ==, ALL & ~LANDLOCK);
  g_assert_false (decodes ("landlock_restrict_self", FALSE, &layers));
  g_assert_cmphex (layers, ==, ALL & ~LANDLOCK);
}

/* -- surroundings -- */

static int
listen_on (int type,
           int *port)
{
  struct sockaddr_in address = here (0);
  socklen_t size = sizeof address;
  int fd = socket (AF_INET, type, 0);

  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (getsockname (fd, (struct sockaddr *) &address, &size), ==, 0);
  if (type == SOCK_STREAM)
    g_assert_cmpint (listen (fd, 128), ==, 0);
  *port = ntohs (address.sin_port);
  return fd;
}

static int
listen_abstract (void)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  g_autofree char *name = g_strdup_printf ("hygie-sandbox-%d", (int) keeper);
  int fd = socket (AF_UNIX, SOCK_STREAM, 0);

  memcpy (address.sun_path + 1, name, strlen (name));
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, (socklen_t) (offsetof (struct sockaddr_un, sun_path) + 1 + strlen (name))), ==, 0);
  g_assert_cmpint (listen (fd, 128), ==, 0);
  return fd;
}

int
main (int argc,
      char *argv[])
{
  g_autofree char *other = NULL;
  int fds[3];
  int result;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("hygie-sandbox-XXXXXX", NULL);
  victim = g_build_filename (folder, "victim", NULL);
  fresh = g_build_filename (folder, "fresh", NULL);
  other = g_build_filename (folder, "other", NULL);
  open_fd = open (other, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  memfd = memfd_create ("room", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  g_assert_cmpint (ftruncate (memfd, 4096), ==, 0);
  /* Somebody else, who is not an ancestor. */
  if ((keeper = fork ()) == 0)
    {
      /* Nor does it outlive a test that fails. */
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      for (;;)
        pause ();
    }
  fds[0] = listen_on (SOCK_STREAM, &tcp_port);
  fds[1] = listen_on (SOCK_DGRAM, &udp_port);
  fds[2] = listen_abstract ();
  hy_worker_sandbox_prepare ();

  g_test_add_func ("/render/sandbox/each-layer-stops-what-it-must", test_table);
  g_test_add_func ("/render/sandbox/all-layers-stop-everything", test_all_layers);
  g_test_add_func ("/render/sandbox/udp-is-for-seccomp", test_udp_is_seccomps);
  g_test_add_func ("/render/sandbox/work-goes-on", test_work_goes_on);
  g_test_add_func ("/render/sandbox/no-file-without-landlock", test_no_landlock_no_files);
  g_test_add_func ("/render/sandbox/not-enough-is-nothing", test_enough);
  g_test_add_func ("/render/sandbox/nothing-is-decoded-without-layers", test_fails_closed);
  result = g_test_run ();

  kill (keeper, SIGKILL);
  waitpid (keeper, NULL, 0);
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    close (fds[i]);
  close (open_fd);
  close (memfd);
  g_unlink (victim);
  g_unlink (other);
  g_rmdir (folder);
  g_free (victim);
  g_free (fresh);
  g_free (folder);
  return result;
}
