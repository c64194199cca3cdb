/* file: whole files in, folders listed in one order everywhere. */
#include "sim/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"

enum { CHUNK = 65536, DEPTH_MAX = 16 };

static int fail_with(enum err_code code, struct errs *errs, const char *path, const char *what)
{
    struct err *err = errs_add(errs, code, "%s: %s", what, strerror(errno));
    snprintf(err->source, sizeof err->source, "%s", path);
    return -1;
}

static int fail(struct errs *errs, const char *path, const char *what)
{
    return fail_with(errno == ENOENT || errno == ENOTDIR ? ERR_NO_INPUT : ERR_IO, errs, path, what);
}

int file_read(const char *path, struct buf *out, struct errs *errs)
{
    bool is_input = strcmp(path, "-") == 0;
    int fd = is_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = 1;
    if (fd < 0)
        return fail(errs, path, "cannot open");
    while (got != 0) {
        got = read(fd, buf_room(out, CHUNK), CHUNK);
        if (got > 0)
            out->length += (size_t)got;
        else if (got < 0 && errno != EINTR)
            break;
    }
    if (got < 0)
        fail(errs, path, "cannot read");
    if (!is_input)
        close(fd);
    return got < 0 ? -1 : 0;
}

const char *file_keep(const char *path, struct arena *arena, size_t *length, struct errs *errs)
{
    struct buf bytes = {0};
    const char *kept = NULL;
    if (file_read(path, &bytes, errs) == 0)
        kept = arena_copy(arena, buf_text(&bytes), bytes.length);
    *length = bytes.length;
    buf_finish(&bytes);
    return kept;
}

const void *file_map(const char *path, size_t *length, struct errs *errs)
{
    struct stat about;
    void *bytes = MAP_FAILED;
    *length = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool is_there = fd >= 0 && fstat(fd, &about) == 0;
    if (is_there && about.st_size > 0)
        bytes = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    if (!is_there || (about.st_size > 0 && bytes == MAP_FAILED))
        fail(errs, path, "cannot open");
    if (fd >= 0)
        close(fd);
    if (bytes == MAP_FAILED)
        return NULL;
    *length = (size_t)about.st_size;
    return bytes;
}

void file_unmap(const void *bytes, size_t length)
{
    if (length)
        munmap((void *)(uintptr_t)bytes, length);
}

static bool write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t put = write(fd, bytes, length);
        if (put < 0 && errno != EINTR)
            return false;
        bytes += put > 0 ? put : 0;
        length -= put > 0 ? (size_t)put : 0;
    }
    return true;
}

/* The entry of a file is on the disk when its folder is; where no folder can be synced, in the system's own time. */
static void sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    struct buf folder = {0};
    buf_add(&folder, slash ? path : ".", slash ? (size_t)(slash - path) + 1 : 1);
    int fd = open(buf_text(&folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    buf_finish(&folder);
}

/* What the file of one process of one machine is called until it is whole: NAME.HOST.PID.new. */
static const char *fresh_name(const char *path, struct buf *out)
{
    char host[65] = "";
    gethostname(host, sizeof host - 1);
    buf_printf(out, "%s.%s.%ld.new", path, host, (long)getpid());
    return buf_text(out);
}

/* A file of ours alone, whoever else may write in the folder: what lies there under its name is not written into. */
static bool write_fresh(const char *name, mode_t mode, const char *bytes, size_t length)
{
    unlink(name);
    int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return false;
    bool is_sound = (mode == 0 || fchmod(fd, mode & 0777) == 0) && write_all(fd, bytes, length) && fsync(fd) == 0;
    return close(fd) == 0 && is_sound;
}

static bool swap(const char *path, mode_t mode, const char *bytes, size_t length)
{
    struct buf fresh = {0};
    const char *name = fresh_name(path, &fresh);
    bool is_sound = write_fresh(name, mode, bytes, length) && rename(name, path) == 0;
    int why = errno;
    if (is_sound)
        sync_folder(path);
    else
        unlink(name);
    errno = why;
    buf_finish(&fresh);
    return is_sound;
}

/* A device or a pipe cannot be replaced by a file: it would be gone. */
static bool pour(const char *path, const char *bytes, size_t length)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool is_sound = fd >= 0 && write_all(fd, bytes, length);
    return fd >= 0 && close(fd) == 0 && is_sound;
}

int file_replace(const char *path, const char *bytes, size_t length, struct errs *errs)
{
    struct stat about;
    bool is_there = stat(path, &about) == 0, is_plain = !is_there || S_ISREG(about.st_mode);
    char end[PATH_MAX];
    bool is_led = is_there && is_plain && realpath(path, end); /* a link stays one */
    bool is_sound = is_plain ? swap(is_led ? end : path, is_there ? about.st_mode : 0, bytes, length)
                             : pour(path, bytes, length);
    if (!is_sound) {
        struct err *err = errs_add(errs, ERR_IO, "cannot write: %s", strerror(errno));
        snprintf(err->source, sizeof err->source, "%s", path);
    }
    return is_sound ? 0 : -1;
}

int file_append(const char *path, size_t before, const char *bytes, size_t length, struct errs *errs)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    bool is_sound = fd >= 0 && ftruncate(fd, (off_t)before) == 0 && lseek(fd, 0, SEEK_END) == (off_t)before &&
                    write_all(fd, bytes, length) && fsync(fd) == 0;
    if (!is_sound)
        fail(errs, path, "cannot write");
    if (!is_sound && fd >= 0 && ftruncate(fd, (off_t)before) != 0)
        fail(errs, path, "cannot take back what was written");
    if (fd >= 0)
        close(fd);
    if (is_sound && before == 0)
        sync_folder(path);
    return is_sound ? 0 : -1;
}

/* Is it the unfinished file of a process of this machine that is no more? */
static bool is_stale(const char *name)
{
    char host[65] = "";
    const char *end = strrchr(name, '.'), *pid = end ? memrchr(name, '.', (size_t)(end - name)) : NULL;
    gethostname(host, sizeof host - 1);
    size_t length = strlen(host);
    if (!pid || strcmp(end, ".new") != 0 || (size_t)(pid - name) <= length || pid[-1 - (ptrdiff_t)length] != '.' ||
        memcmp(pid - length, host, length) != 0)
        return false;
    long number = strtol(pid + 1, NULL, 10);
    return number > 0 && kill((pid_t)number, 0) != 0 && errno == ESRCH;
}

void file_clear(const char *folder)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    while (dir && (entry = readdir(dir)) != NULL)
        if (is_stale(entry->d_name))
            unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        closedir(dir);
}

int file_folder(const char *path, bool *is_new, struct errs *errs)
{
    struct buf copy = {0};
    size_t length = strlen(path);
    buf_puts(&copy, path);
    buf_text(&copy);
    char *part = copy.data;
    int result = 0;
    for (size_t i = 1; i <= length && result == 0; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        part[i] = '\0';
        *is_new = mkdir(part, 0777) == 0;
        if (!*is_new && errno != EEXIST)
            result = fail_with(ERR_IO, errs, part, "cannot make the folder");
        part[i] = path[i];
    }
    buf_finish(&copy);
    return result;
}

struct lister {
    struct arena *arena;
    const char *end;
    const char **path;
    size_t count, room;
    struct errs *errs;
};

static void add_path(struct lister *lister, const char *path)
{
    size_t length = strlen(path), end = strlen(lister->end);
    if (length < end || strcmp(path + length - end, lister->end) != 0)
        return;
    if (lister->count == lister->room) {
        size_t room = lister->room ? lister->room * 2 : 32;
        const char **grown = arena_array(lister->arena, const char *, room);
        if (lister->count)
            memcpy(grown, lister->path, lister->count * sizeof *grown);
        lister->path = grown;
        lister->room = room;
    }
    lister->path[lister->count++] = path;
}

static int list_below(struct lister *lister, const char *folder, int depth)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    int result = 0;
    if (!dir)
        return fail(lister->errs, folder, "cannot open the folder");
    while (result == 0 && (entry = readdir(dir)) != NULL) {
        struct stat about;
        if (entry->d_name[0] == '.')
            continue;
        size_t room = strlen(folder) + strlen(entry->d_name) + 2;
        char *path = arena_take(lister->arena, room);
        snprintf(path, room, "%s/%s", folder, entry->d_name);
        if (stat(path, &about) != 0 && errno == ENOENT && lstat(path, &about) != 0)
            continue; /* taken away, or renamed, since it was listed */
        if (stat(path, &about) != 0)
            result = fail(lister->errs, path, "cannot read");
        else if (S_ISDIR(about.st_mode) && depth < DEPTH_MAX)
            result = list_below(lister, path, depth + 1);
        else if (S_ISREG(about.st_mode))
            add_path(lister, path);
    }
    closedir(dir);
    return result;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int file_list(const char *folder, const char *end, struct arena *arena, const char ***paths,
              size_t *count, struct errs *errs)
{
    struct lister lister = {.arena = arena, .end = end, .errs = errs};
    int result = list_below(&lister, folder, 0);
    if (lister.count)
        qsort(lister.path, lister.count, sizeof *lister.path, by_bytes);
    *paths = lister.path;
    *count = lister.count;
    return result;
}
