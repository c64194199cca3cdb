/* out_file: rows to a descriptor, in big pieces, with the first failure kept. */
#include "sim/out_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/err.h"

void out_file_open(struct out_file *file, int dir, const char *shown, const char *name, uint64_t keep)
{
    *file = (struct out_file){.fd = -1, .is_open = true};
    snprintf(file->path, sizeof file->path, "%s/%s", shown, name);
    int flags = O_WRONLY | O_CLOEXEC | (keep ? 0 : O_CREAT | O_TRUNC);
    file->fd = openat(dir, name, flags, 0666);
    if (file->fd < 0 || (keep && (ftruncate(file->fd, (off_t)keep) != 0 ||
                                  lseek(file->fd, (off_t)keep, SEEK_SET) < 0)))
        file->error = errno;
    file->written = keep;
}

static void put(struct out_file *file, const char *bytes, size_t length)
{
    size_t at = 0;
    while (at < length && !file->error) {
        ssize_t done = write(file->fd, bytes + at, length - at);
        if (done >= 0)
            at += (size_t)done;
        else if (errno != EINTR)
            file->error = errno;
    }
    file->written += at;
}

void out_file_flush(struct out_file *file)
{
    put(file, file->buf.data, file->buf.length);
    buf_clear(&file->buf);
}

void out_file_append(struct out_file *file, int from)
{
    out_file_flush(file);
    if (lseek(from, 0, SEEK_SET) < 0 && !file->error)
        file->error = errno;
    while (!file->error) {
        ssize_t got = read(from, buf_room(&file->buf, OUT_FILE_PIECE), OUT_FILE_PIECE);
        if (got == 0)
            return;
        if (got < 0 && errno != EINTR)
            file->error = errno;
        if (got > 0)
            put(file, file->buf.data, (size_t)got);
    }
}

void out_file_sync(struct out_file *file)
{
    out_file_flush(file);
    if (!file->error && fsync(file->fd) != 0)
        file->error = errno;
}

int out_file_close(struct out_file *file, struct errs *errs)
{
    if (!file->is_open)
        return 0;
    out_file_flush(file);
    if (file->fd >= 0 && close(file->fd) != 0 && !file->error)
        file->error = errno;
    file->is_open = false;
    buf_finish(&file->buf);
    if (!file->error)
        return 0;
    struct err *err = errs_unwritten(errs, file->path, strerror(file->error));
    if (file->error == ENOSPC)
        err_help(err, "the disk is full; nothing half written was left behind");
    return -1;
}
