/* party: reads the list of parties. */
#include "trade/party.h"

#include <string.h>

#include "core/arena.h"
#include "core/check.h"
#include "core/csv.h"
#include "core/err.h"

enum cell { ID, SIDE, TREASURY, PLACE, NAME_EN, NAME_ZH, COLUMNS };
static const char *const cell_name[COLUMNS] = {"id",    "side",    "treasury",
                                                 "place", "name_en", "name_zh"};
static const char *const side_name[] = {"", "buyer", "holder", "outside"};

static uint8_t side_find(struct text text)
{
    for (uint8_t side = SIDE_BUYER; side <= SIDE_OUTSIDE; side++)
        if (text_is(text, side_name[side]))
            return side;
    return SIDE_UNSET;
}

static void row_parse(const struct csv *csv, const int *at, struct arena *arena,
                      struct party *party, struct errs *errs)
{
    struct text place = csv->cell[at[PLACE]], side = csv->cell[at[SIDE]];
    *party = (struct party){
        .id = arena_copy(arena, csv->cell[at[ID]].ptr, csv->cell[at[ID]].len),
        .name_en = arena_copy(arena, csv->cell[at[NAME_EN]].ptr, csv->cell[at[NAME_EN]].len),
        .name_zh = arena_copy(arena, csv->cell[at[NAME_ZH]].ptr, csv->cell[at[NAME_ZH]].len),
        .side = side_find(side),
        .treasury = text_is(csv->cell[at[TREASURY]], "yes"),
        .place = text_country(place.ptr, place.len)};
    if (!party->side)
        err_suggest(csv_fail(csv, (size_t)at[SIDE], errs, ERR_UNKNOWN_VALUE,
                             "buyer, holder or outside expected, found '%.*s'", (int)side.len, side.ptr),
                    arena_copy(arena, side.ptr, side.len), side_name + 1, SIDE_OUTSIDE);
}

int parties_load(struct parties *parties, const char *source, const char *bytes, size_t length,
                 struct arena *arena, struct errs *errs)
{
    struct csv csv;
    int at[COLUMNS];
    size_t before = errs->count + errs->dropped;
    if (csv_open(&csv, source, bytes, length, arena, errs))
        return -1;
    for (int c = 0; c < COLUMNS; c++)
        at[c] = csv_need(&csv, cell_name[c], errs);
    if (errs->count + errs->dropped != before)
        return -1;
    uint16_t others = parties->count; /* of files before: a row with such an id replaces it */
    if (!parties->party) {
        names_init(&parties->names, arena);
        parties->party = arena_array(arena, struct party, PARTY_MAX);
    }
    for (int got; (got = csv_next(&csv, errs)) != 0;) {
        if (got < 0)
            continue;
        uint32_t id = names_add(&parties->names, csv.cell[at[ID]].ptr, csv.cell[at[ID]].len);
        if (id == 0 || id >= PARTY_MAX || (id > others && id <= parties->count)) {
            bool is_new = id == 0 || id >= PARTY_MAX;
            csv_fail(&csv, (size_t)at[ID], errs, is_new ? ERR_RANGE : ERR_DUPLICATE,
                     id == 0 ? "a party needs an id" : is_new ? "more than %d parties" : "this party stands above, too",
                     PARTY_MAX - 1);
            continue;
        }
        parties->count = id > parties->count ? (uint16_t)id : parties->count;
        row_parse(&csv, at, arena, &parties->party[id], errs);
    }
    return errs->count + errs->dropped == before ? 0 : -1;
}

uint16_t parties_find(const struct parties *parties, const char *id, size_t length)
{
    return parties->count ? (uint16_t)names_find(&parties->names, id, length) : 0;
}

uint16_t parties_treasury(const struct parties *parties, uint16_t place)
{
    for (uint16_t p = 1; p <= parties->count; p++)
        if (parties->party[p].treasury && parties->party[p].place == place)
            return p;
    return 0;
}
