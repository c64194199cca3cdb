/* report_compare: what changes under other law as a document: sentences, who pays more, figures with intervals. */
#ifndef REPORT_COMPARE_H
#define REPORT_COMPARE_H

#include "sim/page.h"

struct compare;

void report_compare(const struct compare *compare, enum page_form form, enum lang lang, struct buf *out);

#endif
