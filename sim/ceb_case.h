/* ceb_case: the messages of one order, in time: what platform, payment firm, carrier and broker send to China's
 * customs, and what comes back. An import under a list (bonded, direct mail) has 311 411 511 621, a retail export from
 * China 303 403 505 603; nothing is told of other orders. Times are Beijing's.
 *
 * The documents agree, as those that customs took in the end do: where the world had one come back (record.fault), its
 * receipt says 100 with the reason, and the list is sent once more as a change. */
#ifndef CEB_CASE_H
#define CEB_CASE_H

#include "core/arena.h"
#include "sim/ceb.h"
#include "sim/dossier.h"

struct ceb_item {
    int64_t time;
    const struct ceb_message *message;
    const char *guid, *status;  /* status: what is asked (appType) or answered (returnStatus) */
    const struct ceb_values *transfer; /* of who sends it; NULL: customs does */
    struct ceb_record record;
};

enum { CEB_CASE_ITEMS = 40 };

struct ceb_case {
    struct arena arena;
    uint64_t seed;
    const struct dossier *dossier;
    struct ceb_values all; /* what is the same in every message of the order */
    const struct ceb_values **line;
    const struct ceb_values *sender[DOSSIER_ROLES];
    struct ceb_item item[CEB_CASE_ITEMS]; /* in time */
    unsigned items;
    int64_t arrived_at;         /* under a master bill, so that a stock-in list (711) names it; INT64_MIN: not so */
};

/* Takes the place of the order before. Texts live until then. */
void ceb_case_fill(struct ceb_case *c, uint64_t seed, const struct dossier *dossier);
void ceb_case_finish(struct ceb_case *c);

/* YYYYMMDDhhmmss of Beijing. */
void ceb_case_stamp(int64_t time, char out[15]);

#endif
