/* figure: walks a summary by path; numbers with up to six decimals, and their units. */
#include "sim/figure.h"

#include <string.h>

#include "core/buf.h"
#include "core/check.h"
#include "core/err.h"
#include "core/json.h"
#include "core/money.h"
#include "sim/run.h"

enum { NAMES_MAX = 64, DIGITS = 6 };
#define COUNT_MAX 1e12

const char *const figure_units[] = {"money", "count", "share", "days", "number", NULL};

/* ---- finding ---- */

struct step {
    const char *name;
    size_t length;
};

static bool is_called(const struct step *step, const char *name)
{
    return strlen(name) == step->length && memcmp(name, step->name, step->length) == 0;
}

static struct step next_step(const char **path)
{
    struct step step = {*path, strcspn(*path, "/")};
    *path += step.length + ((*path)[step.length] == '/');
    return step;
}

/* What an item of a list is called: its id, in the matrix its layer. */
static const char *name_of(const cJSON *item)
{
    return item->string ? item->string : json_text(item, "id", json_text(item, "layer", ""));
}

/* Members that stand there only when they are not zero. */
static bool is_sparse(const cJSON *object)
{
    static const char *const names[] = {"kinds", "taxes", "faults", "irregular", "set_aside"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (object->string && strcmp(object->string, names[i]) == 0)
            return true;
    return cJSON_IsArray(object);
}

static void tell_miss(const cJSON *in, const struct step *step, struct err *err)
{
    const char *names[NAMES_MAX] = {NULL};
    char name[64] = "";
    size_t count = 0;
    memcpy(name, step->name, step->length < sizeof name ? step->length : sizeof name - 1);
    for (const cJSON *item = in->child; item && count < NAMES_MAX; item = item->next)
        names[count++] = name_of(item);
    if (!err_suggest(err, name, names, count) && count)
        err_help(err, "there are: %s%s%s%s%s", names[0], count > 1 ? ", " : "", count > 1 ? names[1] : "",
                 count > 2 ? ", " : "", count > 2 ? names[2] : "");
}

static const cJSON *member(const cJSON *in, const struct step *step, const char **path)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, in) {
        const char *column = json_text(item, "column", NULL);
        if (!is_called(step, name_of(item)))
            continue;
        if (item->string || json_get(item, "id") || !column)
            return item;
        const char *rest = *path; /* a node has two names */
        struct step second = next_step(&rest);
        if (is_called(&second, column)) {
            *path = rest;
            return item;
        }
    }
    return NULL;
}

static bool is_known_channel(const struct step *step)
{
    for (enum channel channel = CHANNEL_UNSET + 1; channel < CHANNEL_COUNT; channel++)
        if (is_called(step, channel_id(channel)))
            return true;
    return false;
}

static bool read_leaf(const cJSON *leaf, int64_t *value)
{
    if (cJSON_IsNumber(leaf)) {
        check(leaf->valuedouble >= 0 && leaf->valuedouble <= COUNT_MAX);
        *value = (int64_t)leaf->valuedouble * FIGURE_ONE; /* numbers of a summary are counts */
        return true;
    }
    return cJSON_IsString(leaf) && figure_parse(leaf->valuestring, value);
}

/* `value`: what the leaf holds. */
static enum figure_state find(const cJSON *summary, const char *path, const cJSON **leaf, int64_t *value,
                              struct err *err)
{
    const cJSON *at = summary;
    *leaf = NULL;
    *value = 0;
    while (*path) {
        struct step step = next_step(&path);
        const cJSON *next = member(at, &step, &path);
        if (!next) {
            bool is_channel = at->string && strcmp(at->string, "channels") == 0 && is_known_channel(&step);
            tell_miss(at, &step, err);
            return is_channel ? FIGURE_IDLE : is_sparse(at) ? FIGURE_ABSENT : FIGURE_WRONG;
        }
        at = next;
    }
    if (read_leaf(at, value)) {
        *leaf = at;
        return FIGURE_FOUND;
    }
    struct step none = {"", 0};
    tell_miss(at, &none, err);
    return FIGURE_WRONG;
}

enum figure_state figure_find(const cJSON *summary, const char *path, int64_t *value, struct err *err)
{
    const cJSON *leaf;
    return find(summary, path, &leaf, value, err);
}

enum figure_state figure_leaf(const cJSON *summary, const char *path, const cJSON **leaf, struct err *err)
{
    int64_t value;
    return find(summary, path, leaf, &value, err);
}

/* ---- numbers ---- */

bool figure_parse(const char *text, int64_t *value)
{
    struct rational number;
    return rational_parse(text, strlen(text), &number) &&
           money_scale_try(FIGURE_ONE, number.num, number.den, ROUND_HALF_UP, value);
}

int64_t figure_over(int64_t a, int64_t b)
{
    int64_t value = 0;
    bool fits = b == 0 || money_scale_try(b < 0 ? -a : a, FIGURE_ONE, b < 0 ? -b : b, ROUND_HALF_UP, &value);
    return fits ? value : 0;
}

/* ---- words ---- */

/* Large amounts without their decimals. */
static void write_money(struct buf *out, int64_t value, unsigned currency)
{
    int64_t unit = currency_unit(currency), size = value < 0 ? -value : value;
    if (size < 1000 * FIGURE_ONE) {
        run_money(out, money_scale(value, unit, FIGURE_ONE, ROUND_HALF_UP), currency);
        return;
    }
    run_money(out, money_scale(value, 1, FIGURE_ONE, ROUND_HALF_UP) * unit, currency);
    out->length -= unit > 1 ? currency_digits(currency) + 1u : 0;
}

/* value × factor ÷ 10, with one decimal */
static void write_tenths(struct buf *out, int64_t value, int64_t factor)
{
    int64_t tenths = money_scale(value, factor, FIGURE_ONE, ROUND_HALF_UP);
    buf_puts(out, tenths < 0 ? "−" : "");
    buf_decimal(out, tenths < 0 ? -tenths : tenths, 1);
}

void figure_write(struct buf *out, int64_t value, enum figure_unit unit, unsigned currency, enum lang lang)
{
    check(unit != FIGURE_UNSET);
    switch (unit) {
    case FIGURE_MONEY:
        write_money(out, value, currency);
        return;
    case FIGURE_COUNT:
        buf_puts(out, value < 0 ? "−" : "");
        run_count(out, (uint64_t)money_scale(value < 0 ? -value : value, 1, FIGURE_ONE, ROUND_HALF_UP));
        return;
    case FIGURE_SHARE:
        write_tenths(out, value, 1000);
        buf_puts(out, " %");
        return;
    case FIGURE_DAYS:
        write_tenths(out, value, 10);
        buf_puts(out, lang == LANG_ZH ? " 天" : " days");
        return;
    default:
        write_tenths(out, value, 10);
    }
}

void figure_plain(struct buf *out, int64_t value)
{
    size_t start;
    buf_decimal(out, value, DIGITS);
    start = out->length;
    while (out->data[start - 1] == '0')
        start--;
    out->length = out->data[start - 1] == '.' ? start - 1 : start;
}
