/* csv: one row at a time, cells as views of the input unless they hold doubled quotes. */
#include "core/csv.h"

#include <stdarg.h>
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

static struct err *fail_at(const struct csv *csv, struct errs *errs, enum err_code code, size_t at)
{
    struct err *err = errs_add(errs, code, "%s", "");
    snprintf(err->source, sizeof err->source, "%s", csv->source);
    err->line = csv->line;
    set_excerpt(csv, err, at);
    err->column = err_column(csv->bytes, at);
    err->width = 1;
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
    size_t count = 0, row_start = csv->at;
    for (;;) {
        size_t start = csv->at;
        struct scan scan;
        bool is_sound = scan_cell(csv, &scan);
        if (!is_sound || count == CSV_COLUMNS_MAX || memchr(csv->bytes + start, 0, csv->at - start)) {
            struct err *err = fail_at(csv, errs, ERR_CSV, start);
            snprintf(err->message, sizeof err->message, "%s",
                     !is_sound ? "a quote that is not closed, or stands inside an unquoted cell"
                     : count == CSV_COLUMNS_MAX ? "more than 64 columns"
                                                : "a zero byte in a text file");
            if (!is_sound)
                snprintf(err->help, sizeof err->help, "%s",
                         "put the whole cell between quotes and double each quote inside");
            csv->at = start;
            skip_line(csv);
            *next_line = csv->line + 1;
            return -1;
        }
        csv->cell_at[count] = (uint32_t)start;
        csv->cell[count++] = cell_text(csv, &scan);
        if (csv->at >= csv->length || csv->bytes[csv->at] != ',')
            break;
        csv->at++;
    }
    size_t end = csv->at;
    skip_break(csv);
    *next_line = csv->line + 1;
    for (size_t i = row_start; i < end; i++)
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
        for (size_t i = 0; i < bad; i++)
            csv->line += bytes[i] == '\n';
        struct err *err = fail_at(csv, errs, ERR_UTF8, bad);
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
    size_t start = csv->at;
    long count = read_row(csv, errs, &csv->next_line);
    if (count < 0)
        return -1;
    if ((size_t)count != csv->columns) {
        struct err *err = fail_at(csv, errs, ERR_CSV, start);
        snprintf(err->message, sizeof err->message, "%ld cells, but the header has %zu", count,
                 csv->columns);
        snprintf(err->help, sizeof err->help, "%s", "a cell with a comma inside must stand between quotes");
        return -1;
    }
    return 1;
}

int csv_find(const struct csv *csv, const char *name)
{
    for (size_t i = 0; i < csv->columns; i++)
        if (text_is(csv->head[i], name))
            return (int)i;
    return -1;
}

int csv_need(const struct csv *csv, const char *name, struct errs *errs)
{
    int at = csv_find(csv, name);
    if (at >= 0)
        return at;
    struct err *err = errs_add(errs, ERR_MISSING_NAME, "no column \"%s\"", name);
    snprintf(err->source, sizeof err->source, "%s", csv->source);
    err->line = 1;
    err->column = 1;
    set_excerpt(csv, err, 0);
    char head[CSV_COLUMNS_MAX][64];
    const char *names[CSV_COLUMNS_MAX];
    for (size_t i = 0; i < csv->columns; i++) {
        snprintf(head[i], sizeof head[i], "%.*s", (int)csv->head[i].len, csv->head[i].ptr);
        names[i] = head[i];
    }
    const char *nearest = err_nearest(name, names, csv->columns);
    if (nearest)
        snprintf(err->help, sizeof err->help, "rename the column \"%s\" to \"%s\"", nearest, name);
    return -1;
}

struct err *csv_fail(const struct csv *csv, size_t column, struct errs *errs, int code,
                     const char *format, ...)
{
    char message[240];
    va_list list;
    va_start(list, format);
    vsnprintf(message, sizeof message, format, list);
    va_end(list);
    struct text cell = csv->cell[column];
    /* a cell that was copied out of its quotes has no place in the input; its row has */
    bool in_input = cell.ptr >= csv->bytes && cell.ptr <= csv->bytes + csv->length;
    size_t at = in_input ? (size_t)(cell.ptr - csv->bytes) : csv->at ? csv->at - 1 : 0;
    struct err *err = fail_at(csv, errs, (enum err_code)code, at);
    err->column = err_column(csv->bytes, csv->cell_at[column]);
    err->width = err_width(cell.ptr, cell.len);
    snprintf(err->message, sizeof err->message, "%s", message);
    snprintf(err->pointer, sizeof err->pointer, "%.*s", (int)csv->head[column].len, csv->head[column].ptr);
    return err;
}
