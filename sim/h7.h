/* h7: the EU's customs declaration of a parcel of low value as JSON by the numbers of its data elements, as sim/out_h7
 * writes it: what it must hold, and the question that it is to the law. */
#ifndef H7_H
#define H7_H

#include <stdbool.h>
#include <stdint.h>

#include "core/json.h"

struct buf;
struct errs;

/* What it says; the texts are the document's. */
struct h7 {
    const char *lrn, *declarant, *document; /* H 12 09; H 13 05 017; GS 12 05 001 */
    const char *office;                     /* H 17 02 001; its first two letters are the member state */
    const char *from;                       /* GS 13 01 018 020 */
    const char *scheme;                     /* of a quote: "ioss", "special_arrangements", "" */
    int64_t time_ms;                        /* when, -1: not said */
};

/* 0, or -1 with what is wrong and where. */
int h7_read(const struct json *json, struct h7 *h7, struct errs *errs);
/* The request (docs/quote.md) that asks the law of the member state: sold and declared on that day, by that scheme. */
void h7_ask(const struct json *json, const struct h7 *h7, int32_t day, const char *scheme, struct buf *request);

#endif
