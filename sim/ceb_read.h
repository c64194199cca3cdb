/* ceb_read: reads one message of customs' e-commerce and holds it against its table: names, order, number, lengths,
 * numbers, times, lists of values. It trusts nothing: no network, no document type, no entities but XML's own five,
 * UTF-8 only, and not more than CEB_READ_MOST bytes. */
#ifndef CEB_READ_H
#define CEB_READ_H

#include "sim/ceb.h"

struct arena;
struct errs;

enum { CEB_READ_MOST = 16 << 20 };

/* 0, or -1 with errors (line, column, path of the element). What was read lives in `arena`; a document with errors
 * holds what was understood, its message NULL when not even that. `source` names the bytes in messages. */
int ceb_read(const char *source, const char *bytes, size_t length, struct arena *arena, struct ceb_document *document,
             struct errs *errs);

#endif
