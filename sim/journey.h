/* journey: one order of a scenario's flow on a day, with nothing left to chance: what it costs at the nine nodes, its
 * steps, its documents field by field, and what the law said. For the page on which one explores. */
#ifndef JOURNEY_H
#define JOURNEY_H

#include <stdint.h>

#include "core/json.h"

struct book;
struct buf;
struct errs;
struct scenario;

struct journey {
    const char *flow, *sku;
    uint32_t units;
    const char *price; /* of a unit, sale currency, a decimal; NULL: the scenario's */
    int32_t day;
};

/* The merge patch that leaves of a scenario what the order needs: one flow, one good, one order, no bad luck. False
 * with an error when the scenario has no such flow, or the flow no such good. */
bool journey_patch(const struct journey *journey, const struct json *scenario, struct buf *out, struct errs *errs);
/* Sends the order through the patched scenario and tells of it as JSON. 0, or -1 with errors. */
int journey_tell(const struct scenario *scenario, const struct book *book, uint64_t seed, struct buf *out,
                 struct errs *errs);

/* Every flow of a built-in scenario that can be explored, as a JSON list with goods and prices. */
void journey_routes(const struct book *book, struct buf *out);

#endif
