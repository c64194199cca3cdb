/* report: report.html, a run as one page without scripts or network: the nine nodes first, then tables. Both
 * languages are in the file; light or dark as the reader's system is. */
#ifndef REPORT_H
#define REPORT_H

#include "core/node.h"

struct buf;
struct run;

/* `lang`: what the page shows first. */
void report_render(const struct run *run, enum lang lang, struct buf *out);

#endif
