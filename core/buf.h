/* buf: a growing byte buffer, and the few formats that everything prints with. Owner calls buf_finish. */
#ifndef BUF_H
#define BUF_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct buf {
    char *data; /* NUL is kept behind `length` by buf_text only */
    size_t length, capacity;
};

void buf_finish(struct buf *buf);
void buf_clear(struct buf *buf);
void buf_grow(struct buf *buf, size_t bytes);
/* At least `bytes` writable at data + length. */
static inline char *buf_room(struct buf *buf, size_t bytes)
{
    if (buf->capacity - buf->length < bytes)
        buf_grow(buf, bytes);
    return buf->data + buf->length;
}
static inline void buf_add(struct buf *buf, const char *bytes, size_t length)
{
    if (length == 0)
        return;
    memcpy(buf_room(buf, length), bytes, length);
    buf->length += length;
}
static inline void buf_puts(struct buf *buf, const char *text)
{
    buf_add(buf, text, strlen(text));
}
static inline void buf_putc(struct buf *buf, char c)
{
    *buf_room(buf, 1) = c;
    buf->length++;
}
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_int(struct buf *buf, int64_t value);
/* Fixed-point decimal: value 12345, digits 2 -> "123.45"; digits 0..9. */
void buf_decimal(struct buf *buf, int64_t value, unsigned digits);
void buf_json_string(struct buf *buf, const char *text, size_t length); /* with quotes, escaped */
void buf_csv_cell(struct buf *buf, const char *text, size_t length);    /* RFC 4180 quoting if needed */
const char *buf_text(struct buf *buf);

#endif
