/* out_orders: an order's record as one row. */
#include "sim/out_orders.h"

#include <stdlib.h>

#include "core/check.h"
#include "core/text.h"
#include "sim/book.h"
#include "sim/out_file.h"
#include "sim/world.h"

/* Of a whole row, without its texts. */
enum { ROW_ROOM = (ORDER_TIME_COUNT + CHARGE_COUNT + 64) * OUT_ROW_CELL };

static void add_layer_names(struct buf *buf, const char *format)
{
    for (unsigned layer = LAYER_UNSET + 1; layer < LAYER_COUNT; layer++)
        buf_printf(buf, format, layer_id(layer));
}

void out_orders_head(struct out_file *file)
{
    struct buf *buf = &file->buf;
    buf_puts(buf, "replication,order,reference,flow,column,channel,state,regime,refusal,fault,fault_code,irregular,found,from,to,product,"
                  "units,lines,buyer,currency,goods_price,freight,tax,paid");
    for (unsigned time = 0; time < ORDER_TIME_COUNT; time++)
        buf_printf(buf, ",%s_at", order_time_id(time));
    for (enum declare_document document = DECLARE_ORDER; document < DECLARE_LIST; document++)
        buf_printf(buf, ",%s_sent_at", declare_document_id(document));
    buf_puts(buf, ",charge_currency");
    for (unsigned kind = CHARGE_UNSET + 1; kind < CHARGE_COUNT; kind++)
        if (charge_is_amount(kind))
            buf_printf(buf, ",charge_%s", charge_id(kind));
    buf_puts(buf, ",base_currency,base_paid,base_goods");
    for (unsigned layer = LAYER_UNSET + 1; layer < LAYER_COUNT; layer++)
        for (unsigned column = COLUMN_UNSET + 1; column < COLUMN_COUNT; column++)
            buf_printf(buf, ",%s_%s", layer_id(layer), column_id(column));
    buf_puts(buf, ",landed_cost,margin");
    add_layer_names(buf, ",%s_seconds");
    add_layer_names(buf, ",%s_waiting_seconds");
    buf_putc(buf, '\n');
}

void out_orders_init(struct out_orders *table, struct out_file *file, const struct book *book,
                     unsigned base)
{
    *table = (struct out_orders){.file = file, .book = book, .base = base};
    for (unsigned i = 1; i < currency_count(); i++) {
        table->digits[i] = (uint8_t)currency_digits(i);
        table->unit[i] = (uint64_t)currency_unit(i);
    }
}

/* Text from outside may need quotes; it may have any length, so room is made for it. */
static char *add_cell(struct buf *buf, char *at, const char *text)
{
    *at++ = ',';
    if (!text || !*text)
        return at;
    buf->length = (size_t)(at - buf->data);
    buf_csv_cell(buf, text, strlen(text));
    return buf_room(buf, ROW_ROOM);
}

static char *add_id(char *at, const char *id)
{
    return out_row_text(at, id, strlen(id));
}

static char *add_country(char *at, uint16_t country)
{
    *at++ = ',';
    if (!country)
        return at;
    *at++ = (char)(country >> 8);
    *at++ = (char)(country & 0xFF);
    return at;
}

static char *add_amount(const struct out_orders *table, char *at, int64_t minor, unsigned currency)
{
    return out_row_money(at, minor, table->digits[currency], table->unit[currency]);
}

/* Two empty cells when the documents agreed. */
static char *add_fault(char *at, const struct order_record *record)
{
    at = add_id(at, declare_fault_id((enum declare_fault)record->fault));
    *at++ = ',';
    if (record->fault_code < 0)
        *at++ = '-';
    return record->fault ? out_row_digits(at, (uint64_t)llabs(record->fault_code)) : at;
}

static char *add_facts(const struct out_orders *table, char *at, const struct order_record *record)
{
    struct buf *buf = &table->file->buf;
    const struct catalog *catalog = &table->book->catalog;
    at = out_row_digits(at, record->replication);
    at = out_row_count(at, record->number);
    at = add_cell(buf, at, record->reference);
    at = add_cell(buf, at, record->flow);
    at = add_id(at, column_id(record->column));
    at = add_id(at, channel_id(record->channel));
    at = add_id(at, order_state_id(record->state));
    at = add_cell(buf, at, record->regime);
    at = add_cell(buf, at, record->refusal);
    at = add_fault(at, record);
    at = add_id(at, irregular_id((enum irregular_kind)record->irregular));
    at = add_id(at, record->is_found ? "yes" : record->irregular ? "no" : "");
    at = add_country(at, record->from);
    at = add_country(at, record->to);
    at = add_cell(buf, at, record->product ? catalog->product[record->product].sku : NULL);
    at = out_row_count(at, record->units);
    at = out_row_count(at, record->lines);
    at = out_row_count(at, record->buyer);
    at = add_id(at, currency_code(record->currency));
    at = add_amount(table, at, record->goods_price, record->currency);
    at = add_amount(table, at, record->freight, record->currency);
    at = add_amount(table, at, record->tax, record->currency);
    return add_amount(table, at, record->paid, record->currency);
}

/* Empty cells when the law was never asked. */
static char *add_charges(const struct out_orders *table, char *at, const struct order_record *record)
{
    unsigned currency = record->charge_currency;
    if (currency)
        at = add_id(at, currency_code(currency));
    else
        *at++ = ',';
    for (unsigned kind = CHARGE_UNSET + 1; kind < CHARGE_COUNT; kind++)
        if (charge_is_amount(kind) && currency)
            at = add_amount(table, at, record->charge[kind], currency);
        else if (charge_is_amount(kind))
            *at++ = ',';
    return at;
}

static char *add_costs(const struct out_orders *table, char *at, const struct order_record *record)
{
    const struct account_sums *sums = &record->sums;
    at = add_id(at, currency_code(table->base));
    at = add_amount(table, at, sums->paid, table->base);
    at = add_amount(table, at, sums->goods, table->base);
    for (unsigned layer = LAYER_UNSET + 1; layer < LAYER_COUNT; layer++)
        for (unsigned column = COLUMN_UNSET + 1; column < COLUMN_COUNT; column++)
            at = add_amount(table, at, column == record->column ? sums->layer[layer] : 0, table->base);
    at = add_amount(table, at, record->landed, table->base);
    at = add_amount(table, at, sums->margin, table->base);
    for (unsigned layer = LAYER_UNSET + 1; layer < LAYER_COUNT; layer++)
        at = out_row_count(at, (uint64_t)record->spent_s[layer]);
    for (unsigned layer = LAYER_UNSET + 1; layer < LAYER_COUNT; layer++)
        at = out_row_count(at, (uint64_t)record->waited_s[layer]);
    return at;
}

void out_orders_add(struct out_orders *table, const struct order_record *record)
{
    check(record->column > COLUMN_UNSET && record->column < COLUMN_COUNT);
    struct buf *buf = &table->file->buf;
    char *at = add_facts(table, buf_room(buf, ROW_ROOM), record);
    for (unsigned time = 0; time < ORDER_TIME_COUNT; time++)
        at = out_row_time(at, record->time[time], &table->clock);
    for (unsigned document = 0; document < DECLARE_LIST; document++)
        at = out_row_time(at, record->sent_at[document], &table->clock);
    at = add_charges(table, at, record);
    at = add_costs(table, at, record);
    *at++ = '\n';
    buf->length = (size_t)(at - buf->data);
    out_file_row(table->file);
}
