/* feed_ecb: reference rates of the European Central Bank by day, out of its XML and CSV files. */
#include <stdio.h>
#include <string.h>

#include <libxml/xmlreader.h>

#include "core/arena.h"
#include "core/date.h"
#include "core/err.h"
#include "core/money.h"
#include "core/text.h"
#include "sim/feed.h"
#include "sim/unpack.h"

enum { DIGITS = 6, COLUMNS_MAX = 128 };
#define RATE_MOST (INT64_MAX / 31) /* the sum of a month is one, too */

struct feed_rates {
    int32_t first, last_possible, last; /* days */
    int64_t *rate[CURRENCY_MAX];        /* by day from `first`, 10^-6; 0: none */
};

struct feed_rates *feed_rates_create(void)
{
    struct feed_rates *rates = memory_take(sizeof *rates);
    rates->first = date_day(1999, 1, 1);
    rates->last_possible = date_day(2099, 12, 31);
    rates->last = DAY_UNSET;
    return rates;
}

void feed_rates_free(struct feed_rates *rates)
{
    if (!rates)
        return;
    for (unsigned i = 0; i < CURRENCY_MAX; i++)
        memory_release(rates->rate[i]);
    memory_release(rates);
}

int32_t feed_rates_last(const struct feed_rates *rates)
{
    return rates->last;
}

static int fail(struct errs *errs, const char *source, uint32_t line, const char *what, const char *text)
{
    char shown[40] = "";
    snprintf(shown, sizeof shown, "%.39s", text ? text : "");
    shown[err_utf8(shown, strlen(shown))] = '\0';
    struct err *err = errs_add(errs, ERR_SYNTAX, "%s%s%s%s", what, text ? ": \"" : "", shown, text ? "\"" : "");
    snprintf(err->source, sizeof err->source, "%.159s", source);
    err->line = line;
    err->column = line ? 1 : 0;
    return -1;
}

/* A currency that we do not know is left out; false: what was read is no rate. */
static bool put(struct feed_rates *rates, int32_t day, struct text name, struct text text)
{
    char code[8];
    int64_t value;
    snprintf(code, sizeof code, "%.*s", (int)name.len, name.ptr);
    unsigned currency = currency_index(code);
    if (!decimal_parse(text.ptr, text.len, DIGITS, &value) || value <= 0 || value > RATE_MOST ||
        day < rates->first || day > rates->last_possible)
        return false;
    if (currency == 0)
        return true;
    if (!rates->rate[currency])
        rates->rate[currency] = memory_take((size_t)(rates->last_possible - rates->first + 1) * sizeof(int64_t));
    rates->rate[currency][day - rates->first] = value;
    rates->last = day > rates->last ? day : rates->last;
    return true;
}

/* ---- XML ---- */

/* One element Cube: with a time it begins a day, with a currency it is a rate. */
static int take_cube(struct feed_rates *rates, xmlTextReader *reader, int32_t *day, const char *source,
                     struct errs *errs)
{
    char *time = (char *)xmlTextReaderGetAttribute(reader, (const xmlChar *)"time");
    char *currency = (char *)xmlTextReaderGetAttribute(reader, (const xmlChar *)"currency");
    char *rate = (char *)xmlTextReaderGetAttribute(reader, (const xmlChar *)"rate");
    uint32_t line = (uint32_t)xmlTextReaderGetParserLineNumber(reader);
    int result = 0;
    if (time && !date_parse(time, strlen(time), day))
        result = fail(errs, source, line, "a day expected", time);
    if (currency && (!rate || *day == DAY_UNSET || !put(rates, *day, text_of(currency), text_of(rate))))
        result = fail(errs, source, line, "a rate expected", rate ? rate : currency);
    xmlFree(time);
    xmlFree(currency);
    xmlFree(rate);
    return result;
}

/* Declarations of types and entities have no place in these files: they are not read any further. */
static int read_xml(struct feed_rates *rates, const char *source, const char *bytes, size_t length, struct errs *errs)
{
    xmlTextReader *reader = xmlReaderForMemory(bytes, (int)length, NULL, "UTF-8",
                                               XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    int32_t day = DAY_UNSET;
    int got = -1, result = 0;
    while (result == 0 && reader && (got = xmlTextReaderRead(reader)) == 1) {
        int type = xmlTextReaderNodeType(reader);
        if (type == XML_READER_TYPE_DOCUMENT_TYPE || type == XML_READER_TYPE_ENTITY_REFERENCE)
            result = fail(errs, source, 0, "a document type: such XML is not read", NULL);
        else if (type == XML_READER_TYPE_ELEMENT &&
                 strcmp((const char *)xmlTextReaderConstLocalName(reader), "Cube") == 0)
            result = take_cube(rates, reader, &day, source, errs);
    }
    if (result == 0 && got != 0)
        result = fail(errs, source, reader ? (uint32_t)xmlTextReaderGetParserLineNumber(reader) : 0,
                      "broken XML", NULL);
    if (result == 0 && day == DAY_UNSET)
        result = fail(errs, source, 0, "no rates in it", NULL);
    xmlFreeTextReader(reader);
    return result;
}

/* ---- CSV ---- */

static struct text trim(struct text text)
{
    while (text.len && strchr(" \t\r", text.ptr[0])) {
        text.ptr++;
        text.len--;
    }
    while (text.len && strchr(" \t\r", text.ptr[text.len - 1]))
        text.len--;
    return text;
}

/* Cells between commas, blanks around them taken off: the daily file has commas and blanks. */
static size_t split(struct text line, struct text cell[COLUMNS_MAX])
{
    size_t count = 0;
    for (;;) {
        const char *comma = memchr(line.ptr, ',', line.len);
        size_t length = comma ? (size_t)(comma - line.ptr) : line.len;
        if (count < COLUMNS_MAX)
            cell[count++] = trim((struct text){line.ptr, length});
        if (!comma)
            return count;
        line = (struct text){comma + 1, line.len - length - 1};
    }
}

/* "2026-04-13" or "13 April 2026". */
static bool read_day(struct text text, int32_t *day)
{
    static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                         "July",    "August",   "September", "October", "November", "December"};
    char copy[32], month[16], iso[24];
    unsigned number, year;
    int end = 0;
    if (date_parse(text.ptr, text.len, day))
        return true;
    snprintf(copy, sizeof copy, "%.*s", (int)text.len, text.ptr);
    if (sscanf(copy, "%2u %15[A-Za-z] %4u%n", &number, month, &year, &end) != 3 || copy[end])
        return false;
    for (unsigned i = 0; i < sizeof months / sizeof *months; i++) {
        snprintf(iso, sizeof iso, "%04u-%02u-%02u", year, i + 1, number);
        if (strcmp(months[i], month) == 0)
            return date_parse(iso, strlen(iso), day);
    }
    return false;
}

static int read_line(struct feed_rates *rates, const struct text *head, size_t columns, struct text line,
                     uint32_t number, const char *source, struct errs *errs)
{
    struct text cell[COLUMNS_MAX];
    size_t count = split(line, cell);
    char shown[32];
    int32_t day;
    snprintf(shown, sizeof shown, "%.*s", (int)cell[0].len, cell[0].ptr);
    if (!read_day(cell[0], &day))
        return fail(errs, source, number, "a day expected", shown);
    for (size_t i = 1; i < count && i < columns; i++) {
        if (cell[i].len == 0 || head[i].len == 0 || text_is(cell[i], "N/A"))
            continue;
        snprintf(shown, sizeof shown, "%.*s", (int)cell[i].len, cell[i].ptr);
        if (!put(rates, day, head[i], cell[i]))
            return fail(errs, source, number, "a rate expected", shown);
    }
    return 0;
}

static int read_csv(struct feed_rates *rates, const char *source, const char *bytes, size_t length, struct errs *errs)
{
    struct text head[COLUMNS_MAX];
    size_t columns = 0;
    uint32_t number = 0;
    int result = 0;
    for (size_t at = 0; at < length && result == 0;) {
        const char *end = memchr(bytes + at, '\n', length - at);
        struct text line = {bytes + at, end ? (size_t)(end - bytes) - at : length - at};
        at += line.len + 1;
        number++;
        if (trim(line).len == 0)
            continue;
        if (columns == 0) {
            columns = split(line, head);
            if (!text_is(head[0], "Date") || columns < 2)
                result = fail(errs, source, number, "neither XML nor a table of rates by day", NULL);
        } else {
            result = read_line(rates, head, columns, line, number, source, errs);
        }
    }
    if (result == 0 && rates->last == DAY_UNSET)
        result = fail(errs, source, 0, "no rates in it", NULL);
    return result;
}

/* ---- the whole ---- */

static int read_plain(struct feed_rates *rates, const char *source, const char *bytes, size_t length,
                      struct errs *errs)
{
    size_t blank = 0;
    while (blank < length && strchr(" \t\r\n\xEF\xBB\xBF", bytes[blank]) && bytes[blank])
        blank++;
    if (length > INT32_MAX)
        return fail(errs, source, 0, "too long", NULL);
    if (err_utf8(bytes, length) != length)
        return fail(errs, source, 0, "neither XML nor CSV in UTF-8", NULL);
    return blank < length && bytes[blank] == '<' ? read_xml(rates, source, bytes, length, errs)
                                                 : read_csv(rates, source, bytes + blank, length - blank, errs);
}

int feed_rates_add(struct feed_rates *rates, const char *source, const char *bytes, size_t length, struct errs *errs)
{
    if (!unpack_is_archive(bytes, length))
        return read_plain(rates, source, bytes, length, errs);
    struct unpack *unpack = memory_take(sizeof *unpack);
    int result = unpack_read(unpack, source, bytes, length, errs);
    if (result == 0 && unpack->files == 0)
        result = fail(errs, source, 0, "an empty archive", NULL);
    for (size_t i = 0; i < unpack->files && result == 0; i++)
        result = read_plain(rates, unpack->file[i].path, unpack->file[i].bytes, unpack->file[i].length, errs);
    arena_finish(&unpack->arena);
    memory_release(unpack);
    return result;
}

/* Mean of the days from `from` to before `end` that have a rate; their number. */
static unsigned mean(const struct feed_rates *rates, unsigned currency, int32_t from, int32_t end, int64_t *value)
{
    int64_t sum = 0;
    unsigned days = 0;
    for (int32_t day = from; day < end; day++) {
        int64_t rate = rates->rate[currency][day - rates->first];
        sum += rate;
        days += rate != 0;
    }
    *value = days ? money_scale(sum, 1, days, ROUND_HALF_EVEN) : 0;
    return days;
}

size_t feed_rates_write(const struct feed_rates *rates, struct buf *out)
{
    size_t rows = 0;
    buf_puts(out, "month,currency,per_eur,days\n");
    for (int32_t from = rates->first, end; rates->last != DAY_UNSET && from <= rates->last; from = end) {
        struct civil first = date_civil(from);
        end = first.month == 12 ? date_day(first.year + 1, 1, 1) : date_day(first.year, first.month + 1, 1);
        for (unsigned currency = 1; currency < currency_count(); currency++) {
            int64_t value;
            unsigned days = rates->rate[currency] ? mean(rates, currency, from, end, &value) : 0;
            if (days == 0)
                continue;
            buf_printf(out, "%04d-%02d,%s,", (int)first.year, (int)first.month, currency_code(currency));
            feed_decimal(out, value, DIGITS);
            buf_printf(out, ",%u\n", days);
            rows++;
        }
    }
    return rows;
}
