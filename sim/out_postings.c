/* out_postings: rows of the ledger, put together from texts that were made once. */
#include "sim/out_postings.h"

#include "core/check.h"
#include "sim/book.h"
#include "sim/out_file.h"
#include "sim/world.h"

static const char *const subject_kinds[] = {
    [SUBJECT_ORDER] = "order", [SUBJECT_SHIPMENT] = "shipment"};

void out_postings_head(struct out_file *file)
{
    buf_puts(&file->buf, "replication,posting,time,subject_kind,subject,order,from,to,currency,amount,"
                         "base_amount,layer,column,class,kind,reason\n");
}

static struct text keep(struct arena *arena, struct buf *text)
{
    struct text kept = {arena_copy(arena, buf_text(text), text->length), text->length};
    buf_clear(text);
    return kept;
}

static void make_kinds(struct out_postings *table, struct buf *text)
{
    for (unsigned column = COLUMN_UNSET + 1; column < COLUMN_COUNT; column++)
        for (unsigned kind = KIND_UNSET + 1; kind < KIND_COUNT; kind++) {
            buf_printf(text, "%s,%s,%s,%s", layer_id(kind_layer(kind)), column_id(column),
                       class_id(kind_class(kind)), kind_id(kind));
            table->kind[column][kind] = keep(&table->arena, text);
        }
}

static void make_parties(struct out_postings *table, const struct parties *parties, struct buf *text)
{
    for (unsigned party = 1; party <= parties->count && party < PARTY_MAX; party++) {
        const char *id = parties->party[party].id;
        buf_csv_cell(text, id, strlen(id));
        table->party[party] = keep(&table->arena, text);
    }
}

void out_postings_init(struct out_postings *table, struct out_file *file, const struct book *book,
                       unsigned base, uint32_t replication)
{
    struct buf text = {0};
    *table = (struct out_postings){.file = file, .base = base, .reasons = {.is_csv = true}};
    buf_printf(&text, "%u", replication);
    table->replication = keep(&table->arena, &text);
    make_kinds(table, &text);
    make_parties(table, &book->parties, &text);
    buf_finish(&text);
    for (unsigned i = 1; i < currency_count(); i++) {
        table->currency[i] = text_of(currency_code(i));
        table->digits[i] = (uint8_t)currency_digits(i);
        table->unit[i] = (uint64_t)currency_unit(i);
    }
}

void out_postings_finish(struct out_postings *table)
{
    reasons_finish(&table->reasons);
    arena_finish(&table->arena);
}

static char *add_text(char *at, struct text text)
{
    return out_row_text(at, text.ptr, text.len);
}

void out_postings_add(struct out_postings *table, uint64_t number, const struct posting *posting)
{
    check(posting->subject_kind == SUBJECT_ORDER || posting->subject_kind == SUBJECT_SHIPMENT);
    struct text from = table->party[posting->from], to = table->party[posting->to];
    struct text kind = table->kind[posting->column][posting->kind];
    struct text reason = reasons_said(&table->reasons, table->world, posting->reason);
    struct buf *buf = &table->file->buf;
    char *at = buf_room(buf, 16 * OUT_ROW_CELL + from.len + to.len + kind.len + reason.len);
    const char *subject_kind = subject_kinds[posting->subject_kind];

    memcpy(at, table->replication.ptr, table->replication.len);
    at = out_row_count(at + table->replication.len, number);
    at = out_row_time(at, posting->time, &table->clock);
    at = out_row_text(at, subject_kind, posting->subject_kind == SUBJECT_ORDER ? 5 : 8);
    at = out_row_count(at, posting->subject);
    if (posting->order)
        at = out_row_count(at, posting->order);
    else
        *at++ = ',';
    at = add_text(at, from);
    at = add_text(at, to);
    at = add_text(at, table->currency[posting->currency]);
    at = out_row_money(at, posting->amount, table->digits[posting->currency],
                       table->unit[posting->currency]);
    at = out_row_money(at, posting->base, table->digits[table->base], table->unit[table->base]);
    at = add_text(at, kind);
    at = add_text(at, reason);
    *at++ = '\n';
    buf->length = (size_t)(at - buf->data);
    out_file_row(table->file);
}
