/* err: mistakes of the outside, collected, shown with a caret, explained by the nearest name. */
#include "core/err.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/check.h"

static const struct {
    const char *name;
    int status;
} codes[ERR_COUNT] = {
    {"none", 0},
#define X(id, name, status) {name, status},
    ERR_CODES(X)
#undef X
};

const char *err_name(enum err_code code)
{
    check(code < ERR_COUNT);
    return codes[code].name;
}

int err_status(enum err_code code)
{
    check(code < ERR_COUNT);
    return codes[code].status;
}

/* ---- UTF-8 ---- */

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* Bytes of the code point that begins here, 0 when it is broken: too long, a surrogate, beyond U+10FFFF. */
static size_t sequence_length(const unsigned char *p, size_t left)
{
    if (p[0] < 0x80)
        return 1;
    size_t length = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    if (p[0] < 0xC2 || p[0] > 0xF4 || left < length)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    bool is_overlong = (p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xF0 && p[1] < 0x90);
    bool is_outside = (p[0] == 0xED && p[1] > 0x9F) || (p[0] == 0xF4 && p[1] > 0x8F);
    return is_overlong || is_outside ? 0 : length;
}

/* Neither a control character, which a terminal would obey, nor broken. */
static bool is_shown(const unsigned char *p, size_t step)
{
    bool is_second_set = step == 2 && p[0] == 0xC2 && p[1] < 0xA0;
    return step > 0 && p[0] >= 0x20 && p[0] != 0x7F && !is_second_set;
}

void err_tame(char *text)
{
    const unsigned char *p = (const unsigned char *)text;
    for (size_t left = strlen(text), step; left; left -= step, p += step) {
        step = sequence_length(p, left);
        bool is_cut = step == 0 && left < 4; /* the end had no room */
        bool is_good = is_shown(p, step);
        step = step ? step : 1;
        if (!is_good && !is_cut)
            *text = '?';
        else if (is_good && text != (const char *)p)
            memmove(text, p, step);
        text += is_good ? step : !is_cut;
    }
    *text = '\0';
}

/* ---- what is collected ---- */

struct err *errs_add(struct errs *errs, enum err_code code, const char *format, ...)
{
    check(code > ERR_NONE && code < ERR_COUNT);
    struct err *err = &errs->item[errs->count];
    if (errs->count < ERRS_MAX)
        errs->count++;
    else
        errs->dropped++;
    *err = (struct err){.code = code};
    va_list list;
    va_start(list, format);
    vsnprintf(err->message, sizeof err->message, format, list);
    va_end(list);
    err_tame(err->message);
    return err;
}

bool errs_are_full(const struct errs *errs)
{
    return errs->count == ERRS_MAX;
}

void errs_copy(struct errs *errs, const struct err *err)
{
    *errs_add(errs, err->code, "%s", "") = *err;
}

struct err *errs_unwritten(struct errs *errs, const char *path, const char *why)
{
    struct err *err = errs_add(errs, ERR_IO, "cannot write: %.180s", why);
    snprintf(err->source, sizeof err->source, "%.159s", path);
    return err;
}

void errs_append(struct errs *errs, const struct errs *more)
{
    for (size_t i = 0; i < more->count; i++)
        errs_copy(errs, &more->item[i]);
    errs->dropped += more->dropped;
}

void err_help(struct err *err, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(err->help, sizeof err->help, format, list);
    va_end(list);
    err_tame(err->help);
}

bool err_suggest(struct err *err, const char *name, const char *const *names, size_t count)
{
    const char *nearest = err_nearest(name, names, count);
    if (nearest)
        err_help(err, "did you mean \"%s\"?", nearest);
    return nearest != NULL;
}

int errs_status(const struct errs *errs)
{
    return errs->count ? err_status(errs->item[0].code) : 0;
}

size_t err_utf8(const char *bytes, size_t length)
{
    const unsigned char *p = (const unsigned char *)bytes;
    size_t at = 0;
    while (at < length) {
        uint64_t eight;
        if (length - at >= 8 && (memcpy(&eight, p + at, 8), (eight & UINT64_C(0x8080808080808080)) == 0)) {
            at += 8; /* all ASCII */
            continue;
        }
        size_t step = sequence_length(p + at, length - at);
        if (step == 0)
            break;
        at += step;
    }
    return at;
}

uint32_t err_width(const char *bytes, size_t length)
{
    uint32_t width = 0;
    for (size_t i = 0; i < length; i++)
        width += !is_continuation(bytes[i]);
    return width ? width : 1;
}

uint32_t err_column(const char *bytes, size_t at)
{
    uint32_t column = 1;
    while (at > 0 && bytes[at - 1] != '\n') {
        at--;
        column += !is_continuation(bytes[at]);
    }
    return column;
}

void err_excerpt(struct err *err, const char *line, size_t length, size_t at)
{
    enum { BEFORE = 110, WINDOW = 200 };
    size_t start = at > BEFORE ? at - BEFORE : 0;
    while (start < length && start > 0 && is_continuation(line[start]))
        start++;
    size_t end = length - start > WINDOW ? start + WINDOW : length;
    while (end > start && end < length && is_continuation(line[end]))
        end--;
    size_t used = 0;
    for (size_t i = start; i < end; i++) {
        size_t step = sequence_length((const unsigned char *)line + i, end - i);
        if (!is_shown((const unsigned char *)line + i, step) && line[i] != '\t') {
            err->excerpt[used++] = '?';
            i += step > 1;
            continue;
        }
        memcpy(err->excerpt + used, line + i, step);
        used += step;
        i += step - 1;
    }
    err->excerpt[used] = '\0';
    err->excerpt_column = at > start ? err_width(line + start, at - start) + 1 : 1;
}

/* ---- reports ---- */

/* Columns that a code point takes in a terminal: East Asian wide ones take two. */
static unsigned cells(const unsigned char *p, size_t length)
{
    if (length < 3)
        return 1;
    uint32_t code = length == 3 ? (uint32_t)(p[0] & 15) << 12 | (uint32_t)(p[1] & 63) << 6 | (p[2] & 63)
                                : 0x20000;
    bool is_wide = (code >= 0x1100 && code <= 0x115F) || (code >= 0x2E80 && code <= 0xA4CF) ||
                   (code >= 0xAC00 && code <= 0xD7A3) || (code >= 0xF900 && code <= 0xFAFF) ||
                   (code >= 0xFE30 && code <= 0xFE6F) || (code >= 0xFF00 && code <= 0xFF60) ||
                   code >= 0x20000;
    return is_wide ? 2 : 1;
}

uint32_t err_cells(const char *bytes, size_t length)
{
    uint32_t sum = 0;
    for (size_t at = 0; at < length;) {
        size_t step = sequence_length((const unsigned char *)bytes + at, length - at);
        step = step ? step : 1;
        sum += cells((const unsigned char *)bytes + at, step);
        at += step;
    }
    return sum;
}

void err_pad(struct buf *out, size_t from, size_t cells)
{
    size_t used = out->length > from ? err_cells(out->data + from, out->length - from) : 0;
    for (; used < cells; used++)
        buf_putc(out, ' ');
}

/* Blanks as wide as the excerpt before the caret, then the caret itself. */
static void add_caret(const struct err *err, struct buf *out)
{
    const unsigned char *p = (const unsigned char *)err->excerpt;
    size_t left = strlen(err->excerpt);
    uint32_t column = 1, end = err->excerpt_column + (err->width ? err->width : 1);
    while (left && column < end) {
        size_t step = sequence_length(p, left);
        step = step ? step : 1;
        bool is_under = column >= err->excerpt_column;
        for (unsigned i = cells(p, step); i > 0; i--)
            buf_putc(out, is_under ? '^' : *p == '\t' ? '\t' : ' ');
        p += step;
        left -= step;
        column++;
    }
    if (column <= err->excerpt_column)
        buf_putc(out, '^');
}

void err_render(const struct err *err, int color, struct buf *out)
{
    const char *red = color ? "\033[1;31m" : "", *blue = color ? "\033[1;34m" : "";
    const char *bold = color ? "\033[1m" : "", *plain = color ? "\033[0m" : "";
    buf_printf(out, "%serror[%s]%s: %s%s%s\n", red, err_name(err->code), plain, bold, err->message, plain);
    if (err->source[0]) {
        char source[sizeof err->source];
        memcpy(source, err->source, sizeof source);
        err_tame(source);
        buf_printf(out, "%s  -->%s %s", blue, plain, source);
        if (err->line)
            buf_printf(out, ":%u", err->line);
        if (err->line && err->column)
            buf_printf(out, ":%u", err->column);
        buf_printf(out, "%s%s\n", err->pointer[0] ? "  " : "", err->pointer);
    }
    if (err->excerpt[0]) {
        buf_printf(out, "%s%5u |%s %s\n%s      |%s ", blue, err->line, plain, err->excerpt, blue, red);
        add_caret(err, out);
        buf_printf(out, "%s\n", plain);
    }
    if (err->help[0])
        buf_printf(out, "%s  = help:%s %s\n", blue, plain, err->help);
}

static void add_member(struct buf *out, const char *name, const char *text)
{
    char told[sizeof (struct err){0}.message];
    if (text[0] == '\0')
        return;
    snprintf(told, sizeof told, "%s", text);
    err_tame(told);
    buf_printf(out, ",\"%s\":", name);
    buf_json_string(out, told, strlen(told));
}

void err_render_json(const struct err *err, struct buf *out)
{
    buf_printf(out, "{\"code\":\"%s\"", err_name(err->code));
    add_member(out, "message", err->message);
    add_member(out, "file", err->source);
    if (err->line)
        buf_printf(out, ",\"line\":%u", err->line);
    if (err->column)
        buf_printf(out, ",\"column\":%u,\"width\":%u", err->column, err->width ? err->width : 1);
    add_member(out, "pointer", err->pointer);
    add_member(out, "help", err->help);
    buf_putc(out, '}');
}

/* ---- nearest name ---- */

enum { NAME_MAX_LENGTH = 63 };

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    unsigned ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Optimal string alignment distance: insert, delete, replace, swap of neighbours. */
static unsigned distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    unsigned row[3][NAME_MAX_LENGTH + 1];
    for (unsigned j = 0; j <= b_length; j++)
        row[0][j] = j;
    for (unsigned i = 1; i <= a_length; i++) {
        unsigned *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];
        now[0] = i;
        for (unsigned j = 1; j <= b_length; j++) {
            now[j] = least(last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
            bool is_swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (is_swap && before[j - 2] + 1 < now[j])
                now[j] = before[j - 2] + 1;
        }
    }
    return row[a_length % 3][b_length];
}

static size_t common_prefix(const char *a, const char *b)
{
    size_t length = 0;
    while (a[length] && a[length] == b[length])
        length++;
    return length;
}

/* Of equally near names the one that begins alike for longer: a letter is sooner left out than replaced. */
const char *err_nearest(const char *name, const char *const *names, size_t count)
{
    size_t length = strlen(name);
    if (length > NAME_MAX_LENGTH)
        return NULL;
    unsigned limit = length <= 3 ? 1 : length <= 5 ? 2 : length <= 9 ? 3 : (unsigned)length / 3;
    const char *best = NULL;
    for (size_t i = 0; i < count; i++) {
        size_t other = strlen(names[i]);
        if (other == 0 || other > NAME_MAX_LENGTH)
            continue;
        unsigned far = distance(name, length, names[i], other);
        bool is_nearer = far < limit || (far == limit && !best);
        if (is_nearer || (far == limit && common_prefix(name, names[i]) > common_prefix(name, best))) {
            best = names[i];
            limit = far;
        }
    }
    return best;
}
