/* feed_us: rows of the US Harmonized Tariff Schedule (JSON of a heading), as rows of a tariff: the general rate of
 * column 1. A row without a rate has that of the row above it in the tree, which the indents make. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/json.h"
#include "core/money.h"
#include "core/text.h"
#include "sim/feed.h"

enum { INDENT_MOST = 30 };

static const char law[] = "美国协调关税表：第一栏普通税率 | Harmonized Tariff Schedule of the United States, column 1 general";

/* "0101.21.00.10" as digits; false when it is no code. */
static bool read_code(const char *text, char out[12])
{
    size_t used = 0;
    for (; *text; text++) {
        if (*text == '.')
            continue;
        if (*text < '0' || *text > '9' || used == 10)
            return false;
        out[used++] = *text;
    }
    out[used] = '\0';
    return used >= 4;
}

/* ---- rates ---- */

static const char *unit_of(struct text text)
{
    static const char *const units[][2] = {{"kg", "kg"}, {"liter", "l"}, {"t", "t"}, {"No.", "piece"}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (text_is(text, units[i][0]))
            return units[i][1];
    return NULL;
}

/* One term: "6.8%", "1¢/kg", "$1.035/kg", "33¢ each". Adds to the rate or to the amount; false: it cannot be said. */
static bool read_term(struct text text, struct buf *rate, struct buf *amount)
{
    static const char cent[] = "\xC2\xA2";
    bool is_dollar = text.len && text.ptr[0] == '$';
    size_t from = is_dollar, end = from;
    int64_t value;
    while (end < text.len && strchr("0123456789.", text.ptr[end]))
        end++;
    struct text rest = {text.ptr + end, text.len - end};
    bool is_cent = rest.len >= 2 && memcmp(rest.ptr, cent, 2) == 0;
    if (!decimal_parse(text.ptr + from, end - from, 7, &value))
        return false;
    if (!is_dollar && text_is(rest, "%")) {
        feed_decimal(rate, value, 9);
        return true;
    }
    if (is_dollar == is_cent)
        return false;
    rest = (struct text){rest.ptr + (is_cent ? 2 : 0), rest.len - (is_cent ? 2 : 0)};
    const char *unit = text_is(rest, " each") ? "piece"
                       : rest.len && rest.ptr[0] == '/' ? unit_of((struct text){rest.ptr + 1, rest.len - 1}) : NULL;
    if (!unit || amount->length)
        return false;
    feed_decimal(amount, value, is_cent ? 9 : 7);
    buf_printf(amount, " USD/%s", unit);
    return true;
}

/* "Free", "6.8%", "3.7¢/kg + 14.9%" to a value of ours; false: it cannot be said by a row. */
static bool read_rate(const char *text, struct buf *value)
{
    struct buf rate = {0}, amount = {0};
    bool is_known = true;
    for (const char *at = text, *plus; is_known && *at; at = plus ? plus + 3 : "") {
        plus = strstr(at, " + ");
        struct text term = {at, plus ? (size_t)(plus - at) : strlen(at)};
        if (rate.length && memchr(term.ptr, '%', term.len))
            is_known = false;
        else
            is_known = read_term(term, &rate, &amount);
    }
    if (strcmp(text, "Free") == 0) {
        is_known = true;
        buf_puts(&rate, "0");
    }
    buf_add(value, rate.data, rate.length);
    buf_puts(value, rate.length && amount.length ? " + " : "");
    buf_add(value, amount.data, amount.length);
    buf_finish(&rate);
    buf_finish(&amount);
    return is_known && value->length > 0;
}

/* ---- the tree ---- */

static void add_row(struct feed_table *table, const struct feed_source *from, const char *hs, const char *rate)
{
    struct buf value = {0};
    char copy[60];
    size_t length = strlen(rate);
    while (length && rate[length - 1] == ' ')
        length--;
    snprintf(copy, sizeof copy, "%.*s", (int)length, rate);
    if (read_rate(copy, &value))
        feed_row(table, "US", hs, "mfn", "", buf_text(&value), from->from, "", law, from);
    else
        buf_printf(&table->notes, "%s: not taken: a rate that rows of a tariff do not have: %s\n", hs, copy);
    buf_finish(&value);
}

int feed_us_add(struct feed_table *table, const struct feed_source *from, const char *source, const char *bytes,
                size_t length, struct errs *errs)
{
    struct json json;
    const char *above[INDENT_MOST + 1] = {0}; /* the rate that holds at each indent */
    const cJSON *row;
    size_t before = table->count;
    int result = json_read_only(&json, source, bytes, length, errs);
    if (result == 0 && !cJSON_IsArray(json.root)) {
        json_fail(&json, json.root, errs, ERR_SYNTAX, "these are no rows of the US tariff");
        result = -1;
    }
    for (row = result == 0 ? json.root->child : NULL; row; row = row->next) {
        const char *rate = json_text(row, "general", "");
        char hs[12], *end;
        long indent = strtol(json_text(row, "indent", "x"), &end, 10);
        if (*end || indent < 0 || indent > INDENT_MOST || !json_get(row, "htsno")) {
            json_fail(&json, row, errs, ERR_SYNTAX, "a row with htsno and indent expected");
            result = -1;
            break;
        }
        above[indent] = *rate ? rate : indent ? above[indent - 1] : NULL;
        if (read_code(json_text(row, "htsno", ""), hs) && strlen(hs) >= 8 && above[indent])
            add_row(table, from, hs, above[indent]);
    }
    if (result == 0 && table->count == before) {
        json_fail(&json, json.root, errs, ERR_NO_RATE, "no rate in it that can be taken");
        result = -1;
    }
    json_finish(&json);
    return result;
}
