/* json: the strict reader: a pre-scan that knows every place, cJSON's tree, and the table that checks it. */
#include "core/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/check.h"
#include "core/err.h"
#include "core/money.h"
#include "core/text.h"

enum { DEPTH_MAX = 64 };
#define EXACT_MAX (INT64_C(1) << 53) /* beyond it a double skips integers: no number of ours may get there */

/* ---- places ---- */

static void set_place(const struct json *json, struct err *err, size_t at, size_t width)
{
    size_t start = at, end = at;
    while (start > 0 && json->bytes[start - 1] != '\n')
        start--;
    while (end < json->length && json->bytes[end] != '\n' && json->bytes[end] != '\r')
        end++;
    err->line = 1;
    for (size_t i = 0; i < start; i++)
        err->line += json->bytes[i] == '\n';
    err->column = err_column(json->bytes, at);
    size_t on_line = at + width > end ? end - at : width;
    err->width = err_width(json->bytes + at, on_line);
    snprintf(err->source, sizeof err->source, "%s", json->source);
    err_excerpt(err, json->bytes + start, end - start, at - start);
}

static struct err *err_at(const struct json *json, struct errs *errs, enum err_code code, size_t at, size_t width)
{
    struct err *err = errs_add(errs, code, "%s", "");
    set_place(json, err, at, width);
    return err;
}

static void place_add(struct json *json, size_t *room, struct json_place place)
{
    if (json->count == *room) {
        size_t more = *room ? *room * 2 : 64;
        json->place = memory_resize(json->place, *room * sizeof *json->place, more * sizeof *json->place);
        *room = more;
    }
    json->place[json->count++] = place;
}

/* ---- the pre-scan of RFC 8259 ---- */

struct scanner {
    struct json *json;
    struct errs *errs;
    const char *bytes;
    size_t at, length, room;
    unsigned depth;
};

static bool fail(struct scanner *s, enum err_code code, size_t at, const char *message, const char *help)
{
    struct err *err = err_at(s->json, s->errs, code, at, 1);
    snprintf(err->message, sizeof err->message, "%s", message);
    snprintf(err->help, sizeof err->help, "%s", help);
    return false;
}

static bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

static void skip_blanks(struct scanner *s)
{
    while (s->at < s->length && is_blank(s->bytes[s->at]))
        s->at++;
}

static int peek(const struct scanner *s)
{
    return s->at < s->length ? (unsigned char)s->bytes[s->at] : -1;
}

/* Behind the last character that is no blank: where something is missing. */
static size_t end_of_text(const struct scanner *s)
{
    size_t end = s->length;
    while (end > 0 && is_blank(s->bytes[end - 1]))
        end--;
    return end;
}

static bool is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static int hex_digit(int c)
{
    if (is_digit(c))
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four hex digits at s->at; -1 when they are not. */
static int32_t scan_hex4(struct scanner *s)
{
    int32_t code = 0;
    if (s->length - s->at < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit((unsigned char)s->bytes[s->at + (size_t)i]);
        if (digit < 0)
            return -1;
        code = code * 16 + digit;
    }
    s->at += 4;
    return code;
}

/* Behind "\u". */
static bool scan_unicode(struct scanner *s)
{
    size_t start = s->at - 2;
    int32_t code = scan_hex4(s);
    if (code < 0)
        return fail(s, ERR_SYNTAX, start, "\\u needs four hexadecimal digits", "");
    if (code == 0)
        return fail(s, ERR_RANGE, start, "a zero character inside a string", "leave it out");
    bool is_high = code >= 0xD800 && code <= 0xDBFF;
    if (code >= 0xDC00 && code <= 0xDFFF)
        return fail(s, ERR_UTF8, start, "the second half of a surrogate pair stands alone", "");
    if (!is_high)
        return true;
    if (s->length - s->at >= 6 && s->bytes[s->at] == '\\' && s->bytes[s->at + 1] == 'u') {
        s->at += 2;
        code = scan_hex4(s);
        if (code >= 0xDC00 && code <= 0xDFFF)
            return true;
    }
    return fail(s, ERR_UTF8, start, "the first half of a surrogate pair stands alone", "");
}

static bool scan_string(struct scanner *s)
{
    size_t start = s->at++;
    for (;;) {
        int c = peek(s);
        if (c < 0 || c == '\n')
            return fail(s, ERR_SYNTAX, start, "this string is not closed", "put a \" at its end");
        if (c < 0x20)
            return fail(s, ERR_SYNTAX, s->at, "a raw control character inside a string",
                        c == '\t' ? "write \\t" : "write it as \\u00XX");
        s->at++;
        if (c == '"')
            return true;
        if (c != '\\')
            continue;
        c = peek(s);
        if (c <= 0 || !strchr("\"\\/bfnrtu", c))
            return fail(s, ERR_SYNTAX, s->at - 1, "an unknown escape in a string",
                        "known are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
        s->at++;
        if (c == 'u' && !scan_unicode(s))
            return false;
    }
}

static bool scan_digits(struct scanner *s, const char *message)
{
    if (!is_digit(peek(s)))
        return fail(s, ERR_SYNTAX, s->at, message, "");
    while (is_digit(peek(s)))
        s->at++;
    return true;
}

static bool is_exact(const char *digits, size_t length)
{
    int64_t value;
    bool is_negative = digits[0] == '-';
    return decimal_parse(digits + is_negative, length - is_negative, 0, &value) &&
           value <= EXACT_MAX;
}

static bool scan_number(struct scanner *s)
{
    size_t start = s->at;
    if (peek(s) == '-')
        s->at++;
    if (peek(s) == '0') {
        s->at++;
        if (is_digit(peek(s)))
            return fail(s, ERR_SYNTAX, start, "a number with a leading zero", "remove the zero");
    } else if (!scan_digits(s, "a digit was expected behind the sign")) {
        return false;
    }
    bool is_integer = true;
    if (peek(s) == '.') {
        s->at++;
        is_integer = false;
        if (!scan_digits(s, "a digit was expected behind the point"))
            return false;
    }
    if (peek(s) == 'e' || peek(s) == 'E') {
        s->at++;
        is_integer = false;
        if (peek(s) == '+' || peek(s) == '-')
            s->at++;
        if (!scan_digits(s, "a digit was expected in the exponent"))
            return false;
    }
    if (is_integer && !is_exact(s->bytes + start, s->at - start))
        return fail(s, ERR_RANGE, start, "an integer beyond 2^53", "write it as text, between quotes");
    return true;
}

static bool scan_word(struct scanner *s)
{
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < 3; i++) {
        size_t length = strlen(words[i]);
        if (s->length - s->at >= length && memcmp(s->bytes + s->at, words[i], length) == 0) {
            s->at += length;
            return true;
        }
    }
    int c = peek(s);
    const char *help = c == '\'' ? "JSON strings stand between double quotes"
                       : c == '/' || c == '#' ? "JSON has no comments"
                       : c == '+' || c == '.' ? "write 0.5, without sign and with a digit before the point"
                       : c == '}' || c == ']' ? "remove the comma before it"
                       : c == 'N' && s->length - s->at > 1 && s->bytes[s->at + 1] == 'a' ? "JSON has no NaN"
                       : c == 'T' || c == 'F' || c == 'N' ? "true, false, null are written small"
                                              : "a text stands between double quotes";
    return fail(s, ERR_SYNTAX, c < 0 ? end_of_text(s) : s->at,
                c < 0 ? "the text ends where a value was expected" : "a value was expected here",
                c < 0 ? "" : help);
}

static bool scan_value(struct scanner *s, size_t key_start);

/* Behind a member or an element: a comma (true), the closing character (sets *done), or an error. */
static bool scan_separator(struct scanner *s, char close, bool *done)
{
    skip_blanks(s);
    int c = peek(s);
    if (c == close) {
        s->at++;
        *done = true;
        return true;
    }
    if (c == ',') {
        s->at++;
        return true;
    }
    char message[64];
    snprintf(message, sizeof message, c < 0 ? "the text ends before the closing %c" : "a comma or %c was expected",
             close);
    return fail(s, ERR_SYNTAX, c < 0 ? end_of_text(s) : s->at, message, "");
}

static bool scan_member(struct scanner *s)
{
    skip_blanks(s);
    size_t key_start = s->at;
    int c = peek(s);
    if (c != '"')
        return fail(s, ERR_SYNTAX, c < 0 ? end_of_text(s) : s->at, "a name in double quotes was expected",
                    c == '}' ? "remove the comma before it"
                    : c == '\'' ? "names stand between double quotes"
                                : "write \"name\": value");
    if (!scan_string(s))
        return false;
    skip_blanks(s);
    if (peek(s) != ':')
        return fail(s, ERR_SYNTAX, s->at < s->length ? s->at : end_of_text(s),
                    "a colon was expected behind the name", "");
    s->at++;
    return scan_value(s, key_start);
}

static bool scan_container(struct scanner *s, bool is_object)
{
    char close = is_object ? '}' : ']';
    size_t start = s->at++;
    if (++s->depth > DEPTH_MAX)
        return fail(s, ERR_DEPTH, start, "nested deeper than 64", "");
    skip_blanks(s);
    bool done = peek(s) == close;
    if (done)
        s->at++;
    while (!done) {
        bool is_sound = is_object ? scan_member(s) : scan_value(s, SIZE_MAX);
        if (!is_sound || !scan_separator(s, close, &done))
            return false;
    }
    s->depth--;
    return true;
}

/* key_start: SIZE_MAX when the value has no name. */
static bool scan_value(struct scanner *s, size_t key_start)
{
    skip_blanks(s);
    size_t index = s->json->count, start = s->at;
    place_add(s->json, &s->room,
              (struct json_place){(uint32_t)(key_start == SIZE_MAX ? start : key_start), (uint32_t)start, 0});
    int c = peek(s);
    bool is_sound = c == '{' || c == '[' ? scan_container(s, c == '{')
                    : c == '"'           ? scan_string(s)
                    : c == '-' || is_digit(c) ? scan_number(s)
                                              : scan_word(s);
    s->json->place[index].end = (uint32_t)s->at;
    return is_sound;
}

/* ---- tree and places together ---- */

static size_t slot_of(const struct json *json, const cJSON *node)
{
    size_t mask = json->slots - 1;
    size_t at = (size_t)(((uint64_t)(uintptr_t)node >> 4) * 0x9E3779B97F4A7C15u >> 20) & mask;
    while (json->slot_node[at] && json->slot_node[at] != node)
        at = (at + 1) & mask;
    return at;
}

/* Document order is the order of the pre-scan. */
static void index_nodes(struct json *json, const cJSON *node, uint32_t *next)
{
    size_t at = slot_of(json, node);
    json->slot_node[at] = node;
    json->slot[at] = (*next)++;
    for (const cJSON *child = node->child; child; child = child->next)
        index_nodes(json, child, next);
}

/* Of a tree that was never changed: its nodes stand in the order of the places. */
static bool walk_to(const cJSON *from, const cJSON *node, size_t *index)
{
    if (from == node)
        return true;
    ++*index;
    for (const cJSON *child = from->child; child; child = child->next)
        if (walk_to(child, node, index))
            return true;
    return false;
}

static const struct json_place *place_of(const struct json *json, const cJSON *node)
{
    size_t index = 0;
    if (json->only_read)
        return node && json->root && walk_to(json->root, node, &index) ? &json->place[index] : NULL;
    if (!node || json->slots == 0)
        return NULL;
    size_t at = slot_of(json, node);
    return json->slot_node[at] ? &json->place[json->slot[at]] : NULL;
}

/* Objects of more members than this are looked through with a table of names. */
enum { FEW_MEMBERS = 32 };

static void fail_duplicate(const struct json *json, const cJSON *child, struct errs *errs)
{
    struct err *err =
        json_fail_name(json, child, errs, ERR_DUPLICATE, "the name \"%s\" stands twice in this object", child->string);
    err_help(err, "keep one of the two");
}

/* The first members of an object, each beside those before it; behind them, when there are more. */
static const cJSON *compare_few(const struct json *json, const cJSON *object, struct errs *errs)
{
    const cJSON *child = object->child;
    for (int n = 0; child && n < FEW_MEMBERS; child = child->next, n++) {
        const cJSON *other = object->child;
        while (other != child && (other->string[0] != child->string[0] || strcmp(other->string, child->string) != 0))
            other = other->next;
        if (other != child)
            fail_duplicate(json, child, errs);
    }
    return child;
}

static void compare_many(const struct json *json, const cJSON *object, const cJSON *from, struct errs *errs)
{
    struct arena scratch = {0};
    struct names names;
    bool is_new = false;
    names_init(&names, &scratch);
    for (const cJSON *child = object->child; child; child = child->next) {
        size_t length = strlen(child->string);
        is_new = is_new || child == from; /* those before it are compared already */
        if (is_new && names_find(&names, child->string, length))
            fail_duplicate(json, child, errs);
        names_add(&names, child->string, length);
    }
    arena_finish(&scratch);
}

/* Names equal once their escapes are read are the same name. */
static void find_duplicates(const struct json *json, const cJSON *node, struct errs *errs)
{
    const cJSON *more = cJSON_IsObject(node) ? compare_few(json, node, errs) : NULL;
    if (more)
        compare_many(json, node, more, errs);
    for (const cJSON *child = node->child; child; child = child->next)
        if (child->child)
            find_duplicates(json, child, errs);
}

static void index_tree(struct json *json)
{
    uint32_t next = 0;
    for (json->slots = 64; json->slots < json->count * 2;)
        json->slots *= 2;
    json->slot = memory_take(json->slots * sizeof *json->slot);
    json->slot_node = memory_take(json->slots * sizeof *json->slot_node);
    index_nodes(json, json->root, &next);
    check(next == json->count);
}

static int build_tree(struct json *json, size_t start, size_t end, struct errs *errs)
{
    json->root = cJSON_ParseWithLengthOpts(json->bytes + start, end - start, NULL, false);
    if (!json->root) { /* the scan found nothing wrong with it: no memory, or a number too long for an old cJSON */
        struct err *err = err_at(json, errs, ERR_SYNTAX, start, 1);
        snprintf(err->message, sizeof err->message, "cJSON does not take this value");
        return -1;
    }
    if (!json->only_read)
        index_tree(json);
    size_t before = errs->count + errs->dropped;
    find_duplicates(json, json->root, errs);
    return errs->count + errs->dropped == before ? 0 : -1;
}

static bool is_marked(const char *bytes, size_t length)
{
    return length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0;
}

static bool fail_utf8(struct json *json, size_t bad, struct errs *errs)
{
    bool is_mark = bad == 0 && is_marked(json->bytes, json->length);
    if (bad >= json->length && !is_mark)
        return false;
    struct err *err = err_at(json, errs, is_mark ? ERR_SYNTAX : ERR_UTF8, bad, 1);
    if (is_mark)
        snprintf(err->message, sizeof err->message, "the file begins with a byte order mark");
    else
        snprintf(err->message, sizeof err->message, "byte 0x%02x is not UTF-8", (unsigned char)json->bytes[bad]);
    snprintf(err->help, sizeof err->help, "save the file as UTF-8 without byte order mark");
    return true;
}

/* One value of json->bytes from *at on; `is_utf8`: they were looked through already. */
static int read_value(struct json *json, size_t *at, bool is_utf8, struct errs *errs)
{
    const char *bytes = json->bytes;
    size_t length = json->length;
    check(length < UINT32_MAX);
    struct scanner s = {.json = json, .errs = errs, .bytes = bytes, .at = *at, .length = length};
    skip_blanks(&s);
    *at = s.at;
    if (s.at >= length)
        return 0;
    size_t start = s.at;
    bool is_sound = scan_value(&s, SIZE_MAX);
    if (is_sound && !is_utf8) {
        size_t bad = start + err_utf8(bytes + start, s.at - start);
        is_sound = bad >= s.at || !fail_utf8(json, bad, errs);
    }
    if (is_sound) {
        *at = s.at;
        is_sound = build_tree(json, start, s.at, errs) == 0;
        skip_blanks(&s);
        *at = s.at;
        return is_sound ? 1 : -1;
    }
    const char *newline = s.at < length ? memchr(bytes + s.at, '\n', length - s.at) : NULL;
    *at = newline ? (size_t)(newline - bytes) + 1 : length;
    return -1;
}

int json_read_next(struct json *json, const char *source, const char *bytes, size_t length,
                   size_t *at, struct errs *errs)
{
    *json = (struct json){.source = source, .bytes = bytes, .length = length};
    return read_value(json, at, false, errs);
}

static int read_alone(struct json *json, struct errs *errs)
{
    const char *bytes = json->bytes;
    size_t length = json->length, at = 0;
    size_t bad = is_marked(bytes, length) ? 0 : err_utf8(bytes, length);
    if (fail_utf8(json, bad, errs))
        return -1;
    int got = read_value(json, &at, true, errs);
    if (got == 0) {
        struct err *err = errs_add(errs, ERR_SYNTAX, "the file is empty: a JSON value was expected");
        snprintf(err->source, sizeof err->source, "%s", json->source);
        return -1;
    }
    if (got == 1 && at < length) {
        struct err *err = err_at(json, errs, ERR_TRAILING, at, 1);
        snprintf(err->message, sizeof err->message, "text behind the end of the JSON value");
        err_help(err, "one value stands alone in its file, or on its line");
        return -1;
    }
    return got == 1 ? 0 : -1;
}

int json_read(struct json *json, const char *source, const char *bytes, size_t length,
              struct errs *errs)
{
    *json = (struct json){.source = source, .bytes = bytes, .length = length};
    return read_alone(json, errs);
}

int json_read_only(struct json *json, const char *source, const char *bytes, size_t length, struct errs *errs)
{
    *json = (struct json){.source = source, .bytes = bytes, .length = length, .only_read = true};
    return read_alone(json, errs);
}

void json_finish(struct json *json)
{
    cJSON_Delete(json->root);
    memory_release(json->place);
    memory_release(json->slot);
    memory_release(json->slot_node);
    *json = (struct json){0};
}

struct text json_written(const struct json *json, const cJSON *node)
{
    const struct json_place *place = place_of(json, node);
    return place ? (struct text){json->bytes + place->start, place->end - place->start} : (struct text){"", 0};
}

/* ---- errors at a node ---- */

/* A member's name as a token of RFC 6901; the length, or that of more than there is room for. */
static size_t write_token(const char *name, char *out, size_t room)
{
    size_t used = 0;
    for (out[used++] = '/'; *name && used + 2 < room; name++) {
        bool is_escaped = *name == '/' || *name == '~';
        if (is_escaped)
            out[used++] = '~';
        out[used++] = *name == '/' ? '1' : *name == '~' ? '0' : *name;
    }
    out[used] = '\0';
    return *name ? room : used;
}

/* RFC 6901 path from `from` down to `node`; the end of what was written, NULL when it is not below. */
static char *write_pointer(const cJSON *from, const cJSON *node, char *out, char *end)
{
    if (from == node)
        return out;
    unsigned index = 0;
    for (const cJSON *child = from->child; child; child = child->next, index++) {
        char number[16];
        size_t room = (size_t)(end - out);
        snprintf(number, sizeof number, "%u", index);
        if (room < 4)
            continue;
        size_t length = write_token(child->string ? child->string : number, out, room);
        if (length >= room)
            continue;
        char *found = write_pointer(child, node, out + length, end);
        if (found)
            return found;
    }
    return NULL;
}

static struct err *fail_node(const struct json *json, const cJSON *node, struct errs *errs,
                             enum err_code code, bool at_name, const char *format, va_list list)
{
    if (errs_are_full(errs))
        return errs_add(errs, code, "%s", "");
    const struct json_place *place = place_of(json, node);
    struct err *err;
    if (place) {
        bool is_name = at_name && place->key_start != place->start;
        size_t start = is_name ? place->key_start : place->start;
        bool is_open = json->bytes[start] == '{' || json->bytes[start] == '['; /* then the bracket is shown */
        size_t end = is_open ? start + 1 : place->end;
        if (is_name) {
            end = start + 1;
            while (json->bytes[end] != '"')
                end += json->bytes[end] == '\\' ? 2 : 1;
            end++;
        }
        err = err_at(json, errs, code, start, end - start);
        char path[160] = "";
        if (write_pointer(json->root, node, path, path + sizeof path))
            snprintf(err->pointer, sizeof err->pointer, "%s", path);
        err_tame(err->pointer);
    } else {
        err = errs_add(errs, code, "%s", "");
        snprintf(err->source, sizeof err->source, "%s", json->source ? json->source : "");
    }
    vsnprintf(err->message, sizeof err->message, format, list);
    err_tame(err->message);
    return err;
}

/* Bytes as written of the first `count` bytes of a text as read. */
static size_t written_length(const char *raw, size_t count)
{
    size_t at = 0;
    while (count > 0) {
        bool is_unicode = raw[at] == '\\' && raw[at + 1] == 'u', is_escape = raw[at] == '\\';
        size_t read = 1;
        if (is_unicode) {
            char hex[5] = {raw[at + 2], raw[at + 3], raw[at + 4], raw[at + 5], '\0'};
            unsigned long code = strtoul(hex, NULL, 16);
            read = code < 0x80 ? 1 : code < 0x800 ? 2 : code >= 0xD800 && code < 0xDC00 ? 4 : 3;
        }
        at += is_unicode ? read == 4 ? 12 : 6 : is_escape ? 2 : 1;
        count = count > read ? count - read : 0;
    }
    return at;
}

struct err *json_fail_inside(const struct json *json, const cJSON *node, size_t at, size_t width,
                             struct errs *errs, int code, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    struct err *err = fail_node(json, node, errs, (enum err_code)code, false, format, list);
    va_end(list);
    const struct json_place *place = err->line ? place_of(json, node) : NULL;
    if (place && cJSON_IsString(node)) {
        const char *raw = json->bytes + place->start + 1;
        size_t start = written_length(raw, at), end = written_length(raw, at + width);
        set_place(json, err, place->start + 1 + start, end > start ? end - start : 1);
    }
    return err;
}

struct err *json_fail(const struct json *json, const cJSON *node, struct errs *errs, int code,
                      const char *format, ...)
{
    va_list list;
    va_start(list, format);
    struct err *err = fail_node(json, node, errs, (enum err_code)code, false, format, list);
    va_end(list);
    return err;
}

struct err *json_fail_name(const struct json *json, const cJSON *node, struct errs *errs, int code,
                           const char *format, ...)
{
    va_list list;
    va_start(list, format);
    struct err *err = fail_node(json, node, errs, (enum err_code)code, true, format, list);
    va_end(list);
    return err;
}

/* ---- merging ---- */

cJSON *json_merge(cJSON *target, const cJSON *patch)
{
    if (!cJSON_IsObject(patch))
        return cJSON_Duplicate(patch, true);
    if (!cJSON_IsObject(target))
        target = cJSON_CreateObject();
    for (const cJSON *change = patch->child; change; change = change->next) {
        cJSON *old = cJSON_GetObjectItemCaseSensitive(target, change->string);
        if (cJSON_IsNull(change)) {
            cJSON_DeleteItemFromObjectCaseSensitive(target, change->string);
            continue;
        }
        cJSON *merged = json_merge(old, change);
        if (merged == old)
            continue;
        if (old)
            cJSON_ReplaceItemInObjectCaseSensitive(target, change->string, merged);
        else
            cJSON_AddItemToObject(target, change->string, merged);
    }
    return target;
}

/* ---- access ---- */

const cJSON *json_get(const cJSON *object, const char *name)
{
    if (!object || !cJSON_IsObject(object))
        return NULL;
    const cJSON *child = object->child;
    while (child && (child->string[0] != name[0] || strcmp(child->string, name) != 0))
        child = child->next;
    return child;
}

const char *json_text(const cJSON *object, const char *name, const char *fallback)
{
    const cJSON *node = json_get(object, name);
    return cJSON_IsString(node) ? node->valuestring : fallback;
}

int64_t json_integer(const cJSON *object, const char *name, int64_t fallback)
{
    const cJSON *node = json_get(object, name);
    if (!cJSON_IsNumber(node))
        return fallback;
    return node->valuedouble > EXACT_MAX    ? EXACT_MAX + 1
           : node->valuedouble < -EXACT_MAX ? -EXACT_MAX - 1
                                            : (int64_t)node->valuedouble;
}

bool json_bool(const cJSON *object, const char *name, bool fallback)
{
    const cJSON *node = json_get(object, name);
    return cJSON_IsBool(node) ? cJSON_IsTrue(node) : fallback;
}
