/* sandbox: a customs that other people's systems can talk to: takes China's e-commerce messages, holds them against the
 * schema's tables, sets the documents of an order beside each other, asks the rule engine, and answers with receipts,
 * tax bills and what is left of a buyer's allowance. Everything it knows is in its file; nothing is sent anywhere.
 *
 * A message is taken whole or not at all, and kept by sandbox_commit, which keeps all that was taken since the last.
 * Receipts are written when what causes them is taken, and told when they are due: they get the next number, by which
 * those who ask go on. What is asked knows only what was told. Times are milliseconds UTC since 1970 of the caller's
 * clock, which does not go back. */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct book;
struct buf;
struct errs;
struct sandbox;

/* How it behaves; chances are drawn from the seed and the guid of what was sent, so that they repeat. */
struct sandbox_script {
    uint64_t seed;
    uint32_t reject_ppm;    /* sent back (100) without any reason of the law */
    uint32_t manual_ppm;    /* looked at by a person (300) first, which takes five times as long */
    uint32_t duplicate_ppm; /* receipts that come twice */
    int64_t delay_ms;       /* from one step of customs to the next */
};

/* Opens or makes the file; the book has the law and outlives it. NULL with an error. */
struct sandbox *sandbox_open(const char *path, const struct book *book, const struct sandbox_script *script,
                             struct errs *errs);
void sandbox_close(struct sandbox *sandbox);

enum sandbox_verdict {
    SANDBOX_UNSET,
    SANDBOX_TAKEN,   /* `out` has the port's receipts, one for each record, as a message of their kind */
    SANDBOX_REFUSED, /* `out` has a CEB900 that says why; nothing is kept but the count */
};
/* One message, as its bytes came. */
enum sandbox_verdict sandbox_take(struct sandbox *sandbox, const char *bytes, size_t length, int64_t now_ms,
                                  struct buf *out);
/* The same for EU declarations (H7) as JSON, one after the other: `out` has a receipt of each, or what is wrong. */
enum sandbox_verdict sandbox_take_h7(struct sandbox *sandbox, const char *bytes, size_t length, int64_t now_ms,
                                     struct buf *out);
/* Tells what is due until now. */
void sandbox_tell(struct sandbox *sandbox, int64_t now_ms);
/* When there is something to tell next; INT64_MAX: never. May be too early. */
int64_t sandbox_next(const struct sandbox *sandbox);
/* 0: what was taken and told is on the disk; -1 with an error: nothing of it is. */
int sandbox_commit(struct sandbox *sandbox, struct errs *errs);

/* The time up to which it has told, 0 in a new file; it is kept with each commit, and by this without a message. */
int64_t sandbox_now(const struct sandbox *sandbox);
void sandbox_set_clock(struct sandbox *sandbox, int64_t now_ms);

/* ---- what is known, as JSON ---- */

/* Receipts that were told, behind a cursor ("" from the start): {"next": cursor, "receipts": [{"seq", "message",
 * "order_no", "status", "due", "xml" or, of an H7, "json"}]}. False: that is no cursor. */
bool sandbox_receipts(struct sandbox *sandbox, const char *cursor, unsigned most, struct buf *json);
/* An order, with its list and the receipts of its steps. False: none of that number. */
bool sandbox_order(struct sandbox *sandbox, const char *order_no, struct buf *json);
/* An EU declaration, by its LRN. */
bool sandbox_declaration(struct sandbox *sandbox, const char *lrn, struct buf *json);
/* What a person has used of the allowance of a year. */
void sandbox_allowance(struct sandbox *sandbox, const char *buyer, int32_t year, struct buf *json);
/* Messages and records taken and refused, and why. */
void sandbox_counts(struct sandbox *sandbox, struct buf *json);

#endif
