/* rule_place: what is known of a place as a whole: its packs, its currency, and the days on which anything of its law
 * changes; between two of them a bound program holds. */
#include <stdlib.h>

#include "core/date.h"
#include "core/rule_int.h"

struct days {
    int32_t *day;
    uint32_t count, room;
};

static void days_add(struct days *days, int32_t day)
{
    if (days->count == days->room) {
        uint32_t room = days->room ? days->room * 2 : 256;
        days->day = memory_resize(days->day, days->room * sizeof *days->day, room * sizeof *days->day);
        days->room = room;
    }
    days->day[days->count++] = day;
}

static int by_day(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

static void days_of_pack(struct days *days, const struct pack *pack)
{
    days_add(days, pack->from);
    if (pack->until < DAY_MAX)
        days_add(days, pack->until + 1);
    for (uint32_t i = 0; i < pack->parameters; i++)
        for (uint32_t k = 0; k < pack->parameter[i].values; k++)
            days_add(days, pack->parameter[i].value[k].from);
    for (uint32_t i = 1; i < pack->exprs; i++) {
        if (pack->expr[i].op == EXPR_DAY) { /* a comparison with it changes on the day or behind it */
            days_add(days, pack->expr[i].day);
            days_add(days, pack->expr[i].day + 1);
        }
    }
}

static uint64_t facts_of_pack(const struct pack *pack)
{
    uint64_t facts = 0;
    for (uint32_t i = 1; i < pack->exprs; i++)
        if (pack->expr[i].op == EXPR_ORDER_FACT)
            facts |= UINT64_C(1) << pack->expr[i].ref;
    return facts;
}

/* A tariff may state amounts in another currency. */
static uint64_t facts_of_row(const struct tariff_row *row, unsigned currency)
{
    if (row->specific.num == 0 || row->specific_currency == currency)
        return 0;
    return row->specific_currency == currency_index("USD")   ? UINT64_C(1) << FACT_FX_USD
           : row->specific_currency == currency_index("EUR") ? UINT64_C(1) << FACT_FX_EUR
                                                             : 0;
}

static void read_packs(struct rulebook *book, struct place_law *law, struct days *days)
{
    law->pack = arena_array(&book->arena, const struct pack *, book->packs + 1);
    for (uint32_t i = 0; i < book->packs; i++) {
        const struct pack *pack = &book->pack[i];
        if (pack->place != law->place)
            continue;
        days_of_pack(days, pack);
        law->facts |= facts_of_pack(pack);
        law->currency = law->currency ? law->currency : pack->currency;
        law->base = law->base ? law->base : pack->base_place;
        if (!pack->abstract_)
            law->pack[law->packs++] = pack;
    }
}

static void make_place(struct rulebook *book, uint16_t place)
{
    struct days days = {0};
    struct place_law *law = &book->place[book->places++];
    law->place = place;
    book->place_at[rule_place_slot(place)] = (uint16_t)book->places;
    read_packs(book, law, &days);
    for (uint32_t i = 0; i < book->tariff.rows; i++) {
        const struct tariff_row *row = &book->tariff.row[i];
        if (row->place != place && (!law->base || row->place != law->base))
            continue;
        days_add(&days, row->from);
        if (row->until < DAY_MAX)
            days_add(&days, row->until + 1);
        law->facts |= facts_of_row(row, law->currency);
    }
    qsort(days.day, days.count, sizeof *days.day, by_day);
    law->day = arena_array(&book->arena, int32_t, days.count + 1);
    for (uint32_t i = 0; i < days.count; i++)
        if (law->days == 0 || law->day[law->days - 1] != days.day[i])
            law->day[law->days++] = days.day[i];
    memory_release(days.day);
}

void rule_make_places(struct rulebook *book)
{
    book->place = arena_array(&book->arena, struct place_law, book->packs + 1);
    for (uint32_t i = 0; i < book->packs; i++)
        if (!rule_has_place(book, book->pack[i].place))
            make_place(book, book->pack[i].place);
}

/* ---- asking ---- */

bool rule_has_place(const struct rulebook *book, uint16_t place) { return rule_place(book, place) != NULL; }

unsigned rule_currency(const struct rulebook *book, uint16_t place)
{
    const struct place_law *law = rule_place(book, place);
    return law ? law->currency : 0;
}

uint16_t rule_union(const struct rulebook *book, uint16_t place)
{
    const struct place_law *law = rule_place(book, place);
    return law ? law->base : 0;
}

uint16_t rule_stretch(const struct rulebook *book, uint16_t place, int32_t day)
{
    const struct place_law *law = rule_place(book, place);
    uint32_t low = 0, high = law ? law->days : 0;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (law->day[middle] <= day)
            low = middle + 1;
        else
            high = middle;
    }
    return (uint16_t)low;
}

bool rule_same_law(const struct rulebook *book, uint16_t place, int32_t day, int32_t other)
{
    return day == other || rule_stretch(book, place, day) == rule_stretch(book, place, other);
}

bool rule_has_allowance(const struct rulebook *book, uint16_t place)
{
    const struct place_law *law = rule_place(book, place);
    for (uint32_t i = 0; law && i < law->packs; i++)
        if (law->pack[i]->allowance_step >= 0)
            return true;
    return false;
}
