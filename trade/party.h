/* party: who pays and who is paid, in one list for every run (catalog/parties.csv). Ids are row numbers
 * from 1 and are the parties of the ledger. */
#ifndef PARTY_H
#define PARTY_H

#include <stddef.h>
#include <stdint.h>

#include "core/ledger.h"
#include "core/text.h"

struct errs;
struct arena;

struct party {
    const char *id, *name_en, *name_zh;
    uint8_t side;     /* enum side */
    bool treasury;
    uint16_t place;   /* packed country or union ("EU") of a treasury, 0: anywhere */
};

struct parties {
    struct party *party; /* [1 … count] */
    uint16_t count;
    struct names names;  /* id -> number */
};

/* columns id,side,treasury,place,name_en,name_zh */
int parties_load(struct parties *parties, const char *source, const char *bytes, size_t length,
                 struct arena *arena, struct errs *errs);
uint16_t parties_find(const struct parties *parties, const char *id, size_t length); /* 0: unknown */
/* The treasury of a place, 0 when it has none. */
uint16_t parties_treasury(const struct parties *parties, uint16_t place);

#endif
