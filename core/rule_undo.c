/* rule_undo: a law taken back: what began on its day never began, and what ended the day before goes on. */
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
};

static bool is_covered(const struct undo *undo, const char *word)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, undo->covers)
        if (cJSON_IsString(item) && strcmp(item->valuestring, word) == 0)
            return true;
    return !undo->covers;
}

static void undo_parameter(const struct undo *undo, struct parameter *parameter)
{
    for (uint32_t i = 0; i < parameter->values; i++) {
        if (parameter->value[i].from != undo->day)
            continue;
        parameter->values--;
        memmove(&parameter->value[i], &parameter->value[i + 1], (parameter->values - i) * sizeof *parameter->value);
        return;
    }
}

static void undo_pack(const struct undo *undo, struct pack *pack)
{
    if (pack->until == undo->day - 1)
        pack->until = DAY_MAX;
    for (uint32_t i = 0; i < pack->parameters; i++)
        undo_parameter(undo, &pack->parameter[i]);
    if (pack->from == undo->day)
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
    for (uint32_t i = 0; i < tariff->rows; i++)
        if (tariff->row[i].until == undo->day - 1 && is_row_of(undo, &tariff->row[i]))
            tariff->row[i].until = end_behind(undo, &tariff->row[i]);
    for (uint32_t i = 0; i < tariff->rows; i++)
        if (tariff->row[i].from == undo->day && is_row_of(undo, &tariff->row[i]))
            tariff->row[i].until = undo->day - 1; /* before its first day: never */
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

void rule_undo(struct rulebook *book, const struct json *reform, struct errs *errs)
{
    const cJSON *day;
    check_covers(book, reform, errs);
    cJSON_ArrayForEach(day, json_get(reform->root, "law_of")) {
        struct undo undo = {.book = book, .covers = json_get(reform->root, "covers")};
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
