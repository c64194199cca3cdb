/* out_json: JSON with commas, indentation, decimal strings. */
#include "sim/out_json.h"

#include <string.h>

#include "core/buf.h"
#include "core/check.h"
#include "core/money.h"

static void break_line(struct out_json *json)
{
    buf_putc(json->out, '\n');
    for (unsigned i = 0; i < json->depth; i++)
        buf_puts(json->out, "  ");
}

static void start(struct out_json *json, const char *name)
{
    bool is_flat = json->is_flat[json->depth];
    if (json->has_some[json->depth])
        buf_puts(json->out, is_flat ? ", " : ",");
    if (json->depth && !is_flat)
        break_line(json);
    json->has_some[json->depth] = true;
    if (name) {
        buf_json_string(json->out, name, strlen(name));
        buf_puts(json->out, ": ");
    }
}

static void begin(struct out_json *json, const char *name, char bracket, bool is_flat)
{
    check(json->depth + 1 < OUT_JSON_DEPTH);
    start(json, name);
    buf_putc(json->out, bracket);
    json->depth++;
    json->is_flat[json->depth] = is_flat;
    json->has_some[json->depth] = false;
}

void out_json_begin(struct out_json *json, const char *name, char bracket)
{
    begin(json, name, bracket, json->is_flat[json->depth]);
}

void out_json_begin_flat(struct out_json *json, const char *name, char bracket)
{
    begin(json, name, bracket, true);
}

void out_json_end(struct out_json *json, char bracket)
{
    check(json->depth > 0);
    bool is_spread = json->has_some[json->depth] && !json->is_flat[json->depth];
    json->depth--;
    if (is_spread)
        break_line(json);
    buf_putc(json->out, bracket);
    if (json->depth == 0)
        buf_putc(json->out, '\n');
}

void out_json_text(struct out_json *json, const char *name, const char *text)
{
    start(json, name);
    if (text)
        buf_json_string(json->out, text, strlen(text));
    else
        buf_puts(json->out, "null");
}

void out_json_int(struct out_json *json, const char *name, int64_t value)
{
    start(json, name);
    buf_int(json->out, value);
}

void out_json_count(struct out_json *json, const char *name, uint64_t count)
{
    check(count <= INT64_MAX);
    start(json, name);
    buf_int(json->out, (int64_t)count);
}

void out_json_bool(struct out_json *json, const char *name, bool value)
{
    start(json, name);
    buf_puts(json->out, value ? "true" : "false");
}

void out_json_decimal(struct out_json *json, const char *name, int64_t value, unsigned digits)
{
    start(json, name);
    buf_putc(json->out, '"');
    buf_decimal(json->out, value, digits);
    buf_putc(json->out, '"');
}

void out_json_raw(struct out_json *json, const char *name, const char *bytes, size_t length)
{
    start(json, name);
    buf_add(json->out, bytes, length);
}

void out_json_hours(struct out_json *json, const char *name, int64_t seconds)
{
    out_json_decimal(json, name, money_scale(seconds, 1, 36, ROUND_HALF_UP), 2);
}

void out_json_share(struct out_json *json, const char *name, int64_t part, int64_t whole)
{
    if (whole < 0)
        part = -part, whole = -whole;
    out_json_decimal(json, name, whole ? money_scale(part, 1000000, whole, ROUND_HALF_UP) : 0, 6);
}
