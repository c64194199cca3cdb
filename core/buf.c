/* buf: growing bytes and the formats that everything prints with. */
#include "core/buf.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/check.h"

void buf_finish(struct buf *buf)
{
    memory_release(buf->data);
    *buf = (struct buf){0};
}

void buf_clear(struct buf *buf)
{
    buf->length = 0;
}

void buf_grow(struct buf *buf, size_t bytes)
{
    size_t capacity = buf->capacity ? buf->capacity * 2 : 256;
    while (capacity - buf->length < bytes)
        capacity *= 2;
    buf->data = memory_resize(buf->data, buf->capacity, capacity);
    buf->capacity = capacity;
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int length = vsnprintf(buf_room(buf, 128), 128, format, list);
    va_end(list);
    check(length >= 0);
    if (length >= 128) {
        va_start(list, format);
        vsnprintf(buf_room(buf, (size_t)length + 1), (size_t)length + 1, format, list);
        va_end(list);
    }
    buf->length += (size_t)length;
}

/* Digits of a magnitude, right-aligned before `end`; returns where they start. */
static char *digits_before(char *end, uint64_t magnitude)
{
    do {
        *--end = (char)('0' + magnitude % 10);
        magnitude /= 10;
    } while (magnitude);
    return end;
}

static uint64_t magnitude_of(int64_t value)
{
    return value < 0 ? -(uint64_t)value : (uint64_t)value;
}

void buf_int(struct buf *buf, int64_t value)
{
    char text[24], *end = text + sizeof text, *at = digits_before(end, magnitude_of(value));
    if (value < 0)
        *--at = '-';
    buf_add(buf, at, (size_t)(end - at));
}

void buf_decimal(struct buf *buf, int64_t value, unsigned digits)
{
    check(digits <= 9);
    char text[32], *end = text + sizeof text, *at = end;
    uint64_t magnitude = magnitude_of(value);
    for (unsigned i = 0; i < digits; i++) {
        *--at = (char)('0' + magnitude % 10);
        magnitude /= 10;
    }
    if (digits)
        *--at = '.';
    at = digits_before(at, magnitude);
    if (value < 0)
        *--at = '-';
    buf_add(buf, at, (size_t)(end - at));
}

static bool is_escaped(unsigned char c) { return c == '"' || c == '\\' || c < 0x20; }

void buf_json_string(struct buf *buf, const char *text, size_t length)
{
    buf_putc(buf, '"');
    for (size_t i = 0, plain = 0; i < length; i += plain + 1, plain = 0) {
        while (i + plain < length && !is_escaped((unsigned char)text[i + plain]))
            plain++;
        buf_add(buf, text + i, plain);
        if (i + plain == length)
            break;
        unsigned char c = (unsigned char)text[i + plain];
        if (c == '\n')
            buf_puts(buf, "\\n");
        else if (c < 0x20)
            buf_printf(buf, "\\u%04x", c);
        else
            buf_add(buf, (const char[]){'\\', (char)c}, 2);
    }
    buf_putc(buf, '"');
}

void buf_csv_cell(struct buf *buf, const char *text, size_t length)
{
    bool quoted = false;
    for (size_t i = 0; i < length && !quoted; i++)
        quoted = text[i] == '"' || text[i] == ',' || text[i] == '\n' || text[i] == '\r';
    if (!quoted) {
        buf_add(buf, text, length);
        return;
    }
    buf_putc(buf, '"');
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"')
            buf_putc(buf, '"');
        buf_putc(buf, text[i]);
    }
    buf_putc(buf, '"');
}

const char *buf_text(struct buf *buf)
{
    *buf_room(buf, 1) = '\0';
    return buf->data;
}
