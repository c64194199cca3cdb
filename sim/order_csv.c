/* order_csv: groups rows into orders and writes them as requests. */
#include "sim/order_csv.h"

#include <stdio.h>
#include <string.h>

#include "core/check.h"
#include "core/err.h"

enum place { OF_ORDER, OF_BUYER, OF_LINE };
enum shape { A_TEXT, A_BOOL, A_DAY, A_LIST };

static const struct {
    const char *name, *member; /* as a column; in the request */
    uint8_t place, shape;
} names[ORDER_CSV_NAMES] = {
    {"id", "id", OF_ORDER, A_TEXT}, {"date", "date", OF_ORDER, A_DAY}, {"entry_date", "entry_date", OF_ORDER, A_DAY},
    {"from", "from", OF_ORDER, A_TEXT}, {"to", "to", OF_ORDER, A_TEXT}, {"form", "form", OF_ORDER, A_TEXT},
    {"transport", "transport", OF_ORDER, A_TEXT}, {"incoterm", "incoterm", OF_ORDER, A_TEXT},
    {"schemes", "schemes", OF_ORDER, A_LIST}, {"preference", "preference", OF_ORDER, A_BOOL},
    {"currency", "currency", OF_ORDER, A_TEXT}, {"freight", "freight", OF_ORDER, A_TEXT},
    {"insurance", "insurance", OF_ORDER, A_TEXT}, {"discount", "discount", OF_ORDER, A_TEXT},
    {"coupon", "coupon", OF_ORDER, A_TEXT}, {"credit", "credit", OF_ORDER, A_TEXT},
    {"buyer", "id", OF_BUYER, A_TEXT}, {"annual_used", "annual_used", OF_BUYER, A_TEXT},
    {"business", "business", OF_BUYER, A_BOOL}, {"hs", "hs", OF_LINE, A_TEXT}, {"sku", "sku", OF_LINE, A_TEXT},
    {"description", "description", OF_LINE, A_TEXT}, {"origin", "origin", OF_LINE, A_TEXT},
    {"quantity", "quantity", OF_LINE, A_TEXT}, {"unit_price", "unit_price", OF_LINE, A_TEXT},
    {"net_weight_kg", "net_weight_kg", OF_LINE, A_TEXT}, {"volume_l", "volume_l", OF_LINE, A_TEXT},
    {"pieces", "pieces", OF_LINE, A_TEXT},
};

/* ---- the map ---- */

static int find_name(const char *text, size_t length)
{
    for (int i = 0; i < ORDER_CSV_NAMES; i++)
        if (strlen(names[i].name) == length && memcmp(names[i].name, text, length) == 0)
            return i;
    return -1;
}

static void map_one(struct order_csv *orders, const char *text, size_t length, struct errs *errs)
{
    const char *equals = memchr(text, '=', length), *known[ORDER_CSV_NAMES];
    int name = equals ? find_name(text, (size_t)(equals - text)) : -1;
    if (name < 0) {
        size_t own = equals ? (size_t)(equals - text) : length;
        for (int i = 0; i < ORDER_CSV_NAMES; i++)
            known[i] = names[i].name;
        const char *written = arena_copy(&orders->arena, text, own);
        struct err *err = errs_add(errs, ERR_USAGE, "--map: a request has no \"%.60s\"", written);
        err_suggest(err, written, known, ORDER_CSV_NAMES);
        return;
    }
    const char *value = arena_copy(&orders->arena, equals + 1, length - (size_t)(equals - text) - 1);
    if (*value == '=')
        orders->fixed[name] = value + 1;
    else
        orders->at[name] = csv_need(&orders->csv, value, errs);
}

int order_csv_open(struct order_csv *orders, const char *map, const char *source, const char *bytes, size_t length,
                   struct errs *errs)
{
    size_t before = errs->count + errs->dropped;
    memset(orders, 0, sizeof *orders);
    if (csv_open(&orders->csv, source, bytes, length, &orders->arena, errs) != 0)
        return -1;
    for (int i = 0; i < ORDER_CSV_NAMES; i++)
        orders->at[i] = csv_find(&orders->csv, names[i].name);
    for (const char *at = map ? map : ""; *at;) {
        size_t part = strcspn(at, ",");
        map_one(orders, at, part, errs);
        at += part + (at[part] == ',');
    }
    return errs->count + errs->dropped == before ? 0 : -1;
}

void order_csv_close(struct order_csv *orders)
{
    arena_finish(&orders->arena);
}

/* ---- rows ---- */

static struct text value_of(const struct order_csv *orders, int name)
{
    if (orders->fixed[name])
        return text_of(orders->fixed[name]);
    return orders->at[name] >= 0 ? orders->csv.cell[orders->at[name]] : (struct text){"", 0};
}

static void put_list(struct buf *out, struct text value)
{
    bool is_first = true;
    buf_putc(out, '[');
    for (size_t at = 0; at < value.len;) {
        size_t length = 0;
        while (at + length < value.len && value.ptr[at + length] != ' ' && value.ptr[at + length] != ';')
            length++;
        if (length) {
            buf_puts(out, is_first ? "" : ",");
            buf_json_string(out, value.ptr + at, length);
            is_first = false;
        }
        at += length + 1;
    }
    buf_putc(out, ']');
}

/* Members of one place that have a value; what is no bool stays a text, and the reader of requests says so. */
static void put_members(const struct order_csv *orders, unsigned place, struct buf *out)
{
    enum { DAY_LENGTH = 10 };
    for (int i = 0; i < ORDER_CSV_NAMES; i++) {
        struct text value = value_of(orders, i);
        if (names[i].place != place || value.len == 0)
            continue;
        if (out->data[out->length - 1] != '{')
            buf_putc(out, ',');
        buf_printf(out, "\"%s\":", names[i].member);
        bool is_bool = names[i].shape == A_BOOL && (text_is(value, "true") || text_is(value, "false"));
        bool has_time = names[i].shape == A_DAY && value.len > DAY_LENGTH &&
                        (value.ptr[DAY_LENGTH] == ' ' || value.ptr[DAY_LENGTH] == 'T');
        if (names[i].shape == A_LIST)
            put_list(out, value);
        else if (is_bool)
            buf_add(out, value.ptr, value.len);
        else
            buf_json_string(out, value.ptr, has_time ? DAY_LENGTH : value.len);
    }
}

static void put_head(const struct order_csv *orders, struct buf *out)
{
    buf_clear(out);
    buf_putc(out, '{');
    put_members(orders, OF_ORDER, out);
    size_t before = out->length;
    buf_puts(out, out->length > 1 ? ",\"buyer\":{" : "\"buyer\":{");
    size_t empty = out->length;
    put_members(orders, OF_BUYER, out);
    if (out->length == empty)
        out->length = before;
    else
        buf_putc(out, '}');
    buf_puts(out, out->length > 1 ? ",\"lines\":[" : "\"lines\":[");
}

static void put_line(const struct order_csv *orders, struct buf *out)
{
    buf_puts(out, out->data[out->length - 1] == '[' ? "{" : ",{");
    put_members(orders, OF_LINE, out);
    buf_putc(out, '}');
}

int order_csv_next(struct order_csv *orders, struct buf *out, uint32_t *line, struct errs *errs)
{
    if (!orders->has_row) {
        int got = csv_next(&orders->csv, errs);
        if (got <= 0)
            return got;
    }
    orders->has_row = false;
    *line = orders->csv.line;
    struct text id = value_of(orders, 0);
    const char *own = arena_copy(&orders->arena, id.ptr, id.len);
    put_head(orders, out);
    put_line(orders, out);
    bool is_broken = false;
    while (id.len > 0 && !orders->fixed[0]) {
        int got = csv_next(&orders->csv, errs);
        if (got == 0)
            break;
        if (got < 0) {
            is_broken = true; /* what is left of its order goes with it */
            continue;
        }
        if (!text_is(value_of(orders, 0), own)) {
            orders->has_row = true;
            break;
        }
        put_line(orders, out);
    }
    buf_puts(out, "]}");
    return is_broken ? -1 : 1;
}
