/* out_sqlite: the format "sqlite" of a data set: one file, dataset.sqlite, with a table a table, foreign keys, indexes, and
 * views for the questions of a course. Amounts are REAL, times are ISO 8601 texts in UTC.
 *
 * A block is one transaction, and the file's user_version is the last block in it: a kill between a block and its
 * checkpoint leaves a block that is recognised and not written twice. */
#ifndef OUT_SQLITE_H
#define OUT_SQLITE_H

#include "sim/generate.h"

extern const struct generate_format out_sqlite_format;

#endif
