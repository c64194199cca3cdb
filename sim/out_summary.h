/* out_summary: summary.json, everything that a run adds up to. Its fields are those of docs/run.md. */
#ifndef OUT_SUMMARY_H
#define OUT_SUMMARY_H

struct buf;
struct out_json;
struct run;

void out_summary(const struct run *run, struct buf *out);
/* The same as a member of another document, without `timing`: the same bytes from every run. */
void out_summary_member(const struct run *run, struct out_json *json, const char *name);

#endif
