/* Fails the FAULT_AT-th call that changes files under FAULT_UNDER, once, with FAULT_ERRNO; at the end appends to FAULT_COUNT how
   many such calls there were. Loaded before the C library, by LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long calls;

static int under(const char *path) {
    const char *root = getenv("FAULT_UNDER");
    return root && path && strncmp(path, root, strlen(root)) == 0;
}

static int fails(void) {
    const char *at = getenv("FAULT_AT"), *number = getenv("FAULT_ERRNO");
    long call = atomic_fetch_add(&calls, 1) + 1;
    if (!at || !number || call != atol(at)) return 0;
    errno = atoi(number);
    return 1;
}

static int path_fails(const char *path) { return under(path) && fails(); }

static int file_fails(int fd) {
    char link[64], path[PATH_MAX];
    int kept = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    errno = kept;
    if (length < 0) return 0;
    path[length] = 0;
    return path_fails(path);
}

__attribute__((destructor)) static void tell(void) {
    const char *path = getenv("FAULT_COUNT");
    FILE *out = path ? fopen(path, "a") : NULL;
    if (out) {
        fprintf(out, "%ld\n", atomic_load(&calls));
        fclose(out);
    }
}

#define OF_FILE(type, name, declared, types, given) \
    type name declared { return file_fails(fd) ? -1 : ((type(*) types)dlsym(RTLD_NEXT, #name)) given; }
#define OF_PATH(name, declared, types, given) \
    int name declared { return path_fails(path) ? -1 : ((int(*) types)dlsym(RTLD_NEXT, #name)) given; }

OF_FILE(ssize_t, write, (int fd, const void *b, size_t n), (int, const void *, size_t), (fd, b, n))
OF_FILE(ssize_t, pwrite, (int fd, const void *b, size_t n, off_t o), (int, const void *, size_t, off_t), (fd, b, n, o))
OF_FILE(ssize_t, pwrite64, (int fd, const void *b, size_t n, off64_t o), (int, const void *, size_t, off64_t), (fd, b, n, o))
OF_FILE(ssize_t, writev, (int fd, const struct iovec *v, int n), (int, const struct iovec *, int), (fd, v, n))
OF_FILE(int, fsync, (int fd), (int), (fd))
OF_FILE(int, fdatasync, (int fd), (int), (fd))
OF_FILE(int, ftruncate, (int fd, off_t n), (int, off_t), (fd, n))
OF_FILE(int, ftruncate64, (int fd, off64_t n), (int, off64_t), (fd, n))
OF_FILE(int, sync_file_range, (int fd, off64_t o, off64_t n, unsigned f), (int, off64_t, off64_t, unsigned), (fd, o, n, f))
OF_PATH(mkdir, (const char *path, mode_t m), (const char *, mode_t), (path, m))
OF_PATH(unlink, (const char *path), (const char *), (path))
OF_PATH(rename, (const char *path, const char *to), (const char *, const char *), (path, to))

static int opened(const char *name, const char *path, int flags, mode_t mode) {
    if ((flags & (O_CREAT | O_TRUNC)) && path_fails(path)) return -1;
    return ((int (*)(const char *, int, mode_t))dlsym(RTLD_NEXT, name))(path, flags, mode);
}
#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        va_list more; \
        va_start(more, flags); \
        mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(more, mode_t) : 0; \
        va_end(more); \
        return opened(#name, path, flags, mode); \
    }
OPEN(open)
OPEN(open64)
