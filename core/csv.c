/* csv: one row at a time, cells as views of the input unless they hold doubled quotes. */
#include "core/csv.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/err.h"

/* The input line in which a byte lies, for the excerpt of an error. */
static void set_excerpt(const struct csv *csv, struct err *err, size_t at)
{
    size_t start = at, end = at;
    while (start > 0 && csv->bytes[start - 1] != '\n')
        start--;
    while (end < csv->length && csv->bytes[end] != '\n' && csv->bytes[end] != '\r')
        end++;
    err_excerpt(err, csv->bytes + start, end - start, at - start);
}

static struct err *fail_at(const struct csv *csv, struct errs *errs, enum err_code code, size_t at, size_t width)
{
    struct err *err = errs_add(errs, code, "%s", "");
    snprintf(err->source, sizeof err->source, "%s", csv->source);
    err->line = csv->line;
    for (size_t i = csv->row_at; i < at; i++)
        err->line += csv->bytes[i] == '\n';
    set_excerpt(csv, err, at);
    err->column = err_column(csv->bytes, at);
    width = width < csv->length - at ? width : csv->length - at;
    const char *newline = memchr(csv->bytes + at, '\n', width);
    err->width = err_width(csv->bytes + at, newline ? (size_t)(newline - csv->bytes) - at : width);
    return err;
}

struct scan {
    size_t start, end; /* of the text between the quotes or commas */
    bool doubled;      /* holds "" */
};

/* One cell; the reader stands behind it. false when a quote is not closed or stands wrongly. */
static bool scan_cell(struct csv *csv, struct scan *scan)
{
    const char *b = csv->bytes;
    size_t at = csv->at, length = csv->length;
    *scan = (struct scan){.start = at};
    if (at < length && b[at] == '"') {
        scan->start = ++at;
        for (; at < length; at++) {
            if (b[at] != '"')
                continue;
            if (at + 1 >= length || b[at + 1] != '"')
                break;
            scan->doubled = true;
            at++;
        }
        scan->end = at;
        csv->at = at + 1;
        if (at >= length)
            csv->at = length;
        return at < length && (csv->at == length || strchr(",\r\n", b[csv->at]));
    }
    while (at < length && b[at] != ',' && b[at] != '\n' && b[at] != '\r' && b[at] != '"')
        at++;
    scan->end = csv->at = at;
    return at >= length || b[at] != '"';
}

static struct text cell_text(struct csv *csv, const struct scan *scan)
{
    const char *from = csv->bytes + scan->start;
    size_t length = scan->end - scan->start;
    if (!scan->doubled)
        return (struct text){from, length};
    char *copy = arena_take(csv->arena, length + 1);
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        copy[used++] = from[i];
        i += from[i] == '"';
    }
    return (struct text){copy, used};
}

/* Moves behind the line break; the line that begins there is the next. */
static void skip_break(struct csv *csv)
{
    if (csv->at < csv->length && csv->bytes[csv->at] == '\r')
        csv->at++;
    if (csv->at < csv->length && csv->bytes[csv->at] == '\n')
        csv->at++;
}

static void skip_line(struct csv *csv)
{
    while (csv->at < csv->length && csv->bytes[csv->at] != '\n')
        csv->at++;
    skip_break(csv);
}

/* Reads the cells of a row; their number, or -1 with an error. *next_line: of the row behind. */
static long read_row(struct csv *csv, struct errs *errs, uint32_t *next_line)
{
    size_t count = 0;
    csv->row_at = csv->at;
    for (;;) {
        size_t start = csv->at;
        struct scan scan;
        bool is_sound = scan_cell(csv, &scan);
        size_t seen = csv->at - start + (csv->at < csv->length); /* with what ended the cell */
        if (!is_sound || count == CSV_COLUMNS_MAX || memchr(csv->bytes + start, 0, seen)) {
            struct err *err = fail_at(csv, errs, ERR_CSV, start, 1);
            snprintf(err->message, sizeof err->message, "%s",
                     !is_sound ? "a quote that is not closed, or stands inside an unquoted cell"
                     : count == CSV_COLUMNS_MAX ? "more than 160 columns"
                                                : "a zero byte in a text file");
            if (!is_sound)
                snprintf(err->help, sizeof err->help, "%s",
                         "put the whole cell between quotes and double each quote inside");
            csv->at = start;
            skip_line(csv);
            *next_line = csv->line + 1;
            return -1;
        }
        csv->cell_at[count] = start;
        csv->cell_end[count] = csv->at;
        csv->cell[count++] = cell_text(csv, &scan);
        if (csv->at >= csv->length || csv->bytes[csv->at] != ',')
            break;
        csv->at++;
    }
    size_t end = csv->at;
    skip_break(csv);
    *next_line = csv->line + 1;
    for (size_t i = csv->row_at; i < end; i++)
        *next_line += csv->bytes[i] == '\n';
    return (long)count;
}

/* Rows that are blank are passed over. */
static void skip_blank(struct csv *csv, uint32_t *line)
{
    while (csv->at < csv->length && (csv->bytes[csv->at] == '\n' || csv->bytes[csv->at] == '\r')) {
        skip_break(csv);
        ++*line;
    }
}

int csv_open(struct csv *csv, const char *source, const char *bytes, size_t length,
             struct arena *arena, struct errs *errs)
{
    *csv = (struct csv){.source = source, .bytes = bytes, .length = length, .arena = arena, .line = 1};
    if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0)
        csv->at = 3;
    size_t bad = err_utf8(bytes, length);
    if (bad < length) {
        struct err *err = fail_at(csv, errs, ERR_UTF8, bad, 1);
        snprintf(err->message, sizeof err->message, "byte 0x%02x is not UTF-8", (unsigned char)bytes[bad]);
        snprintf(err->help, sizeof err->help, "%s", "save the file as UTF-8");
        return -1;
    }
    if (csv->at >= length) {
        struct err *err = errs_add(errs, ERR_CSV, "the file is empty: a header row was expected");
        snprintf(err->source, sizeof err->source, "%s", source);
        return -1;
    }
    uint32_t next_line = 1;
    long count = read_row(csv, errs, &next_line);
    if (count < 0)
        return -1;
    csv->columns = (size_t)count;
    memcpy(csv->head, csv->cell, csv->columns * sizeof *csv->head);
    csv->next_line = next_line;
    return 0;
}

int csv_next(struct csv *csv, struct errs *errs)
{
    skip_blank(csv, &csv->next_line);
    if (csv->at >= csv->length)
        return 0;
    csv->line = csv->next_line;
    long count = read_row(csv, errs, &csv->next_line);
    if (count < 0)
        return -1;
    if ((size_t)count == csv->columns)
        return 1;
    bool is_long = (size_t)count > csv->columns; /* shown at the first cell too many, or where one is missing */
    size_t start = is_long ? csv->cell_at[csv->columns] : csv->cell_end[count - 1];
    struct err *err = fail_at(csv, errs, ERR_CSV, start, is_long ? csv->cell_end[csv->columns] - start : 1);
    snprintf(err->message, sizeof err->message, "%ld cells, but the header has %zu", count, csv->columns);
    if (is_long)
        err_help(err, "a cell with a comma inside must stand between quotes");
    else
        err_help(err, "the cell of \"%.*s\" is missing", (int)csv->head[count].len, csv->head[count].ptr);
    return -1;
}

int csv_find(const struct csv *csv, const char *name)
{
    for (size_t i = 0; i < csv->columns; i++)
        if (text_is(csv->head[i], name))
            return (int)i;
    return -1;
}

/* The column of the header whose name is nearest; -1: none is near. */
static int find_near(const struct csv *csv, const char *name)
{
    char head[CSV_COLUMNS_MAX][64];
    const char *names[CSV_COLUMNS_MAX];
    for (size_t i = 0; i < csv->columns; i++) {
        snprintf(head[i], sizeof head[i], "%.*s", (int)csv->head[i].len, csv->head[i].ptr);
        names[i] = head[i];
    }
    const char *nearest = err_nearest(name, names, csv->columns);
    for (size_t i = 0; nearest && i < csv->columns; i++)
        if (names[i] == nearest)
            return (int)i;
    return -1;
}

static void add_columns(const struct csv *csv, struct err *err)
{
    size_t used = 0;
    err_help(err, "the header has: ");
    used = strlen(err->help);
    for (size_t i = 0; i < csv->columns && used + csv->head[i].len + 8 < sizeof err->help; i++)
        used += (size_t)snprintf(err->help + used, sizeof err->help - used, "%s%.*s", i ? ", " : "",
                                 (int)csv->head[i].len, csv->head[i].ptr);
    err_tame(err->help);
}

int csv_need(const struct csv *csv, const char *name, struct errs *errs)
{
    int at = csv_find(csv, name);
    if (at >= 0)
        return at;
    int near = find_near(csv, name);
    size_t start = near >= 0 ? csv->cell_at[near] : csv->row_at, end = near >= 0 ? csv->cell_end[near] : start + 1;
    struct err *err = fail_at(csv, errs, ERR_MISSING_NAME, start, end - start);
    snprintf(err->message, sizeof err->message, "no column \"%s\"", name);
    if (near >= 0)
        err_help(err, "rename the column \"%.*s\" to \"%s\"", (int)csv->head[near].len, csv->head[near].ptr, name);
    else
        add_columns(csv, err);
    return -1;
}

int csv_want(const struct csv *csv, const char *name, const char *const *names, size_t count, struct errs *errs)
{
    int at = csv_find(csv, name), near = at < 0 ? find_near(csv, name) : -1;
    bool is_known = near < 0;
    for (size_t i = 0; i < count && !is_known; i++)
        is_known = text_is(csv->head[near], names[i]);
    if (!is_known) {
        size_t start = csv->cell_at[near], end = csv->cell_end[near];
        struct err *err = fail_at(csv, errs, ERR_UNKNOWN_NAME, start, end - start);
        snprintf(err->message, sizeof err->message, "unknown column \"%.*s\"", (int)csv->head[near].len,
                 csv->head[near].ptr);
        err_tame(err->message);
        err_help(err, "did you mean \"%s\"?", name);
    }
    return at;
}

struct err *csv_fail(const struct csv *csv, size_t column, struct errs *errs, int code,
                     const char *format, ...)
{
    char message[240];
    va_list list;
    va_start(list, format);
    vsnprintf(message, sizeof message, format, list);
    va_end(list);
    size_t start = csv->cell_at[column], end = csv->cell_end[column];
    struct err *err = fail_at(csv, errs, (enum err_code)code, start, end > start ? end - start : 1);
    snprintf(err->message, sizeof err->message, "%s", message);
    snprintf(err->pointer, sizeof err->pointer, "%.*s", (int)csv->head[column].len, csv->head[column].ptr);
    err_tame(err->message);
    err_tame(err->pointer);
    return err;
}
