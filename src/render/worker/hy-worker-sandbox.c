/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The layers that the worker puts around itself before the first byte of a document (SECURITY-DESIGN 5.1): limits,
 * no_new_privs, Landlock, seccomp, in this order.  None can be taken off again, not even by root. */

#define _GNU_SOURCE /* the calls are Linux's own */
#include "render/worker/hy-worker-sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <fontconfig/fontconfig.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Bytes of address space: a document of HY_WIRE_MAX_DOCUMENT, or what a page takes while it is drawn. */
#define MAX_MEMORY (768u * 1024 * 1024)
/* Seconds of processor for all requests of a document.  One request is held to 5 or 30 s by Hygie's clock; this is for
 * a worker that Hygie lost sight of.  At 50 ms a page it is 12 000 pages drawn, a whole evening of reading. */
#define MAX_CPU_SECONDS 600
/* Descriptors: the socket, a memfd or two, a few fonts at a time. */
#define MAX_FILES 64

/* -- before -- */

/**
 * hy_worker_sandbox_prepare:
 *
 * Reads fontconfig's settings and lists of fonts, for all of the process's life.
 */
void
hy_worker_sandbox_prepare (void)
{
  FcInit ();
}

/* -- limits -- */

static gboolean
limit (int what,
       rlim_t most)
{
  struct rlimit both = { most, most };

  return setrlimit (what, &both) == 0;
}

static gboolean
apply_limits (void)
{
  return limit (RLIMIT_AS, MAX_MEMORY) && limit (RLIMIT_CPU, MAX_CPU_SECONDS) && limit (RLIMIT_FSIZE, 0) && limit (RLIMIT_CORE, 0) &&
         limit (RLIMIT_NOFILE, MAX_FILES) && prctl (PR_SET_DUMPABLE, 0) == 0;
}

/* -- Landlock -- */

#ifndef LANDLOCK_ACCESS_FS_IOCTL_DEV
#define LANDLOCK_ACCESS_FS_IOCTL_DEV (1ULL << 15)
#endif
#ifndef LANDLOCK_ACCESS_NET_BIND_TCP
#define LANDLOCK_ACCESS_NET_BIND_TCP (1ULL << 0)
#define LANDLOCK_ACCESS_NET_CONNECT_TCP (1ULL << 1)
#endif
#ifndef LANDLOCK_SCOPE_SIGNAL
#define LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET (1ULL << 0)
#define LANDLOCK_SCOPE_SIGNAL (1ULL << 1)
#endif

/* As in <linux/landlock.h> since ABI 6; older headers have less of it, and the kernel is told the size. */
typedef struct
{
  guint64 handled_access_fs;
  guint64 handled_access_net;
  guint64 scoped;
} Ruleset;

#define READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)

/* Beside the folders that fontconfig names: its settings, colour profiles, letters of Asian scripts for poppler,
 * and how many processors there are. */
static const char *const READABLE[] = {
  "/etc/fonts",
  "/usr/share/fontconfig",
  "/usr/share/color",
  "/usr/share/poppler",
  "/sys/devices/system/cpu/online",
};

static gboolean
allow_reading (int ruleset,
               const char *path)
{
  struct landlock_path_beneath_attr rule = { .allowed_access = READ };
  int fd = open (path, O_PATH | O_CLOEXEC);
  gboolean allowed;

  /* What is not there need not be read. */
  if (fd < 0)
    return TRUE;
  rule.parent_fd = fd;
  allowed = syscall (SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
  if (!allowed && errno == EINVAL)
    {
      /* A file has no folder to read. */
      rule.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE;
      allowed = syscall (SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
    }
  close (fd);
  return allowed;
}

static gboolean
allow_list (int ruleset,
            FcStrList *paths)
{
  gboolean allowed = TRUE;
  const FcChar8 *path;

  while (paths != NULL && allowed && (path = FcStrListNext (paths)))
    allowed = allow_reading (ruleset, (const char *) path);
  if (paths != NULL)
    FcStrListDone (paths);
  return allowed;
}

/* Returns: the version of the kernel's Landlock that holds now, 0 when it does not */
static guint
apply_landlock (void)
{
  long abi = syscall (SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
  Ruleset rules = { 0 };
  int ruleset;
  gboolean applied;

  if (abi < 1)
    return 0;
  /* Everything that this kernel knows to refuse. */
  rules.handled_access_fs = LANDLOCK_ACCESS_FS_MAKE_SYM * 2 - 1;
  if (abi >= 2)
    rules.handled_access_fs |= LANDLOCK_ACCESS_FS_REFER;
  if (abi >= 3)
    rules.handled_access_fs |= LANDLOCK_ACCESS_FS_TRUNCATE;
  if (abi >= 4)
    rules.handled_access_net = LANDLOCK_ACCESS_NET_BIND_TCP | LANDLOCK_ACCESS_NET_CONNECT_TCP;
  if (abi >= 5)
    rules.handled_access_fs |= LANDLOCK_ACCESS_FS_IOCTL_DEV;
  if (abi >= 6)
    rules.scoped = LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | LANDLOCK_SCOPE_SIGNAL;

  ruleset = (int) syscall (SYS_landlock_create_ruleset, &rules,
                           abi >= 6   ? sizeof rules
                           : abi >= 4 ? offsetof (Ruleset, scoped)
                                      : offsetof (Ruleset, handled_access_net),
                           0);
  if (ruleset < 0)
    return 0;
  applied = allow_list (ruleset, FcConfigGetFontDirs (NULL)) && allow_list (ruleset, FcConfigGetCacheDirs (NULL));
  for (guint i = 0; applied && i < G_N_ELEMENTS (READABLE); i++)
    applied = allow_reading (ruleset, READABLE[i]);
  applied = applied && syscall (SYS_landlock_restrict_self, ruleset, 0) == 0;
  close (ruleset);
  return applied ? (guint) abi : 0;
}

/* -- seccomp -- */

/* O_TMPFILE has the bit of O_DIRECTORY in it, and folders may be read. */
#define TMPFILE_BIT (O_TMPFILE & ~O_DIRECTORY)

/* What decoding takes, seen with strace over the sample documents.  None makes, changes or sends anything, or starts a
 * process or a thread. */
static const char *const ALLOWED[] = {
  /* memory */
  "brk", "munmap", "mremap", "madvise",
  /* reading what is open, and looking at names (Landlock and the namespaces say whose) */
  "read", "readv", "pread64", "lseek", "close", "fstat", "newfstatat", "stat", "lstat", "statx", "fstatfs", "statfs", "access",
  "faccessat", "faccessat2", "getdents64", "readlink", "readlinkat", "getcwd", "fadvise64",
  /* time, chance, and what one is */
  "clock_gettime", "clock_getres", "gettimeofday", "time", "getrandom", "getpid", "gettid", "getuid", "geteuid", "getgid", "getegid",
  "uname", "sysinfo", "sched_getaffinity", "getrusage", "times", "getcpu",
  /* locks, and ends */
  "futex", "sched_yield", "membarrier", "rseq", "set_robust_list", "restart_syscall", "rt_sigaction", "rt_sigprocmask",
  "rt_sigreturn", "sigaltstack", "exit", "exit_group",
  /* the socket's other half is below */
  "poll", "ppoll"
};

/* Each is allowed when its argument is so. */
typedef struct
{
  const char *name;
  struct scmp_arg_cmp is;
} Narrow;

static gboolean
add_narrow (scmp_filter_ctx filter,
            const char *name,
            guint n,
            const struct scmp_arg_cmp *arguments)
{
  int call = seccomp_syscall_resolve_name (name);

  /* A name of another processor. */
  return call < 0 || seccomp_rule_add_array (filter, SCMP_ACT_ALLOW, call, n, arguments) == 0;
}

static gboolean
add_rules (scmp_filter_ctx filter,
           gboolean with_landlock)
{
  const Narrow narrow[] = {
    { "mmap", SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0) },
    { "mprotect", SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0) },
    { "recvmsg", SCMP_A0 (SCMP_CMP_EQ, HY_WIRE_FD) },
    { "sendmsg", SCMP_A0 (SCMP_CMP_EQ, HY_WIRE_FD) },
    /* To where the standard streams lead: nowhere. */
    { "write", SCMP_A0 (SCMP_CMP_LT, HY_WIRE_FD) },
    { "writev", SCMP_A0 (SCMP_CMP_LT, HY_WIRE_FD) },
    { "fcntl", SCMP_A1 (SCMP_CMP_EQ, F_GETFD) },
    { "fcntl", SCMP_A1 (SCMP_CMP_EQ, F_SETFD) },
    { "fcntl", SCMP_A1 (SCMP_CMP_EQ, F_GETFL) },
    { "fcntl", SCMP_A1 (SCMP_CMP_EQ, F_GET_SEALS) },
  };
  const struct scmp_arg_cmp read_only = SCMP_A2 (SCMP_CMP_MASKED_EQ, O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | TMPFILE_BIT, O_RDONLY);
  const struct scmp_arg_cmp asks_only[] = { SCMP_A0 (SCMP_CMP_EQ, 0), SCMP_A2 (SCMP_CMP_EQ, 0) };

  for (guint i = 0; i < G_N_ELEMENTS (ALLOWED); i++)
    if (!add_narrow (filter, ALLOWED[i], 0, NULL))
      return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (narrow); i++)
    if (!add_narrow (filter, narrow[i].name, 1, &narrow[i].is))
      return FALSE;
  if (!add_narrow (filter, "prlimit64", G_N_ELEMENTS (asks_only), asks_only))
    return FALSE;
  /* Is this a terminal?  It is not. */
  if (seccomp_rule_add (filter, SCMP_ACT_ERRNO (ENOTTY), SCMP_SYS (ioctl), 0) != 0)
    return FALSE;
  /* seccomp cannot read a path: Landlock decides where.  Without it nothing is opened, and only the fonts show that the
   * document brings. */
  return with_landlock ? add_narrow (filter, "openat", 1, &read_only)
                       : seccomp_rule_add (filter, SCMP_ACT_ERRNO (EACCES), SCMP_SYS (openat), 0) == 0;
}

static gboolean
apply_seccomp (gboolean with_landlock,
               gboolean strict)
{
  scmp_filter_ctx filter = seccomp_init (strict ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ERRNO (ENOSYS));
  gboolean applied;

  if (filter == NULL)
    return FALSE;
  /* Calls of another processor (32 bit) have other numbers: whoever makes one ends. */
  applied = seccomp_attr_set (filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0 &&
            seccomp_attr_set (filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0 && add_rules (filter, with_landlock) && seccomp_load (filter) == 0;
  seccomp_release (filter);
  return applied;
}

/* -- all -- */

/**
 * hy_worker_sandbox_apply:
 * @layers: those to apply, of the first four; all of them but in tests
 * @strict: a call that is not on the list ends the process, where otherwise it is told that there is no such call.  For
 *   developers: a library that learned a new call is seen at once.
 * @landlock_abi: (out):
 *
 * Returns: those that hold now
 */
guint
hy_worker_sandbox_apply (guint layers,
                         gboolean strict,
                         guint *landlock_abi)
{
  guint held = 0;

  *landlock_abi = 0;
  if ((layers & HY_LAYER_LIMITS) && apply_limits ())
    held |= HY_LAYER_LIMITS;
  if ((layers & HY_LAYER_NO_NEW_PRIVS) && prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
    held |= HY_LAYER_NO_NEW_PRIVS;
  if ((layers & HY_LAYER_LANDLOCK) && (*landlock_abi = apply_landlock ()) != 0)
    held |= HY_LAYER_LANDLOCK;
  if ((layers & HY_LAYER_SECCOMP) && apply_seccomp ((held & HY_LAYER_LANDLOCK) != 0, strict))
    held |= HY_LAYER_SECCOMP;
  return held;
}

/**
 * hy_worker_sandbox_is_enough:
 *
 * The worker's own rule, as Hygie's (hy_render_is_held): without these it takes no document.
 */
gboolean
hy_worker_sandbox_is_enough (guint layers)
{
  return (layers & HY_LAYER_NO_NEW_PRIVS) && (layers & HY_LAYER_SECCOMP) && (layers & HY_LAYER_LIMITS) &&
         (layers & (HY_LAYER_LANDLOCK | HY_LAYER_NAMESPACES));
}
