/* report: a run as a document: the nine nodes first, then where the money went, channels, parties, ports. */
#ifndef REPORT_H
#define REPORT_H

#include "sim/page.h"

struct run;

/* As report.html, or as Markdown. `lang`: HTML: what it shows first. */
void report_render(const struct run *run, enum page_form form, enum lang lang, struct buf *out);

#endif
