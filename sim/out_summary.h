/* out_summary: summary.json, everything that a run adds up to. Its fields are those of docs/run.md. */
#ifndef OUT_SUMMARY_H
#define OUT_SUMMARY_H

struct buf;
struct run;

void out_summary(const struct run *run, struct buf *out);

#endif
