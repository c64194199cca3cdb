/* sweep_sqlite: the merged tables of a sweep as one SQLite file, for those who would rather ask than read. */
#ifndef SWEEP_SQLITE_H
#define SWEEP_SQLITE_H

#include <stddef.h>

struct errs;

/* A table out of CSV whose first row names its columns; cells that are numbers become numbers, empty ones NULL. */
struct sweep_sqlite_table {
    const char *name, *csv;
    size_t length;
};

/* Writes a file of these tables in the place of another, or of none. 0, or -1 with an error. */
int sweep_sqlite_write(const char *path, const struct sweep_sqlite_table *table, size_t tables, struct errs *errs);

#endif
