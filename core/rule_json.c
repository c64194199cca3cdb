/* rule_json: what rule_list tells a person, for a program. */
#include "core/rule_json.h"

#include <string.h>

#include "core/buf.h"
#include "core/date.h"
#include "core/node.h"
#include "core/rule_int.h"
#include "core/rule_list.h"

/* ---- members ---- */

static void begin_member(struct buf *out, const char *name)
{
    char last = out->length ? out->data[out->length - 1] : '{';
    if (last != '{' && last != '[')
        buf_putc(out, ',');
    if (name)
        buf_printf(out, "\"%s\":", name);
}

/* NULL: the member is left out. */
static void add_text(struct buf *out, const char *name, const char *text)
{
    if (!text)
        return;
    begin_member(out, name);
    buf_json_string(out, text, strlen(text));
}

/* An open end is null. */
static void add_day(struct buf *out, const char *name, int32_t day)
{
    char text[11];
    begin_member(out, name);
    if (day <= date_day(1900, 1, 1) || day >= DAY_MAX) {
        buf_puts(out, "null");
        return;
    }
    date_write(day, text);
    buf_printf(out, "\"%s\"", text);
}

static void add_words(struct buf *out, const char *name, const char *en, const char *zh)
{
    if (!en && !zh)
        return;
    begin_member(out, name);
    buf_putc(out, '{');
    add_text(out, "en", en);
    add_text(out, "zh", zh);
    buf_putc(out, '}');
}

/* ---- a pack ---- */

static void add_head(struct buf *out, const struct pack *pack)
{
    add_text(out, "id", pack->id);
    add_text(out, "place", pack->place_text);
    add_text(out, "currency", currency_code(pack->currency));
    add_words(out, "title", pack->title[LANG_EN], pack->title[LANG_ZH]);
    begin_member(out, "form");
    buf_putc(out, '[');
    for (unsigned form = FORM_UNSET + 1; form < FORM_COUNT; form++)
        if (pack->forms & 1u << form)
            add_text(out, NULL, form_id((enum form)form));
    buf_putc(out, ']');
    add_day(out, "from", pack->from);
    add_day(out, "until", pack->until);
    if (pack->kept_until != DAY_UNSET)
        add_day(out, "law_kept_until", pack->kept_until);
}

void rule_list_json(const struct rulebook *book, uint16_t place, int32_t day, struct buf *out)
{
    buf_puts(out, "{\"packs\":[");
    for (uint32_t i = 0; i < book->packs; i++) {
        const struct pack *pack = &book->pack[i];
        if (!rule_in_force(pack, day) || (place && pack->place != place))
            continue;
        begin_member(out, NULL);
        buf_putc(out, '{');
        add_head(out, pack);
        buf_putc(out, '}');
    }
    buf_puts(out, "]}\n");
}

static void add_value(struct buf *out, const struct rulebook *book, const struct parameter_value *v)
{
    begin_member(out, NULL);
    buf_putc(out, '{');
    add_day(out, "from", v->from);
    begin_member(out, "value");
    if (!v->in_force) {
        buf_puts(out, "null}");
        return;
    }
    if (v->text) {
        buf_json_string(out, v->text, strlen(v->text));
    } else {
        buf_putc(out, '[');
        for (uint32_t i = 0; i < v->list_count; i++)
            add_text(out, NULL, names_at(&book->names, v->list[i]));
        buf_putc(out, ']');
    }
    add_words(out, "law", v->law_en, v->law_zh);
    add_text(out, "confidence", v->confidence);
    buf_putc(out, '}');
}

static void add_parameter(struct buf *out, const struct rulebook *book, const struct parameter *p, int32_t day)
{
    const struct parameter_value *on = day == DAY_UNSET ? NULL : parameter_on(p, day);
    begin_member(out, NULL);
    buf_putc(out, '{');
    add_text(out, "name", p->name);
    add_words(out, "title", p->title[LANG_EN], p->title[LANG_ZH]);
    add_text(out, "unit", p->unit_text);
    begin_member(out, "values");
    buf_putc(out, '[');
    for (uint32_t i = 0; i < p->values; i++)
        if (day == DAY_UNSET || &p->value[i] == on)
            add_value(out, book, &p->value[i]);
    buf_puts(out, "]}");
}

static void add_step(struct buf *out, const struct step *step)
{
    begin_member(out, NULL);
    buf_putc(out, '{');
    add_text(out, "name", step->name);
    add_words(out, "title", step->title[LANG_EN], step->title[LANG_ZH]);
    add_text(out, "is", step->is_text);
    add_text(out, "when", step->when_text);
    add_text(out, "charge", step->charge ? charge_id((enum charge_kind)step->charge) : NULL);
    add_text(out, "base", step->base_text);
    add_text(out, "rate", step->rate_text);
    add_text(out, "refuse", step->refuse);
    add_text(out, "regime", step->regime);
    add_words(out, "message", step->message[LANG_EN], step->message[LANG_ZH]);
    buf_putc(out, '}');
}

bool rule_show_json(const struct rulebook *book, const char *id, int32_t day, struct buf *out)
{
    const struct pack *pack = rule_pack(book, id);
    if (!pack)
        return false;
    buf_putc(out, '{');
    add_head(out, pack);
    begin_member(out, "parameters");
    buf_putc(out, '[');
    for (uint32_t i = 0; i < pack->parameters; i++)
        add_parameter(out, book, &pack->parameter[i], day);
    buf_putc(out, ']');
    begin_member(out, "steps");
    buf_putc(out, '[');
    for (uint32_t i = 0; i < pack->steps; i++)
        add_step(out, &pack->step[i]);
    buf_puts(out, "]}\n");
    return true;
}
