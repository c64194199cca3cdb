/* lookup: what a shop's own words mean to customs: countries by their names, goods by words of their description. */
#ifndef LOOKUP_H
#define LOOKUP_H

#include <stddef.h>
#include <stdint.h>

#include "core/text.h"

struct arena;
struct errs;

/* What is known of goods whose description holds the keyword. */
struct lookup_good {
    const char *keyword;
    char hs[12];                            /* six digits or more, the same for every place */
    int64_t net_g, gross_g, volume_cm3;     /* of one sales unit */
    int64_t cost_ppm;                       /* purchase cost without tax, share of the sales price */
};

struct lookup {
    struct arena *arena;
    struct names country; /* names as compared -> index of code */
    uint16_t *code;
    struct lookup_good *good; /* longest keyword first */
    uint32_t goods;
};

/* columns name,code; an empty code is a name that is no single country. 0, or -1 with errors; the bytes need not
 * outlive the lookup. */
int lookup_load_countries(struct lookup *lookup, const char *source, const char *bytes, size_t length,
                          struct errs *errs);
/* columns keyword,hs,name,net_g,gross_g,volume_cm3,cost_share,confidence */
int lookup_load_goods(struct lookup *lookup, const char *source, const char *bytes, size_t length,
                      struct errs *errs);

/* Words are compared without regard to case and to what stands between them. 0: not a country. A code of two
 * capital letters is a country. */
uint16_t lookup_country(const struct lookup *lookup, struct text name);
/* The good with the longest keyword whose words stand in the description in a row, the last also with a plural S;
 * of equally long ones the first of the table. NULL when there is none. */
const struct lookup_good *lookup_good(const struct lookup *lookup, struct text description);

#endif
