/* csv: RFC 4180 reading with line and column of every cell. UTF-8, an optional BOM, LF or CRLF; a quoted
 * cell may hold line breaks. A row with another number of cells than the header is an error. */
#ifndef CSV_H
#define CSV_H

#include <stddef.h>
#include <stdint.h>

#include "core/text.h"

struct errs;
struct arena;

enum { CSV_COLUMNS_MAX = 160 };

struct csv {
    const char *source;
    const char *bytes;
    size_t length, at;
    uint32_t line, next_line; /* of the row just read, from 1; of the row behind it */
    size_t columns;    /* of the header */
    struct text head[CSV_COLUMNS_MAX];
    struct text cell[CSV_COLUMNS_MAX];    /* of the row just read; unquoted copies live in `arena` */
    size_t row_at;                        /* offset of the row just read */
    size_t cell_at[CSV_COLUMNS_MAX], cell_end[CSV_COLUMNS_MAX]; /* of each cell as written, quotes included */
    struct arena *arena;
};

/* Reads the header. 0, or -1 with errors. `arena` holds unescaped cells until it is reset. */
int csv_open(struct csv *csv, const char *source, const char *bytes, size_t length,
             struct arena *arena, struct errs *errs);
/* 1: a row, 0: end, -1: an error was added (the reader stands at the next row). */
int csv_next(struct csv *csv, struct errs *errs);
/* Index of a column by name, or -1. */
int csv_find(const struct csv *csv, const char *name);
/* As csv_find, but a column that is there under a name near that one, and not one of `names`, is an error. */
int csv_want(const struct csv *csv, const char *name, const char *const *names, size_t count, struct errs *errs);
/* As csv_find, but a missing column is an error that suggests the nearest. */
int csv_need(const struct csv *csv, const char *name, struct errs *errs);
/* Adds an error at a cell of the row just read. */
struct err *csv_fail(const struct csv *csv, size_t column, struct errs *errs, int code,
                     const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif
