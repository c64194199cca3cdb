/* out_compare: a comparison as JSON (docs/compare.md). */
#ifndef OUT_COMPARE_H
#define OUT_COMPARE_H

struct buf;
struct compare;

void out_compare(const struct compare *compare, struct buf *out);

#endif
