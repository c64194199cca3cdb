/* outside: writes the question, lets the order wait, takes the answer. */
#include "sim/outside.h"

#include <inttypes.h>

#include "core/buf.h"
#include "core/check.h"
#include "sim/book.h"
#include "sim/breach.h"
#include "sim/dossier.h"
#include "sim/persona.h"
#include "sim/replay.h"

/* Behind everything else of its second, so that it matters only which answers come then, and in which order. */
enum { PRIORITY_ANSWER = 3 };

/* ---- the question as JSON ---- */

static void add_text(struct buf *out, const char *name, const char *text)
{
    buf_printf(out, ",\"%s\":", name);
    buf_json_string(out, text, strlen(text));
}

static void add_country(struct buf *out, const char *name, uint16_t place)
{
    buf_printf(out, ",\"%s\":\"%c%c\"", name, place >> 8, place & 255);
}

static void add_amount(struct buf *out, const char *name, int64_t minor, unsigned currency)
{
    buf_printf(out, ",\"%s\":\"", name);
    buf_decimal(out, minor, currency_digits(currency));
    buf_putc(out, '"');
}

static void add_head(const struct world *w, const struct order *o, enum outside_step step, struct buf *out)
{
    const struct scenario_flow *flow = flow_of(w, &o->m);
    const struct replay_order *replay = world_replayed(w, o);
    char time[21];
    time_write(w->now, time);
    buf_printf(out, "{\"step\":\"%s\",\"replication\":%" PRIu32 ",\"order\":%" PRIu64 ",\"try\":%u,\"time\":\"%s\"",
               scenario_outside_id(step), w->replication, o->m.number, o->tries + 1u, time);
    if (replay)
        add_text(out, "reference", replay->reference);
    add_text(out, "flow", flow->id);
    add_text(out, "channel", channel_id((enum channel)flow->channel));
    add_country(out, "from", flow->from);
    add_country(out, "to", replay ? replay->to : flow->to);
}

static void add_money(const struct world *w, const struct order *o, struct buf *out)
{
    unsigned currency = flow_of(w, &o->m)->sale_currency;
    add_text(out, "currency", currency_code(currency));
    add_amount(out, "goods", o->goods_minor, currency);
    add_amount(out, "freight", o->freight_minor, currency);
    add_amount(out, "tax", o->tax_minor, currency);
    add_amount(out, "amount", o->goods_minor + o->freight_minor + o->tax_minor, currency);
}

/* Of a person who does not exist, the same as in a data set of the scenario. */
static void add_person(const struct world *w, const struct order *o, uint32_t buyer, bool with_address, struct buf *out)
{
    const struct replay_order *replay = world_replayed(w, o);
    struct persona person;
    persona_person(&person, w->seed, dossier_buyer(w->scenario, w->replication, o->m.market, buyer),
                   replay ? replay->to : flow_of(w, &o->m)->to);
    add_text(out, "name", person.name);
    if (!with_address) {
        add_text(out, "id_number", person.id_number);
        return;
    }
    add_text(out, "address", person.address);
    add_text(out, "city", person.city);
    add_text(out, "postcode", person.postcode);
    add_text(out, "phone", person.phone);
}

static void add_line(struct buf *out, const char *hs, uint32_t units)
{
    buf_printf(out, "%s{\"hs\":\"%s\",\"units\":%" PRIu32 "}", out->data[out->length - 1] == '[' ? "" : ",", hs,
               units);
}

static void add_goods(const struct world *w, const struct order *o, struct buf *out)
{
    const struct scenario_flow *flow = flow_of(w, &o->m);
    const struct replay_order *replay = world_replayed(w, o);
    buf_puts(out, ",\"gross_kg\":\"");
    buf_decimal(out, o->m.gross_g, 3);
    buf_puts(out, "\",\"lines\":[");
    for (uint32_t i = 0; replay && i < replay->lines; i++)
        add_line(out, replay->line[i].hs, replay->line[i].quantity);
    if (!replay)
        add_line(out, book_code(w->book, &w->book->catalog.product[flow->goods[o->m.item].product], flow->to),
                 o->m.units);
    buf_putc(out, ']');
}

static void write_body(const struct world *w, const struct order *o, enum outside_step step, struct buf *out)
{
    add_head(w, o, step, out);
    if (step != OUTSIDE_ADDRESS)
        add_money(w, o, out);
    add_person(w, o, step == OUTSIDE_DECLARATION ? breach_buyer(o) : o->buyer, step == OUTSIDE_ADDRESS, out);
    if (step == OUTSIDE_DECLARATION)
        add_goods(w, o, out);
    buf_putc(out, '}');
}

/* ---- asked and answered ---- */

static enum outside_word put(struct world *w, struct order *o, enum outside_step step)
{
    struct buf body = {0};
    write_body(w, o, step, &body);
    const struct world_question question = {
        .number = ++w->questions, .order = o->m.number, .asked_at = w->now, .slot = o->m.slot,
        .generation = o->m.generation, .body = body.data, .length = body.length};
    o->m.waits_since = w->now;
    o->word = OUTSIDE_WAITS;
    w->asked(w->asked_self, w, &question);
    buf_finish(&body);
    return OUTSIDE_WAITS;
}

enum outside_word outside_put(struct world *w, struct order *o, enum outside_step step)
{
    enum outside_word word = (enum outside_word)o->word;
    o->word = OUTSIDE_NOBODY;
    if (word)
        return word;
    if (w->asked)
        return put(w, o, step);
    world_fail(w, ERR_UNAVAILABLE, "the scenario asks %.80s for its step \"%s\", and nobody is here to be asked: run "
               "--speed N asks it, run --replay LOG repeats that; --set outside=null leaves it out",
               w->scenario->outside.url, scenario_outside_id(step));
    return OUTSIDE_WAITS;
}

void outside_answer(struct world *w, const struct world_question *question, bool accepts, int64_t time)
{
    kernel_push(w->kernel, (struct event){.time = time, .subject = question->slot,
                                          .kind = accepts ? FLOW_ACCEPTED : FLOW_DECLINED, .priority = PRIORITY_ANSWER,
                                          .column = COLUMN_UNSET, .generation = question->generation});
}

void outside_event(struct world *w, const struct event *event, bool accepts)
{
    struct order *o = order_at(w, event->subject);
    check(o->m.generation == event->generation && o->word == OUTSIDE_WAITS); /* an order that waits cannot end */
    o->word = accepts ? OUTSIDE_ACCEPTS : OUTSIDE_DECLINES;
    flow_again(w, &o->m, o->m.waits_since);
}
