/* report_sweep: what the axes of a sweep do as a document, from sweep.json. */
#ifndef REPORT_SWEEP_H
#define REPORT_SWEEP_H

#include <stddef.h>

#include "sim/page.h"

struct book;

/* `bytes`: as sweep.json holds them; anything else is our mistake. */
void report_sweep(const struct book *book, const char *bytes, size_t length, enum page_form form, enum lang lang,
                  struct buf *out);

#endif
