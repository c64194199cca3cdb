/* report_curve: what a unit costs by every way as a document, from the JSON that `curve` writes. */
#ifndef REPORT_CURVE_H
#define REPORT_CURVE_H

#include <stddef.h>

#include "sim/page.h"

struct book;

/* `bytes`: as `curve --json` writes them; anything else is our mistake. */
void report_curve(const struct book *book, const char *bytes, size_t length, enum page_form form, enum lang lang,
                  struct buf *out);

#endif
