/* fact: names of forms, transports and incoterms. */
#include "core/fact.h"

#include <string.h>

#include "core/check.h"

static const char *const forms[FORM_COUNT] = {
    "", "retail", "parcel", "general", "domestic", "trader", "manufacturer", "exempt"};
static const char *const transports[TRANSPORT_COUNT] = {
    "", "post", "express", "air", "sea", "rail", "road", "bonded"};
static const char *const incoterms[INCOTERM_COUNT] = {"", "DDP", "DAP"};

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
    return forms[form];
}

enum form form_find(const char *id)
{
    return (enum form)find(forms, FORM_COUNT, id);
}

const char *transport_id(enum transport transport)
{
    check(transport < TRANSPORT_COUNT);
    return transports[transport];
}

enum transport transport_find(const char *id)
{
    return (enum transport)find(transports, TRANSPORT_COUNT, id);
}

const char *incoterm_id(enum incoterm incoterm)
{
    check(incoterm < INCOTERM_COUNT);
    return incoterms[incoterm];
}

enum incoterm incoterm_find(const char *id)
{
    return (enum incoterm)find(incoterms, INCOTERM_COUNT, id);
}
