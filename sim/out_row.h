/* out_row: cells of a CSV row, written one behind the other into room that the caller made sure of. Each puts
 * its own comma in front, except where it is said; nothing here checks for room. */
#ifndef OUT_ROW_H
#define OUT_ROW_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/date.h"

/* Room of one cell without text: a sign, 19 digits, a dot, zeros, a comma. */
enum { OUT_ROW_CELL = 32 };

/* Turns the days of a table's rows into text once for many rows: a row's times are a few weeks apart. */
enum { OUT_ROW_DAYS = 128 };
struct out_row_clock {
    struct {
        int32_t day;
        char text[12]; /* "2026-07-01T"; "": free */
    } slot[OUT_ROW_DAYS];
};

static inline char *out_row_text(char *at, const char *text, size_t length)
{
    *at++ = ',';
    memcpy(at, text, length);
    return at + length;
}

static inline char *out_row_pair(char *at, unsigned value)
{
    at[0] = (char)('0' + value / 10);
    at[1] = (char)('0' + value % 10);
    return at + 2;
}

/* Without a comma. */
static inline char *out_row_digits(char *at, uint64_t value)
{
    char text[20];
    unsigned first = sizeof text;
    for (; value >= 100; value /= 100)
        out_row_pair(&text[first -= 2], (unsigned)(value % 100));
    if (value >= 10)
        out_row_pair(&text[first -= 2], (unsigned)value);
    else
        text[--first] = (char)('0' + value);
    memcpy(at, text + first, sizeof text - first);
    return at + sizeof text - first;
}

static inline char *out_row_count(char *at, uint64_t value)
{
    *at++ = ',';
    return out_row_digits(at, value);
}

/* Minor units as a decimal with so many digits; `unit` is 10^digits. Without a comma. */
static inline char *out_row_decimal(char *at, int64_t minor, unsigned digits, uint64_t unit)
{
    uint64_t magnitude = minor < 0 ? -(uint64_t)minor : (uint64_t)minor;
    if (minor < 0)
        *at++ = '-';
    if (digits == 2) { /* what most currencies have, divided by what the compiler knows */
        at = out_row_digits(at, magnitude / 100);
        *at++ = '.';
        return out_row_pair(at, (unsigned)(magnitude % 100));
    }
    at = out_row_digits(at, magnitude / unit);
    if (digits == 0)
        return at;
    uint64_t rest = magnitude % unit;
    *at = '.';
    for (unsigned i = digits; i > 0; i--) {
        at[i] = (char)('0' + rest % 10);
        rest /= 10;
    }
    return at + digits + 1;
}

static inline char *out_row_money(char *at, int64_t minor, unsigned digits, uint64_t unit)
{
    *at++ = ',';
    return out_row_decimal(at, minor, digits, unit);
}

/* ISO 8601, UTC. Without a comma. */
static inline char *out_row_moment(char *at, int64_t time, struct out_row_clock *clock)
{
    int32_t day = time_local_day(time, 0);
    unsigned at_slot = (unsigned)day % OUT_ROW_DAYS, second = (unsigned)(time - (int64_t)day * DAY_SECONDS);
    char *text = clock->slot[at_slot].text;
    if (clock->slot[at_slot].day != day || text[0] == '\0') {
        clock->slot[at_slot].day = day;
        date_write(day, text);
        text[10] = 'T';
    }
    memcpy(at, text, 11);
    at = out_row_pair(at + 11, second / 3600);
    *at++ = ':';
    at = out_row_pair(at, second / 60 % 60);
    *at++ = ':';
    at = out_row_pair(at, second % 60);
    *at++ = 'Z';
    return at;
}

/* An empty cell for INT64_MIN. */
static inline char *out_row_time(char *at, int64_t time, struct out_row_clock *clock)
{
    *at++ = ',';
    return time == INT64_MIN ? at : out_row_moment(at, time, clock);
}

#endif
