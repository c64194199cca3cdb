/* feed: rows of tariffs as text. */
#include "sim/feed.h"

#include <string.h>

void feed_table_finish(struct feed_table *table)
{
    buf_finish(&table->rows);
    buf_finish(&table->members);
    buf_finish(&table->notes);
}

static void add_cell(struct buf *out, const char *text, char behind)
{
    buf_csv_cell(out, text, strlen(text));
    buf_putc(out, behind);
}

void feed_row(struct feed_table *table, const char *place, const char *hs, const char *kind, const char *origin,
              const char *value, const char *from, const char *until, const char *law,
              const struct feed_source *source)
{
    struct buf row = {0}, told = {0};
    const char *const cell[] = {place, hs, kind, origin, value, from, until, law, "high"};
    bool is_member = strcmp(kind, "member") == 0;
    for (size_t i = 0; i < sizeof cell / sizeof *cell; i++)
        add_cell(&row, cell[i], ',');
    buf_printf(&told, "%s, %s", source->url, source->day);
    add_cell(&row, buf_text(&told), '\n');
    struct buf *rows = is_member ? &table->members : &table->rows;
    if (!is_member || !rows->length || !memmem(rows->data, rows->length, row.data, row.length))
        buf_add(rows, row.data, row.length);
    table->count += !is_member;
    buf_finish(&row);
    buf_finish(&told);
}

void feed_table_write(const struct feed_table *table, struct buf *out)
{
    buf_puts(out, "place,hs,kind,origin,value,from,until,law,confidence,source\n");
    buf_add(out, table->members.data, table->members.length);
    buf_add(out, table->rows.data, table->rows.length);
}

void feed_decimal(struct buf *out, int64_t value, unsigned digits)
{
    while (digits > 0 && value % 10 == 0) {
        value /= 10;
        digits--;
    }
    buf_decimal(out, value, digits);
}
