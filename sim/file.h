/* file: reads and replaces whole files, and lists folders. What goes wrong is an error with the name of the file. */
#ifndef FILE_H
#define FILE_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct buf;
struct errs;

/* Appends all bytes of a file, or of standard input when the path is "-". 0, or -1 with an error. */
int file_read(const char *path, struct buf *out, struct errs *errs);
/* All bytes of a file, kept in `arena` with a NUL behind them; NULL with an error. */
const char *file_keep(const char *path, struct arena *arena, size_t *length, struct errs *errs);
/* The bytes of a file where the system keeps them, to be read only; NULL with an error, or of an empty file (length
 * 0). The owner calls file_unmap. */
const void *file_map(const char *path, size_t *length, struct errs *errs);
void file_unmap(const void *bytes, size_t length);
/* Puts a file in the place of another, or of none: all of it is on the disk first. 0, or -1 with an error, and then
 * what was there is as it was. It has the other's permissions; a link to a file stays one; what is no file (a pipe,
 * /dev/null) is written into. */
int file_replace(const char *path, const char *bytes, size_t length, struct errs *errs);
/* Takes away what file_replace had begun in a folder when its program was killed on this machine. */
void file_clear(const char *folder);
/* Makes a folder with its parents, where they are not; *is_new: it was not. 0, or -1 with an error. */
int file_folder(const char *path, bool *is_new, struct errs *errs);
/* Adds bytes at the end of a file, all of them on the disk, or none: what was there before, `length` bytes, stays. A
 * file that is not there begins; only its owner may read it. 0, or -1 with an error. */
int file_append(const char *path, size_t before, const char *bytes, size_t length, struct errs *errs);
/* Paths of all files below a folder whose names end with `end`, sorted by bytes; the list and its texts
 * live in `arena`. A folder that is not there is an error. */
int file_list(const char *folder, const char *end, struct arena *arena, const char ***paths,
              size_t *count, struct errs *errs);

#endif
