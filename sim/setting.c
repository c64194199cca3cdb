/* setting: one change of a scenario or a rule from the command line, written as a merge patch. */
#include "sim/setting.h"

#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/date.h"
#include "core/err.h"
#include "core/json.h"
#include "core/text.h"
#include "sim/scenario.h"

enum { PARTS_MAX = 12 };

static int fail(struct errs *errs, const char *words, const char *what, const char *help)
{
    struct err *err = errs_add(errs, ERR_USAGE, "--set %.100s: %s", words, what);
    err_help(err, "%s", help);
    return -1;
}

bool setting_is_rule(const char *words)
{
    return strncmp(words, "rules.", 6) == 0;
}

void setting_words(const char *path, const char *value, size_t length, struct buf *out)
{
    const char *day = setting_is_rule(path) ? strrchr(path, '@') : NULL;
    buf_add(out, path, day ? (size_t)(day - path) : strlen(path));
    buf_putc(out, '=');
    buf_add(out, value, length);
    buf_puts(out, day ? day : "");
}

static void add_name(struct buf *out, struct text name)
{
    buf_json_string(out, name.ptr, name.len);
    buf_puts(out, ": ");
}

static const char *find_in(struct text text, const char *part)
{
    return memmem(text.ptr, text.len, part, strlen(part));
}

static bool is_json(struct text value)
{
    return value.len && strchr("{[\"", value.ptr[0]);
}

static void add_string(struct buf *out, struct text value)
{
    if (is_json(value))
        buf_add(out, value.ptr, value.len);
    else
        buf_json_string(out, value.ptr, value.len);
}

/* ---- rules ---- */

/* "value@2027-01-01": cuts the day off the value. */
static int take_day(struct text *value, struct text *day)
{
    const char *sign = memrchr(value->ptr, '@', value->len);
    int32_t number;
    if (!sign)
        return -1;
    *day = (struct text){sign + 1, (size_t)(value->ptr + value->len - sign - 1)};
    value->len = (size_t)(sign - value->ptr);
    return date_parse(day->ptr, day->len, &number) ? 0 : -1;
}

static int write_parameter(struct text pack, struct text name, struct text value, struct buf *out)
{
    struct text day;
    if (take_day(&value, &day) != 0)
        return -1;
    buf_puts(out, "{\"rules\": {");
    add_name(out, pack);
    buf_puts(out, "{\"parameters\": {");
    add_name(out, name);
    buf_puts(out, "{");
    add_name(out, day);
    if (text_is(value, "null")) {
        buf_puts(out, "null");
    } else {
        buf_puts(out, "{\"value\": ");
        add_string(out, value);
        buf_puts(out, "}");
    }
    buf_puts(out, "}}}}}\n");
    return 0;
}

/* rules.PACK.steps.STEP.MEMBER=VALUE */
static int write_step(struct text pack, struct text rest, struct text value, struct buf *out)
{
    const char *dot = memchr(rest.ptr, '.', rest.len);
    if (!dot)
        return -1;
    buf_puts(out, "{\"rules\": {");
    add_name(out, pack);
    buf_puts(out, "{\"steps\": {");
    add_name(out, (struct text){rest.ptr, (size_t)(dot - rest.ptr)});
    buf_puts(out, "{");
    add_name(out, (struct text){dot + 1, (size_t)(rest.ptr + rest.len - dot - 1)});
    add_string(out, value);
    buf_puts(out, "}}}}}\n");
    return 0;
}

static struct text between(const char *from, const char *to)
{
    return (struct text){from, to > from ? (size_t)(to - from) : 0};
}

static int write_rule(struct text path, struct text value, struct buf *out)
{
    const char *end = path.ptr + path.len, *steps = find_in(path, ".steps.");
    const char *parameters = find_in(path, ".parameters."), *dot = memrchr(path.ptr, '.', path.len);
    if (steps)
        return write_step(between(path.ptr, steps), between(steps + strlen(".steps."), end), value, out);
    if (parameters)
        return write_parameter(between(path.ptr, parameters),
                               between(parameters + strlen(".parameters."), end), value, out);
    if (!dot || dot == path.ptr || dot + 1 == end)
        return -1;
    return write_parameter(between(path.ptr, dot), between(dot + 1, end), value, out);
}

/* ---- the scenario ---- */

static const struct json_field *field_named(const struct json_field *fields, struct text name)
{
    for (; fields && fields->name; fields++)
        if (text_is(name, fields->name))
            return fields;
    return NULL;
}

static struct text head_of(struct text path, size_t from)
{
    const char *dot = from < path.len ? memchr(path.ptr + from, '.', path.len - from) : NULL;
    return dot ? between(path.ptr, dot) : path;
}

static struct text behind(struct text path, struct text head)
{
    return head.len < path.len ? between(path.ptr + head.len + 1, path.ptr + path.len) : (struct text){"", 0};
}

/* The name at the start of a path. In a map the user chose the names, and they may hold dots: a name ends where
 * a member of what the map holds follows. */
static struct text take_name(struct text path, bool in_map, const struct json_field *members)
{
    struct text first = head_of(path, 0), head = first;
    while (in_map && members && head.len < path.len && !field_named(members, head_of(behind(path, head), 0)))
        head = head_of(path, head.len + 1);
    return in_map && head.len == path.len ? first : head; /* none follows: the check will say what could */
}

static void add_value(struct buf *out, const struct json_field *field, struct text value)
{
    bool is_plain = field && (field->type == JSON_INTEGER || field->type == JSON_BOOL);
    if (is_plain || text_is(value, "null"))
        buf_add(out, value.ptr, value.len);
    else
        add_string(out, value);
}

static int write_member(struct text path, struct text value, struct buf *out)
{
    const struct json_field *members = scenario_fields, *field = NULL;
    bool in_map = false;
    unsigned depth = 0;
    for (; path.len && depth < PARTS_MAX; depth++) {
        struct text name = take_name(path, in_map, members);
        if (name.len == 0)
            return -1;
        buf_puts(out, "{");
        add_name(out, name);
        path = behind(path, name);
        if (!in_map) {
            field = field_named(members, name);
            in_map = field && field->type == JSON_MAP;
            members = field ? field->fields : NULL;
        } else {
            in_map = false;
        }
    }
    add_value(out, field, value);
    for (; depth > 0; depth--)
        buf_putc(out, '}');
    buf_putc(out, '\n');
    return 0;
}

int setting_write(const char *words, struct buf *out, struct errs *errs)
{
    const char *sign = strchr(words, '=');
    if (!sign || sign == words)
        return fail(errs, words, "no value", "PATH=VALUE, like flows.bonded.freight=5.00");
    struct text path = between(words, sign), value = text_of(sign + 1);
    if (!setting_is_rule(words))
        return write_member(path, value, out) == 0
                   ? 0
                   : fail(errs, words, "not a path", "PATH=VALUE, like flows.bonded.freight=5.00");
    if (write_rule(between(words + strlen("rules."), sign), value, out) == 0)
        return 0;
    return fail(errs, words, "not a rule with its first day",
                "rules.PACK.PARAMETER=VALUE@YYYY-MM-DD, like rules.cn.import.cbec.tax_share=1@2027-01-01");
}
