/* request: what is asked of the law, as JSON (docs/quote.md), read into an order for customs/assess. */
#ifndef REQUEST_H
#define REQUEST_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/json.h"
#include "customs/assess.h"

struct book;
struct errs;

enum request_kind { REQUEST_UNSET, REQUEST_ORDER, REQUEST_DRAWBACK };

struct request {
    struct arena arena; /* holds what the order points to */
    struct assess_order order;
    const char *buyer; /* who it is, NULL: not said */
    bool has_used;     /* the request says what the buyer has used of the allowance */
    char customs[4];   /* district where an export is declared, "" when it is not said */
};

/* The order as a mode of supervision sees it: the law of the country that it leaves. */
struct assess_order request_mode(const struct request *request, enum form form);

/* False when errors were added, each at its place. A zeroed request is ready, and may be read into again; the owner
 * calls request_finish in the end. */
bool request_read(struct request *request, enum request_kind kind, const struct book *book,
                  const struct json *json, struct errs *errs);
void request_finish(struct request *request);

/* The schemes of a list as flags (1 << enum order_flag); an unknown one is an error. `list` may be NULL. */
uint32_t request_schemes(const struct json *json, const cJSON *list, struct errs *errs);

/* What a request may hold, for `tradeloom schema`. */
const struct json_field *request_fields(enum request_kind kind);

#endif
