/* fact: names of forms, transports and incoterms. */
#include "core/fact.h"

#include <string.h>

#include "core/check.h"

const char *const form_ids[FORM_COUNT + 1] = {
    "",     "retail", "parcel", "general", "domestic", "trader", "manufacturer", "exempt",
    "1210", "9610",   "9710",   "9810",    "1039",     "0110",   NULL};
const char *const transport_ids[TRANSPORT_COUNT + 1] = {"",     "post", "express", "air", "sea",
                                                        "rail", "road", "bonded",  NULL};
const char *const incoterm_ids[INCOTERM_COUNT + 1] = {"", "DDP", "DAP", NULL};

/* Index of a name from 1, 0 when unknown. */
static unsigned find(const char *const *names, unsigned count, const char *id)
{
    for (unsigned i = 1; i < count; i++)
        if (strcmp(names[i], id) == 0)
            return i;
    return 0;
}

const char *form_id(enum form form)
{
    check(form < FORM_COUNT);
    return form_ids[form];
}

bool form_is_mode(enum form form)
{
    return form >= FORM_1210 && form < FORM_COUNT;
}

enum form form_find(const char *id)
{
    return (enum form)find(form_ids, FORM_COUNT, id);
}

const char *transport_id(enum transport transport)
{
    check(transport < TRANSPORT_COUNT);
    return transport_ids[transport];
}

enum transport transport_find(const char *id)
{
    return (enum transport)find(transport_ids, TRANSPORT_COUNT, id);
}

const char *incoterm_id(enum incoterm incoterm)
{
    check(incoterm < INCOTERM_COUNT);
    return incoterm_ids[incoterm];
}

enum incoterm incoterm_find(const char *id)
{
    return (enum incoterm)find(incoterm_ids, INCOTERM_COUNT, id);
}
