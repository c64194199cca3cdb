/* rule_undo: a law that the packs hold: taken back, so that what began on its day never began and what ended the day
 * before goes on; or only watched. */
#include <string.h>

#include "core/date.h"
#include "core/rule_int.h"
#include "core/rule_list.h"

/* One day on which a place's law changed. */
struct undo {
    struct rulebook *book;
    const cJSON *covers; /* ids of packs and kinds of tariff rows; NULL: everything */
    uint16_t place;
    int32_t day;
    bool is_watched; /* nothing is taken back */
};

static const char *day_text(const struct undo *undo, char text[11])
{
    date_write(undo->day, text);
    return text;
}

/* Members of a union share an entry. */
static struct rule_watch watch_value(const struct undo *undo, const struct pack *pack, const char *name)
{
    char day[11];
    const char *where = pack->place == undo->place ? pack->id : "";
    return *where ? rule_watch_on(undo->book, undo->day, "%s.%s@%s", where, name, day_text(undo, day))
                  : rule_watch_on(undo->book, undo->day, "%c%c.%s@%s", undo->place >> 8, undo->place & 255, name,
                                  day_text(undo, day));
}

static struct rule_watch watch_row(const struct undo *undo, const struct tariff_row *row)
{
    char day[11];
    return rule_watch_on(undo->book, undo->day, "%c%c.%s@%s", row->place >> 8, row->place & 255,
                         names_at(&undo->book->names, row->kind), day_text(undo, day));
}

static bool is_covered(const struct undo *undo, const char *word)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, undo->covers)
        if (cJSON_IsString(item) && strcmp(item->valuestring, word) == 0)
            return true;
    return !undo->covers;
}

static void undo_parameter(const struct undo *undo, const struct pack *pack, struct parameter *parameter)
{
    for (uint32_t i = 0; i < parameter->values; i++) {
        if (parameter->value[i].from != undo->day)
            continue;
        if (!pack->abstract_ && (undo->is_watched || i > 0)) /* or what goes on instead */
            parameter->value[undo->is_watched ? i : i - 1].watch = watch_value(undo, pack, parameter->name);
        if (undo->is_watched)
            return;
        parameter->values--;
        memmove(&parameter->value[i], &parameter->value[i + 1], (parameter->values - i) * sizeof *parameter->value);
        return;
    }
}

static void undo_pack(const struct undo *undo, struct pack *pack)
{
    for (uint32_t i = 0; i < pack->parameters; i++)
        undo_parameter(undo, pack, &pack->parameter[i]);
    if (pack->until == undo->day - 1 && !undo->is_watched)
        pack->until = DAY_MAX;
    if (pack->from == undo->day && !undo->is_watched)
        pack->from = DAY_MAX;
}

static bool is_same_rate(const struct tariff_row *a, const struct tariff_row *b)
{
    return a->place == b->place && a->kind == b->kind && a->origin == b->origin && a->group == b->group &&
           strcmp(a->hs, b->hs) == 0;
}

/* The last day of the rate that followed on the day; without one it goes on. */
static int32_t end_behind(const struct undo *undo, const struct tariff_row *row)
{
    const struct tariff *tariff = &undo->book->tariff;
    for (uint32_t i = 0; i < tariff->rows; i++)
        if (tariff->row[i].from == undo->day && is_same_rate(&tariff->row[i], row))
            return tariff->row[i].until;
    return DAY_MAX;
}

static bool is_row_of(const struct undo *undo, const struct tariff_row *row)
{
    return row->place == undo->place && is_covered(undo, names_at(&undo->book->names, row->kind));
}

static void undo_tariff(const struct undo *undo)
{
    struct tariff *tariff = &undo->book->tariff;
    for (uint32_t i = 0; i < tariff->rows && !undo->is_watched; i++) {
        struct tariff_row *row = &tariff->row[i];
        if (row->until != undo->day - 1 || !is_row_of(undo, row))
            continue;
        row->until = end_behind(undo, row);
        row->watch = watch_row(undo, row);
    }
    for (uint32_t i = 0; i < tariff->rows; i++) {
        struct tariff_row *row = &tariff->row[i];
        if (row->from != undo->day || !is_row_of(undo, row))
            continue;
        if (undo->is_watched)
            row->watch = watch_row(undo, row);
        else
            row->until = undo->day - 1; /* before its first day: never */
    }
}

/* ---- what the reform says ---- */

/* A word of "covers" that is neither a pack nor a kind of tariff row would leave out what was meant. */
static void check_covers(const struct rulebook *book, const struct json *reform, struct errs *errs)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, json_get(reform->root, "covers")) {
        const char *word = cJSON_IsString(item) ? item->valuestring : "";
        uint32_t kind = names_find(&book->names, word, strlen(word));
        bool is_known = rule_pack(book, word) != NULL;
        for (uint32_t i = 0; kind && !is_known && i < book->tariff.rows; i++)
            is_known = book->tariff.row[i].kind == kind;
        if (is_known)
            continue;
        const char *nearest = rule_nearest(book, word);
        err_help(json_fail(reform, item, errs, ERR_UNKNOWN_VALUE, "neither a pack nor a kind of tariff row: \"%s\"",
                           word),
                 nearest ? "did you mean \"%s\"?" : "tradeloom rules list", nearest);
    }
}

static bool has_pack(const struct rulebook *book, uint16_t place)
{
    for (uint32_t i = 0; i < book->packs; i++)
        if (book->pack[i].place == place)
            return true;
    return false;
}

static bool read_day(struct undo *undo, const struct json *reform, const cJSON *node, struct errs *errs)
{
    const char *text = cJSON_IsString(node) ? node->valuestring : "";
    undo->place = text_country(node->string, strlen(node->string));
    if (!has_pack(undo->book, undo->place)) {
        err_help(json_fail_name(reform, node, errs, ERR_UNKNOWN_VALUE, "no law of a place \"%s\"", node->string),
                 "two capital letters, like CN or EU; tradeloom rules list");
        return false;
    }
    if (date_parse(text, strlen(text), &undo->day))
        return true;
    err_help(json_fail(reform, node, errs, ERR_WRONG_TYPE, "\"%s\" must be a day", node->string),
             "YYYY-MM-DD, like \"2026-07-01\"");
    return false;
}

void rule_law(struct rulebook *book, const struct json *reform, bool is_undone, struct errs *errs)
{
    const cJSON *day;
    check_covers(book, reform, errs);
    cJSON_ArrayForEach(day, json_get(reform->root, "law_of")) {
        struct undo undo = {.book = book, .covers = json_get(reform->root, "covers"), .is_watched = !is_undone};
        if (!read_day(&undo, reform, day, errs))
            continue;
        for (uint32_t i = 0; i < book->packs; i++) {
            struct pack *pack = &book->pack[i];
            if ((pack->place == undo.place || pack->base_place == undo.place) && is_covered(&undo, pack->id))
                undo_pack(&undo, pack);
        }
        undo_tariff(&undo);
    }
}
