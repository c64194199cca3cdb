/* out_h7: data elements as in annex B of Delegated Regulation (EU) 2015/2446: a group of a class ("13 04") holds its
 * elements by their last number ("016": name). H is the declaration, GS the goods shipment, I its items. */
#include "sim/out_h7.h"

#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/date.h"
#include "core/err.h"
#include "core/fact.h"
#include "core/money.h"
#include "sim/out_file.h"
#include "sim/out_folder.h"
#include "sim/scenario.h"

struct out_h7 {
    const struct generate_set *set;
    struct out_file file;
    uint64_t sealed;
};

/* ---- JSON on one line ---- */

/* A comma, unless a bracket has just been opened. */
static void name(struct buf *out, const char *element)
{
    char last = out->length ? out->data[out->length - 1] : '{';
    if (last != '{' && last != '[')
        buf_putc(out, ',');
    if (element)
        buf_printf(out, "\"%s\":", element);
}

static void open_group(struct buf *out, const char *element, char bracket)
{
    name(out, element);
    buf_putc(out, bracket);
}

static void close_group(struct buf *out, char bracket) { buf_putc(out, bracket); }

/* At most so many characters. */
static void text(struct buf *out, const char *element, const char *value, size_t most)
{
    size_t at = 0;
    for (size_t count = 0; value[at] && count < most; count++)
        for (at++; (value[at] & 0xC0) == 0x80; at++)
            ;
    name(out, element);
    buf_json_string(out, value, at);
}

static void number(struct buf *out, const char *element, int64_t value, unsigned digits)
{
    name(out, element);
    buf_putc(out, '"');
    buf_decimal(out, value, digits);
    buf_putc(out, '"');
}

/* ---- what is in it ---- */

static void country(struct buf *out, const char *element, uint16_t packed)
{
    char code[3] = {(char)(packed >> 8), (char)(packed & 255), '\0'};
    text(out, element, code, 2);
}

/* No state has given out numbers that begin so. */
static void eori(struct buf *out, const struct dossier_firm *firm, uint16_t at)
{
    char value[24];
    snprintf(value, sizeof value, "%c%c999%012llu", at >> 8, at & 255,
             (unsigned long long)(firm->number % 1000000000000));
    text(out, "017", value, 17);
}

static void firm(struct out_h7 *h7, const struct dossier *d, enum dossier_role role, const char *element, bool has_eori)
{
    const struct dossier_firm *who = &d->firm[role];
    struct buf *out = &h7->file.buf;
    struct persona_firm persona;
    persona_firm(&persona, h7->set->seed, who->number, who->country, (enum persona_trade)who->trade);
    open_group(out, element, '{');
    text(out, "016", persona.name_en, 70);
    if (has_eori)
        eori(out, who, d->record.to);
    open_group(out, "018", '{');
    text(out, "019", persona.address_en, 70);
    country(out, "020", who->country);
    text(out, "022", persona.city, 35);
    close_group(out, '}');
    if (has_eori) {
        open_group(out, "074", '{');
        text(out, "016", persona.name_en, 70);
        text(out, "075", persona.phone, 35);
        close_group(out, '}');
    }
    close_group(out, '}');
}

static void importer(struct out_h7 *h7, const struct dossier *d)
{
    struct buf *out = &h7->file.buf;
    struct persona persona;
    persona_person(&persona, h7->set->seed, d->declared_buyer, d->buyer_country);
    open_group(out, "13 04", '{');
    text(out, "016", persona.name_en, 70);
    open_group(out, "018", '{');
    text(out, "019", persona.address_en, 70);
    country(out, "020", d->buyer_country);
    text(out, "021", persona.postcode, 17);
    text(out, "022", persona.city, 35);
    close_group(out, '}');
    close_group(out, '}');
}

static void office(struct buf *out, const char *element, const struct dossier *d)
{
    char value[9];
    snprintf(value, sizeof value, "%c%c99%.4s", d->record.to >> 8, d->record.to & 255, d->office);
    text(out, element, value, 8);
}

/* The declaration. The carrier declares for the buyer, in its own name (3: indirect). */
static void header(struct out_h7 *h7, const struct dossier *d)
{
    struct buf *out = &h7->file.buf;
    const struct dossier_firm *carrier = &d->firm[DOSSIER_CARRIER];
    char value[32];
    open_group(out, "H", '{');
    text(out, "11 01", "IM", 5);
    text(out, "11 02", "A", 1);
    snprintf(value, sizeof value, "TL%012llu", (unsigned long long)d->order);
    text(out, "12 09", value, 22);
    importer(h7, d);
    firm(h7, d, DOSSIER_CARRIER, "13 05", true);
    open_group(out, "13 06", '{');
    eori(out, carrier, d->record.to);
    text(out, "030", "3", 1);
    close_group(out, '}');
    open_group(out, "17 02", '{');
    office(out, "001", d);
    close_group(out, '}');
    close_group(out, '}');
}

static bool is_ioss(const struct dossier *d) { return strcmp(d->record.regime, "eu.import.ioss") == 0; }

static const char *document_type(const struct dossier *d)
{
    uint8_t channel = d->record.channel;
    return channel == CHANNEL_POST ? "N750" : channel == CHANNEL_EXPRESS ? "N740" : "N703";
}

static void shipment(struct out_h7 *h7, const struct dossier *d, int64_t gross_g)
{
    const struct order_record *r = &d->record;
    struct buf *out = &h7->file.buf;
    char value[DOSSIER_NUMBER_ROOM];
    open_group(out, "GS", '{');
    dossier_number(d, DOSSIER_DOC_WAYBILL, value);
    open_group(out, "12 05", '{');
    text(out, "001", value, 70);
    text(out, "002", document_type(d), 4);
    close_group(out, '}');
    dossier_number(d, DOSSIER_DOC_ORDER, value);
    text(out, "12 08", value, 35);
    firm(h7, d, DOSSIER_SELLER, "13 01", false);
    if (is_ioss(d)) { /* 999: a member state that does not exist */
        snprintf(value, sizeof value, "IM999%07llu", (unsigned long long)(d->firm[DOSSIER_PLATFORM].number % 10000000));
        open_group(out, "13 16", '{');
        text(out, "031", "FR5", 3);
        text(out, "034", value, 17);
        close_group(out, '}');
    }
    open_group(out, "14 15", '{');
    text(out, "012", currency_code(r->currency), 3);
    number(out, "014", r->freight, currency_digits(r->currency));
    close_group(out, '}');
    open_group(out, "16 15", '{');
    text(out, "045", "B", 1);
    text(out, "046", "V", 1);
    office(out, "047", d);
    close_group(out, '}');
    number(out, "18 04", gross_g, 3);
    close_group(out, '}');
}

static void item(struct buf *out, const struct dossier *d, const struct dossier_line *line)
{
    unsigned currency = d->record.currency;
    open_group(out, NULL, '{');
    number(out, "11 03", line->number, 0);
    open_group(out, "11 10", '[');
    text(out, NULL, "C07", 3);
    if (is_ioss(d))
        text(out, NULL, "F48", 3);
    else if (strcmp(d->record.regime, "eu.import.special") == 0)
        text(out, NULL, "F49", 3);
    close_group(out, ']');
    open_group(out, "14 08", '{');
    text(out, "012", currency_code(currency), 3);
    number(out, "014", line->declared_value, currency_digits(currency));
    close_group(out, '}');
    number(out, "18 04", line->declared_gross_g, 3);
    text(out, "18 05", line->name_en, 512);
    open_group(out, "18 06", '{');
    text(out, "004", line->number == 1 ? "1" : "0", 8); /* all lines lie in one parcel */
    close_group(out, '}');
    open_group(out, "18 09", '{');
    text(out, "056", line->declared_hs, 6);
    close_group(out, '}');
    close_group(out, '}');
}

/* ---- whose is it? ---- */

/* The H7 came with the end of the VAT exemption for small consignments, on 2021-07-01. */
static bool is_told(const struct dossier *d)
{
    const struct order_record *r = &d->record;
    static const char *const regimes[] = {"eu.import.relief", "eu.import.ioss", "eu.import.special"};
    bool is_small = false;
    for (size_t i = 0; r->regime && i < sizeof regimes / sizeof *regimes; i++)
        is_small = is_small || strcmp(r->regime, regimes[i]) == 0;
    bool is_parcel = r->channel == CHANNEL_POST || r->channel == CHANNEL_EXPRESS || r->channel == CHANNEL_LINE;
    int64_t at = r->time[TIME_RELEASED];
    return is_small && is_parcel && at != INT64_MIN && at / DAY_SECONDS >= date_day(2021, 7, 1);
}

static void take_order(void *self, const struct dossier *d)
{
    struct out_h7 *h7 = self;
    struct buf *out = &h7->file.buf;
    int64_t gross_g = 0;
    char time[21];
    if (!is_told(d))
        return;
    for (uint32_t i = 0; i < d->lines; i++)
        gross_g += d->line[i].declared_gross_g;
    time_write(d->record.time[TIME_RELEASED], time);
    buf_printf(out, "{\"order\":%llu,\"time\":\"%s\"", (unsigned long long)d->order, time);
    header(h7, d);
    shipment(h7, d, gross_g);
    open_group(out, "I", '[');
    for (uint32_t i = 0; i < d->lines; i++)
        item(out, d, &d->line[i]);
    close_group(out, ']');
    buf_puts(out, "}\n");
    out_file_row(&h7->file);
}

/* ---- the format ---- */

static void *open_set(const struct generate_set *set, struct errs *errs)
{
    struct out_h7 *h7 = memory_take(sizeof *h7);
    unsigned long long sealed = 0;
    (void)errs;
    h7->set = set;
    if (sscanf(set->mark, "%llu", &sealed) == 1)
        h7->sealed = sealed;
    out_file_open(&h7->file, set->folder->work, set->folder->work_path, "h7.jsonl", h7->sealed);
    return h7;
}

static int seal(void *self, struct buf *mark, struct errs *errs)
{
    struct out_h7 *h7 = self;
    out_file_flush(&h7->file);
    out_file_sync(&h7->file);
    if (h7->file.error)
        return out_file_close(&h7->file, errs);
    h7->sealed = h7->file.written;
    buf_printf(mark, "%llu", (unsigned long long)h7->sealed);
    return 0;
}

static int close_set(void *self, bool is_whole, struct errs *errs)
{
    struct out_h7 *h7 = self;
    int result = out_file_close(&h7->file, errs);
    if (!is_whole) {
        struct out_file cut = {0};
        out_file_open(&cut, h7->set->folder->work, h7->set->folder->work_path, "h7.jsonl", h7->sealed);
        out_file_close(&cut, &(struct errs){0});
    }
    memory_release(h7);
    return result;
}

const struct generate_format out_h7_format = {
    "h7",     "EU declarations of parcels of low value (H7), JSON Lines", open_set, NULL, {.order = take_order}, seal,
    close_set};
