/* rule_epoch: the days of a place on which anything of its law changes; between two of them a bound program holds. */
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

static void make_epochs(struct rulebook *book, uint16_t place)
{
    struct days days = {0};
    uint64_t facts = 0;
    uint16_t base = 0;
    for (uint32_t i = 0; i < book->packs; i++) {
        if (book->pack[i].place == place) {
            days_of_pack(&days, &book->pack[i]);
            facts |= facts_of_pack(&book->pack[i]);
            if (book->pack[i].base_place)
                base = book->pack[i].base_place;
        }
    }
    for (uint32_t i = 0; i < book->tariff.rows; i++) {
        const struct tariff_row *row = &book->tariff.row[i];
        if (row->place == place || (base && row->place == base)) {
            days_add(&days, row->from);
            if (row->until < DAY_MAX)
                days_add(&days, row->until + 1);
        }
    }
    qsort(days.day, days.count, sizeof *days.day, by_day);
    struct place_epochs *epochs = &book->epochs[book->places++];
    epochs->place = place;
    epochs->facts = facts;
    epochs->day = arena_array(&book->arena, int32_t, days.count + 1);
    for (uint32_t i = 0; i < days.count; i++)
        if (epochs->days == 0 || epochs->day[epochs->days - 1] != days.day[i])
            epochs->day[epochs->days++] = days.day[i];
    memory_release(days.day);
}

void rule_make_epochs(struct rulebook *book)
{
    book->epochs = arena_array(&book->arena, struct place_epochs, book->packs + 1);
    for (uint32_t i = 0; i < book->packs; i++)
        if (!rule_has_place(book, book->pack[i].place))
            make_epochs(book, book->pack[i].place);
}
