/* unpack: files out of an archive (zip, tar, tar.gz, tar.xz) that is in memory: plain files with harmless names, within
 * bounds. */
#ifndef UNPACK_H
#define UNPACK_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"

struct errs;

enum { UNPACK_FILES_MAX = 1000, UNPACK_BYTES_MAX = 64 << 20 };

struct unpack_file {
    const char *path, *bytes; /* NUL behind the bytes */
    size_t length;
};

struct unpack {
    struct arena arena; /* holds all of it; the owner finishes it */
    struct unpack_file file[UNPACK_FILES_MAX];
    size_t files, bytes;
};

bool unpack_is_archive(const char *bytes, size_t length);
/* 0, or -1 with an error: damaged, too much, a name that leads elsewhere, something else than files and folders. */
int unpack_read(struct unpack *unpack, const char *source, const char *bytes, size_t length, struct errs *errs);

#endif
