/* reads: what of a reform the orders of a run have read. An entry that none has read changed nothing, and is told: a
 * misspelt name, a day outside of the run, a good that nobody buys. */
#ifndef READS_H
#define READS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/node.h"
#include "core/rule.h"
#include "sim/scenario.h"

struct book;
struct buf;
struct out_json;

struct reads {
    uint64_t law[RULE_WATCH_WORDS]; /* bits of core/rule.h */
    uint32_t roles[FLOW_MAX];       /* 1 << enum flow_role: a price of the flow was asked, also to weigh the flow */
    uint32_t ports;                 /* 1 << port: something was declared there */
    bool is_inspected;              /* something was looked at */
};

void reads_add(struct reads *reads, const struct reads *more);

/* Entries of reforms and --set that nobody read, as --set would name them: a sentence for a person, without the end of
 * the line (nothing when all were read); a list named "unread". */
void reads_tell(const struct reads *reads, const struct book *book, const struct scenario *scenario, enum lang lang,
                struct buf *out);
void reads_json(const struct reads *reads, const struct book *book, const struct scenario *scenario,
                struct out_json *json);

#endif
