/* auditor: a second, plain look at a world. It listens to all that the world tells its sink, keeps its own books of
 * money, goods, orders, parcels and allowances, and at the end sets them against what the world says of itself. Of
 * the world's own sums it uses none; of its state only what is there to be counted. */
#ifndef AUDITOR_H
#define AUDITOR_H

#include "sim/world_int.h"

struct auditor;

struct auditor *auditor_create(const struct scenario *scenario, const struct book *book); /* both borrowed */
void auditor_free(struct auditor *auditor);

/* For world_create; auditor_watch tells whose events they are, before the first. */
struct world_sink auditor_sink(struct auditor *auditor);
void auditor_watch(struct auditor *auditor, const struct world *world);
/* After world_result, whose tally it is; the world must still be there. */
void auditor_close(struct auditor *auditor, const struct tally *tally);
/* What does not hold, a line each, the first few; "" when everything does. */
const char *auditor_complaints(struct auditor *auditor);

#endif
