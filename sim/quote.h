/* quote: what one order owes, or an export earns back, and why: a request in JSON, an answer in JSON or for
 * a person. The command line and the HTTP interface say the same. Interface: docs/quote.md. */
#ifndef QUOTE_H
#define QUOTE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/json.h"
#include "core/node.h"
#include "customs/assess.h"
#include "sim/request.h"

struct allowance;
struct book;
struct buf;
struct errs;

enum quote_view { QUOTE_UNSET_VIEW, QUOTE_JSON, QUOTE_TEXT };

struct quote {
    const struct book *book;
    struct assess assess;
    struct request request; /* the one at hand */
    enum request_kind kind;
    enum quote_view view;
    enum lang lang; /* of the text view */
    bool all_forms; /* the open forms side by side, in place of one answer */
    struct allowance *allowance; /* what buyers have used, carried on; borrowed, NULL: none */
    uint32_t line;  /* of the input where the request starts, for messages; 0: not known */
};

/* One per thread; the book is borrowed. Owner calls quote_finish. */
void quote_init(struct quote *quote, const struct book *book, enum request_kind kind);
/* After the law of its book was replaced. */
void quote_renew(struct quote *quote);
void quote_finish(struct quote *quote);

/* Answers one request; the answer is one line of JSON, or a few lines of text. False when its status is
 * `error`; `errs`, which comes empty, then says all that is wrong, with its place in the input. */
bool quote_answer(struct quote *quote, const struct json *request, struct errs *errs, struct buf *out);
/* The answer to a text that the reader refused: `errs` is what it said. */
void quote_refuse(const struct quote *quote, const struct json *request, struct errs *errs, struct buf *out);

#endif
