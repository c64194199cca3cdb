/* out_file: a file that grows by rows, written in big pieces. The first failure is kept, what follows is
 * dropped, and out_file_close tells it; so rows need no check each. Used by one thread at a time. */
#ifndef OUT_FILE_H
#define OUT_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"

struct errs;

struct out_file {
    struct buf buf;   /* rows not yet written; append here, then call out_file_row */
    uint64_t written; /* bytes in the file */
    bool is_open;
    int fd;
    int error;        /* errno of the first failure, 0: none */
    char path[1024];  /* for messages */
};

/* Creates `name` in the folder `dir`, or (keep > 0) opens it and cuts it to `keep` bytes to go on from
 * there. A failure is kept like any other. `shown` is the folder's path, for messages. */
void out_file_open(struct out_file *file, int dir, const char *shown, const char *name, uint64_t keep);

enum { OUT_FILE_PIECE = 1 << 18 };
void out_file_flush(struct out_file *file);
/* A row is complete: writes when enough has come together. */
static inline void out_file_row(struct out_file *file)
{
    if (file->buf.length >= OUT_FILE_PIECE)
        out_file_flush(file);
}

/* Appends all bytes of an open descriptor, from its start. */
void out_file_append(struct out_file *file, int from);
/* Brings all of it to the disk. */
void out_file_sync(struct out_file *file);
/* Writes the rest and closes. 0, or -1 with an error; in any state, also again. */
int out_file_close(struct out_file *file, struct errs *errs);

#endif
