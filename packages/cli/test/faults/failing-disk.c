/*
 * A disk that fails, for tests: preloaded (LD_PRELOAD), it counts the file operations below one folder and lets
 * one of them fail, or all from one on. Operations on other paths are passed on uncounted.
 *
 *   FAULT_ROOT   the folder, an absolute path without links
 *   FAULT_AT     which operation fails, from 1; 0 for none
 *   FAULT_ERRNO  with which error; 0: reads and writes transfer half of what was asked, which is no error
 *   FAULT_FITS   letters: the kinds of operations that it can happen to
 *   FAULT_STAYS  1: all operations from there on that it can happen to
 *   FAULT_LOG    a file that receives a line per operation: number, kind, name, path
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

/* Kinds of operations, as FAULT_FITS and the log name them. */
enum { OPEN = 'o', READ = 'r', WRITE = 'w', NAMES = 'n', LOOK = 'l', SYNC = 's', CLOSE = 'c' };
#define MAX_FD 65536

static const char *root;
static size_t root_length;
static long fault_at, done;
static const char *fault_fits;
static int fault_errno, fault_stays, log_fd = -1;
/* Descriptors of files below the folder. */
static unsigned char tracked[MAX_FD];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) ((__typeof__(&name))real(#name))
static void *real(const char *name) {
  void *function = dlsym(RTLD_NEXT, name);
  if (function == NULL) abort();
  return function;
}

__attribute__((constructor)) static void start(void) {
  root = getenv("FAULT_ROOT");
  if (root == NULL) return;
  root_length = strlen(root);
  fault_at = atol(getenv("FAULT_AT") ? getenv("FAULT_AT") : "0");
  fault_errno = atoi(getenv("FAULT_ERRNO") ? getenv("FAULT_ERRNO") : "5");
  fault_fits = getenv("FAULT_FITS") ? getenv("FAULT_FITS") : "";
  fault_stays = getenv("FAULT_STAYS") != NULL && getenv("FAULT_STAYS")[0] == '1';
  const char *log = getenv("FAULT_LOG");
  if (log != NULL) log_fd = REAL(open)(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int is_below(int folder, const char *path) {
  char absolute[2 * PATH_MAX];
  if (root == NULL || path == NULL) return 0;
  if (path[0] != '/') {
    ssize_t size;
    if (folder == AT_FDCWD) {
      size = getcwd(absolute, PATH_MAX) == NULL ? -1 : (ssize_t)strlen(absolute);
    } else {
      char link[64];
      snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
      size = readlink(link, absolute, PATH_MAX);
    }
    if (size < 0) return 0;
    snprintf(absolute + size, sizeof absolute - size, "/%s", path);
    path = absolute;
  }
  return !strncmp(path, root, root_length) && (path[root_length] == '/' || path[root_length] == 0);
}

static int is_tracked(int fd) { return root != NULL && fd >= 0 && fd < MAX_FD && tracked[fd]; }

static int track(int fd, int below) {
  if (fd >= 0 && fd < MAX_FD) tracked[fd] = below;
  return fd;
}

/* Whether this operation is to fail; `what` goes to the log. */
static int fails(int operation, const char *name, const char *path) {
  pthread_mutex_lock(&lock);
  const long number = ++done;
  pthread_mutex_unlock(&lock);
  if (log_fd >= 0) dprintf(log_fd, "%ld %c %s %s\n", number, operation, name, path);
  if (fault_at == 0 || strchr(fault_fits, operation) == NULL) return 0;
  return number == fault_at || (fault_stays && number > fault_at);
}

static int fault(void) {
  errno = fault_errno;
  return -1;
}

static const char *path_of(int fd) {
  static __thread char path[PATH_MAX];
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t size = readlink(link, path, sizeof path - 1);
  path[size < 0 ? 0 : size] = 0;
  return path;
}

static int open_at(int folder, const char *path, int flags, mode_t mode) {
  const int below = is_below(folder, path);
  if (below && fails(OPEN, flags & O_CREAT ? "create" : "open", path)) return fault();
  return track(REAL(openat)(folder, path, flags, mode), below);
}

#define MODE(flags, last) \
  mode_t mode = 0; \
  if ((flags) & (O_CREAT | O_TMPFILE)) { \
    va_list list; \
    va_start(list, last); \
    mode = va_arg(list, mode_t); \
    va_end(list); \
  }

int open(const char *path, int flags, ...) { MODE(flags, flags) return open_at(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags, flags) return open_at(AT_FDCWD, path, flags, mode); }
int openat(int folder, const char *path, int flags, ...) { MODE(flags, flags) return open_at(folder, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...) { MODE(flags, flags) return open_at(folder, path, flags, mode); }

FILE *fopen(const char *path, const char *mode) {
  const int below = is_below(AT_FDCWD, path);
  if (below && fails(OPEN, "fopen", path)) return fault(), NULL;
  FILE *file = REAL(fopen)(path, mode);
  if (file != NULL) track(fileno(file), below);
  return file;
}

/* The kernel has closed it whatever it says. */
int close(int fd) {
  const int failing = is_tracked(fd) && fails(CLOSE, "close", path_of(fd));
  track(fd, 0);
  const int result = (int)REAL(syscall)(SYS_close, fd);
  return failing ? fault() : result;
}

#define TRANSFER(kind, name, call, shorter) \
  if (is_tracked(fd) && fails(kind, name, path_of(fd))) { \
    if (fault_errno != 0) return fault(); \
    if (size > 1) return shorter; \
  } \
  return call;

ssize_t read(int fd, void *bytes, size_t size) {
  TRANSFER(READ, "read", REAL(read)(fd, bytes, size), REAL(read)(fd, bytes, size / 2))
}
ssize_t pread(int fd, void *bytes, size_t size, off_t at) {
  TRANSFER(READ, "pread", REAL(pread)(fd, bytes, size, at), REAL(pread)(fd, bytes, size / 2, at))
}
ssize_t pread64(int fd, void *bytes, size_t size, off64_t at) {
  TRANSFER(READ, "pread", REAL(pread64)(fd, bytes, size, at), REAL(pread64)(fd, bytes, size / 2, at))
}
ssize_t write(int fd, const void *bytes, size_t size) {
  TRANSFER(WRITE, "write", REAL(write)(fd, bytes, size), REAL(write)(fd, bytes, size / 2))
}
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) {
  TRANSFER(WRITE, "pwrite", REAL(pwrite)(fd, bytes, size, at), REAL(pwrite)(fd, bytes, size / 2, at))
}
ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) {
  TRANSFER(WRITE, "pwrite", REAL(pwrite64)(fd, bytes, size, at), REAL(pwrite64)(fd, bytes, size / 2, at))
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
  const size_t size = count > 0 ? parts[0].iov_len : 0;
  TRANSFER(WRITE, "writev", REAL(writev)(fd, parts, count), REAL(write)(fd, parts[0].iov_base, size / 2))
}

#define ON_FD(kind, name, parameters, arguments) \
  int name parameters { \
    if (is_tracked(fd) && fails(kind, #name, path_of(fd))) return fault(); \
    return REAL(name) arguments; \
  }
ON_FD(SYNC, fsync, (int fd), (fd))
ON_FD(SYNC, fdatasync, (int fd), (fd))
ON_FD(WRITE, ftruncate, (int fd, off_t size), (fd, size))
ON_FD(WRITE, ftruncate64, (int fd, off64_t size), (fd, size))
ON_FD(LOOK, fstat, (int fd, struct stat *facts), (fd, facts))
ON_FD(LOOK, fstat64, (int fd, struct stat64 *facts), (fd, facts))

#define ON_PATH(kind, name, parameters, arguments) \
  int name parameters { \
    if (is_below(AT_FDCWD, path) && fails(kind, #name, path)) return fault(); \
    return REAL(name) arguments; \
  }
ON_PATH(NAMES, unlink, (const char *path), (path))
ON_PATH(NAMES, rmdir, (const char *path), (path))
ON_PATH(NAMES, mkdir, (const char *path, mode_t mode), (path, mode))
ON_PATH(NAMES, rename, (const char *path, const char *to), (path, to))
ON_PATH(NAMES, link, (const char *path, const char *to), (path, to))
ON_PATH(NAMES, truncate, (const char *path, off_t size), (path, size))
ON_PATH(NAMES, chmod, (const char *path, mode_t mode), (path, mode))
ON_PATH(LOOK, access, (const char *path, int mode), (path, mode))
ON_PATH(LOOK, stat, (const char *path, struct stat *facts), (path, facts))
ON_PATH(LOOK, lstat, (const char *path, struct stat *facts), (path, facts))
ON_PATH(LOOK, stat64, (const char *path, struct stat64 *facts), (path, facts))
ON_PATH(LOOK, lstat64, (const char *path, struct stat64 *facts), (path, facts))

char *realpath(const char *path, char *result) {
  if (is_below(AT_FDCWD, path) && fails(LOOK, "realpath", path)) return fault(), NULL;
  return REAL(realpath)(path, result);
}
DIR *opendir(const char *path) {
  if (is_below(AT_FDCWD, path) && fails(OPEN, "opendir", path)) return fault(), NULL;
  return REAL(opendir)(path);
}
int scandir64(const char *path, struct dirent64 ***names, int (*filter)(const struct dirent64 *),
              int (*order)(const struct dirent64 **, const struct dirent64 **)) {
  if (is_below(AT_FDCWD, path) && fails(OPEN, "scandir", path)) return fault();
  return REAL(scandir64)(path, names, filter, order);
}
int scandir(const char *path, struct dirent ***names, int (*filter)(const struct dirent *),
            int (*order)(const struct dirent **, const struct dirent **)) {
  if (is_below(AT_FDCWD, path) && fails(OPEN, "scandir", path)) return fault();
  return REAL(scandir)(path, names, filter, order);
}

int statx(int folder, const char *path, int flags, unsigned mask, struct statx *facts) {
  const int below = path[0] != 0 ? is_below(folder, path) : is_tracked(folder);
  if (below && fails(LOOK, "statx", path[0] != 0 ? path : path_of(folder))) return fault();
  return REAL(statx)(folder, path, flags, mask, facts);
}

/* libuv makes some calls by their numbers. */
long syscall(long number, ...) {
  long a[6];
  va_list list;
  va_start(list, number);
  for (int i = 0; i < 6; i++) a[i] = va_arg(list, long);
  va_end(list);
  if (number == SYS_statx) {
    const char *path = (const char *)a[1];
    const int named = path != NULL && path[0] != 0;
    if ((named ? is_below((int)a[0], path) : is_tracked((int)a[0])) &&
        fails(LOOK, "statx", named ? path : path_of((int)a[0])))
      return fault();
  }
  if (number == SYS_close) return close((int)a[0]);
  return REAL(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
