/* rule_list: the law as a person may look it up: packs in force, their values over time with their laws, what changed
 * between two days or by a reform, and what a book holds in all. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/date.h"
#include "core/node.h"
#include "core/rule_int.h"
#include "core/rule_list.h"

const struct pack *rule_pack(const struct rulebook *book, const char *id)
{
    for (uint32_t i = 0; i < book->packs; i++)
        if (strcmp(book->pack[i].id, id) == 0)
            return &book->pack[i];
    return NULL;
}

bool rule_in_force(const struct pack *pack, int32_t day)
{
    return !pack->abstract_ && (day == DAY_UNSET || (day >= pack->from && day <= pack->until));
}

static void put_day(struct buf *out, int32_t day)
{
    char text[11] = "…";
    if (day > date_day(1900, 1, 1) && day < DAY_MAX)
        date_write(day, text);
    buf_printf(out, "%-10s", text);
}

/* Without blanks at its end. */
static void put_span(struct buf *out, int32_t from, int32_t until)
{
    char first[11] = "…", last[11] = "…";
    if (from > date_day(1900, 1, 1))
        date_write(from, first);
    if (until < DAY_MAX)
        date_write(until, last);
    buf_printf(out, "%s – %s", first, last);
}

static void put_forms(struct buf *out, const struct pack *pack)
{
    const char *join = "";
    for (unsigned form = FORM_UNSET + 1; form < FORM_COUNT; form++) {
        if (!(pack->forms & 1u << form))
            continue;
        buf_printf(out, "%s%s", join, form_id((enum form)form));
        join = " ";
    }
}

void rule_list(const struct rulebook *book, uint16_t place, int32_t day, int lang, struct buf *out)
{
    for (uint32_t i = 0; i < book->packs; i++) {
        const struct pack *pack = &book->pack[i];
        if (!rule_in_force(pack, day) || (place && pack->place != place))
            continue;
        buf_printf(out, "%-24s ", pack->id);
        put_day(out, pack->from);
        buf_puts(out, " – ");
        put_day(out, pack->until);
        buf_printf(out, "  %s (", rule_title(pack->title, pack->id, lang));
        put_forms(out, pack);
        buf_puts(out, ")\n");
    }
}

/* ---- one pack ---- */

static void put_value(struct buf *out, const struct rulebook *book, const struct parameter_value *v)
{
    if (!v->in_force)
        buf_puts(out, "–");
    else if (v->text)
        buf_puts(out, v->text);
    for (uint32_t i = 0; v->in_force && i < v->list_count; i++)
        buf_printf(out, "%s%s", i ? " " : "", names_at(&book->names, v->list[i]));
}

static void put_entry(struct buf *out, const struct rulebook *book, const struct parameter *p,
                      const struct parameter_value *v, int lang)
{
    buf_puts(out, "    ");
    put_day(out, v->from);
    buf_puts(out, "  ");
    put_value(out, book, v);
    if (!v->in_force) {
        buf_putc(out, '\n');
        return;
    }
    buf_printf(out, " %s  %s", p->unit_text, lang == LANG_ZH ? v->law_zh : v->law_en);
    buf_printf(out, lang == LANG_ZH ? "（%s）\n" : " (%s)\n", rule_word(lang == LANG_ZH, v->confidence));
}

static void put_step(struct buf *out, const struct step *step, int lang)
{
    const char *outcome = step->refuse ? step->refuse : step->regime ? step->regime : NULL;
    const char *title = step->message[lang] ? step->message[lang] : rule_title(step->title, "", lang);
    buf_printf(out, "  %s%s%s\n", step->name, *title ? ": " : "", title);
    if (step->is_text)
        buf_printf(out, "    = %s\n", step->is_text);
    if (outcome)
        buf_printf(out, "    → %s\n", outcome);
    if (step->when_text)
        buf_printf(out, lang == LANG_ZH ? "    条件：%s\n" : "    when %s\n", step->when_text);
    if (step->charge)
        buf_printf(out, "    » %s\n", rule_word(lang == LANG_ZH, charge_id((enum charge_kind)step->charge)));
}

bool rule_show(const struct rulebook *book, const char *id, int32_t day, int lang, struct buf *out)
{
    const struct pack *pack = rule_pack(book, id);
    if (!pack)
        return false;
    buf_printf(out, "%s  %s\n", pack->id, rule_title(pack->title, "", lang));
    for (uint32_t i = 0; i < pack->parameters; i++) {
        const struct parameter *p = &pack->parameter[i];
        buf_printf(out, "  %s  %s\n", p->name, rule_title(p->title, "", lang));
        const struct parameter_value *on = day == DAY_UNSET ? NULL : parameter_on(p, day);
        for (uint32_t k = 0; k < p->values; k++)
            if (day == DAY_UNSET || &p->value[k] == on)
                put_entry(out, book, p, &p->value[k], lang);
    }
    for (uint32_t i = 0; i < pack->steps; i++)
        put_step(out, &pack->step[i], lang);
    return true;
}

const char *rule_nearest(const struct rulebook *book, const char *id)
{
    const char **names = memory_take((book->packs + 1) * sizeof *names);
    for (uint32_t i = 0; i < book->packs; i++)
        names[i] = book->pack[i].id;
    const char *nearest = err_nearest(id, names, book->packs);
    memory_release(names);
    return nearest;
}

/* ---- two days ---- */

static void put_change(struct buf *out, const struct rulebook *book, const struct pack *pack, const struct parameter *p,
                       const struct parameter_value *a, const struct parameter_value *b, int lang)
{
    buf_printf(out, "%s  %s: ", pack->id, rule_title(p->title, p->name, lang));
    if (a)
        put_value(out, book, a);
    else
        buf_puts(out, "–");
    buf_puts(out, " → ");
    put_value(out, book, b);
    buf_printf(out, "  %s, ", b->in_force ? lang == LANG_ZH ? b->law_zh : b->law_en : "");
    put_day(out, b->from);
    buf_putc(out, '\n');
}

static void put_row_change(struct buf *out, const struct rulebook *book, const struct tariff_row *row, int32_t to,
                           int lang)
{
    bool begins = row->from <= to && row->until >= to;
    buf_printf(out, "%c%c  %-10s %-14s %s %s: %s\n", row->place >> 8, row->place & 255, row->hs,
               rule_word(lang == LANG_ZH, names_at(&book->names, row->kind)), begins ? "+" : "−", row->value,
               lang == LANG_ZH ? row->law : row->law_en);
}

void rule_changes(const struct rulebook *book, uint16_t place, int32_t from, int32_t to, int lang, struct buf *out)
{
    for (uint32_t i = 0; i < book->packs; i++) {
        const struct pack *pack = &book->pack[i];
        if (pack->abstract_ || (place && pack->place != place))
            continue;
        if (rule_in_force(pack, from) != rule_in_force(pack, to))
            buf_printf(out, "%s  %s %s\n", pack->id, rule_in_force(pack, to) ? "+" : "−",
                       rule_title(pack->title, "", lang));
        for (uint32_t k = 0; k < pack->parameters && rule_in_force(pack, from) && rule_in_force(pack, to); k++) {
            const struct parameter *p = &pack->parameter[k];
            const struct parameter_value *a = parameter_on(p, from), *b = parameter_on(p, to);
            if (a != b && b)
                put_change(out, book, pack, p, a, b, lang);
        }
    }
    for (uint32_t i = 0; i < book->tariff.rows; i++) {
        const struct tariff_row *row = &book->tariff.row[i];
        bool was = from >= row->from && from <= row->until, is = to >= row->from && to <= row->until;
        if (was != is && (!place || row->place == place))
            put_row_change(out, book, row, to, lang);
    }
}

/* ---- a reform ---- */

/* A pack in two books: as it is, and with a reform laid over. What differs is told line by line, without the pack. */
struct comparison {
    const struct rulebook *old_book, *new_book;
    const struct pack *was, *is;
    int lang;
    struct buf *out;
};

/* A rate as a percentage, without noughts at its end; false when it is none. */
static bool put_percent(struct buf *out, const char *rate)
{
    unsigned digits = 6;
    int64_t millionths; /* of a percent */
    if (!rate || !decimal_parse(rate, strlen(rate), digits + 2, &millionths))
        return false;
    for (; digits > 0 && millionths % 10 == 0; digits--)
        millionths /= 10;
    buf_decimal(out, millionths, digits);
    buf_puts(out, " %");
    return true;
}

/* "70 %", "5000 CNY", "yes". */
static void put_worth(struct buf *out, const struct rulebook *book, const struct parameter *p,
                      const struct parameter_value *v, int lang)
{
    bool is_rate = v->in_force && strcmp(p->unit_text, "rate") == 0;
    bool has_unit = v->in_force && p->type == TYPE_NUMBER && !is_rate && strcmp(p->unit_text, "number") != 0;
    if (is_rate && put_percent(out, v->text))
        return;
    if (v->in_force && p->type == TYPE_BOOL && lang == LANG_ZH)
        buf_puts(out, v->number.num ? "是" : "否");
    else if (v->in_force && p->type == TYPE_BOOL)
        buf_puts(out, v->number.num ? "yes" : "no");
    else
        put_value(out, book, v);
    if (has_unit)
        buf_printf(out, " %s", p->unit_text);
}

static const struct step *step_named(const struct pack *pack, const char *name)
{
    for (uint32_t i = 0; i < pack->steps; i++)
        if (strcmp(pack->step[i].name, name) == 0)
            return &pack->step[i];
    return NULL;
}

/* The first day after `day` on which a value begins, else DAY_MAX; p NULL: there are no values. */
static int32_t next_day(const struct parameter *p, int32_t day)
{
    int32_t next = DAY_MAX;
    for (uint32_t i = 0; p && i < p->values; i++)
        if (p->value[i].from > day && p->value[i].from < next)
            next = p->value[i].from;
    return next;
}

static const struct parameter_value *write_value(const struct rulebook *book, const struct parameter *p, int32_t day,
                                                 int lang, struct buf *text)
{
    const struct parameter_value *value = p ? parameter_on(p, day) : NULL;
    if (value)
        put_worth(text, book, p, value, lang);
    else
        buf_puts(text, "–");
    return value;
}

/* What two parameters of one name (NULL: there is none) say from one day until the day before another. */
static void compare_values(const struct comparison *c, const struct parameter *was, const struct parameter *is,
                           int32_t from, int32_t end)
{
    struct buf old_text = {0}, new_text = {0};
    const struct parameter *p = is ? is : was;
    write_value(c->old_book, was, from, c->lang, &old_text);
    const struct parameter_value *value = write_value(c->new_book, is, from, c->lang, &new_text);
    if (strcmp(buf_text(&old_text), buf_text(&new_text)) != 0) {
        buf_printf(c->out, "%s: %s → %s  ", rule_title(p->title, p->name, c->lang),
                   buf_text(&old_text), buf_text(&new_text));
        put_span(c->out, from, end == DAY_MAX ? end : end - 1);
        if (value && value->in_force && *value->law_en)
            buf_printf(c->out, "  %s", c->lang == LANG_ZH ? value->law_zh : value->law_en);
        buf_putc(c->out, '\n');
    }
    buf_finish(&old_text);
    buf_finish(&new_text);
}

static void compare_parameters(const struct comparison *c, const struct parameter *was, const struct parameter *is)
{
    int32_t day = DAY_UNSET;
    for (;;) {
        int32_t old_day = next_day(was, day), new_day = next_day(is, day);
        int32_t next = old_day < new_day ? old_day : new_day;
        if (day != DAY_UNSET)
            compare_values(c, was, is, day, next);
        if (next == DAY_MAX)
            break;
        day = next;
    }
}

static void put_rounding(struct buf *out, const struct step *step)
{
    if (step->round != ROUND_UNSET)
        buf_printf(out, "%s %" PRId64 "/%" PRId64, round_mode_ids[step->round], step->to.num,
                   step->to.den);
}

static void compare_steps(const struct comparison *c, const struct step *was, const struct step *is)
{
    const struct step none = {0}, *a = was ? was : &none, *b = is ? is : &none;
    struct buf old_round = {0}, new_round = {0};
    put_rounding(&old_round, a);
    put_rounding(&new_round, b);
    const struct {
        const char *word[3], *was, *is; /* by enum lang */
    } part[] = {
        {{"", "", ""}, a->is_text, b->is_text},
        {{"", " when", " 条件"}, a->when_text, b->when_text},
        {{"", " base", " 税基"}, a->base_text, b->base_text},
        {{"", " rate", " 税率"}, a->rate_text, b->rate_text},
        {{"", " rounds", " 舍入"}, buf_text(&old_round), buf_text(&new_round)},
        {{"", " refuses", " 拒绝"}, a->refuse, b->refuse},
        {{"", " chooses", " 适用"}, a->regime, b->regime},
    };
    const char *name = (is ? is : was)->name;
    if (!was || !is)
        buf_printf(c->out, "%s %s\n", is ? "+" : "−", name);
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        const char *old_text = part[i].was ? part[i].was : "", *new_text = part[i].is ? part[i].is : "";
        if (strcmp(old_text, new_text) != 0)
            buf_printf(c->out, "%s%s: %s → %s\n", name, part[i].word[c->lang], *old_text ? old_text : "–",
                       *new_text ? new_text : "–");
    }
    buf_finish(&old_round);
    buf_finish(&new_round);
}

/* Since or until when a pack governs; false: not in both. */
static bool compare_periods(const struct comparison *c)
{
    const struct pack *was = c->was, *is = c->is;
    const char *title = rule_title(is->title, "", c->lang);
    bool has_been = was && was->from <= was->until;
    if (!has_been || was->from != is->from) {
        buf_printf(c->out, "+ %s  ", title);
        put_span(c->out, is->from, DAY_MAX);
        buf_putc(c->out, '\n');
    }
    if (has_been && was->until != is->until) {
        buf_printf(c->out, "− %s  ", title);
        put_span(c->out, DAY_UNSET, is->until);
        buf_putc(c->out, '\n');
    }
    return has_been;
}

static void compare_packs(const struct comparison *c)
{
    const struct pack *was = c->was, *is = c->is;
    if (!compare_periods(c))
        return;
    for (uint32_t i = 0; i < was->parameters; i++)
        compare_parameters(c, &was->parameter[i], parameter_named(is, was->parameter[i].name));
    for (uint32_t i = 0; i < is->parameters; i++)
        if (!parameter_named(was, is->parameter[i].name))
            compare_parameters(c, NULL, &is->parameter[i]);
    for (uint32_t i = 0; i < was->steps; i++)
        compare_steps(c, &was->step[i], step_named(is, was->step[i].name));
    for (uint32_t i = 0; i < is->steps; i++)
        if (!step_named(was, is->step[i].name))
            compare_steps(c, NULL, &is->step[i]);
}

/* The same rows on other days: what a law that is taken back leaves of a tariff. */
static void compare_tariffs(const struct rulebook *book, const struct rulebook *reformed, uint16_t place, int lang,
                            struct buf *out)
{
    bool is_same = book->tariff.rows == reformed->tariff.rows; /* else the user's own tables differ */
    for (uint32_t i = 0; is_same && i < reformed->tariff.rows; i++) {
        const struct tariff_row *was = &book->tariff.row[i], *is = &reformed->tariff.row[i];
        if (was->until == is->until || (place && is->place != place))
            continue;
        put_row_change(out, reformed, is, was->until < was->from ? is->from : is->until + 1, lang);
    }
}

/* Takes a line out of a text that has it. */
static bool take_line(struct buf *text, const char *line, size_t length)
{
    for (size_t at = 0; at + length <= text->length; at++) {
        if ((at && text->data[at - 1] != '\n') || memcmp(text->data + at, line, length) != 0)
            continue;
        memmove(text->data + at, text->data + at + length, text->length - at - length);
        text->length -= length;
        return true;
    }
    return false;
}

/* The lines of a pack; what later ones say as well is told once. */
static void put_lines(struct buf *text, const struct rulebook *book, uint32_t first, int lang, struct buf *out)
{
    size_t length;
    for (size_t at = 0; at < text[first].length; at += length) {
        const char *line = text[first].data + at;
        uint32_t more = 0;
        length = strcspn(line, "\n") + 1;
        for (uint32_t i = first + 1; i < book->packs; i++)
            more += take_line(&text[i], line, length);
        buf_puts(out, book->pack[first].id);
        if (more)
            buf_printf(out, lang == LANG_ZH ? " 等 %u 个" : " and %u more", lang == LANG_ZH ? more + 1 : more);
        buf_printf(out, "  %.*s", (int)length, line);
    }
}

bool rule_differences(const struct rulebook *book, const struct rulebook *reformed, const char *id, uint16_t place,
                      int lang, struct buf *out)
{
    bool is_known = id == NULL;
    struct buf *text = memory_take((reformed->packs + 1) * sizeof *text);
    for (uint32_t i = 0; i < reformed->packs; i++) {
        const struct pack *is = &reformed->pack[i];
        if (is->abstract_ || (id && strcmp(id, is->id) != 0) || (place && is->place != place))
            continue;
        is_known = true;
        struct comparison c = {book, reformed, rule_pack(book, is->id), is, lang, &text[i]};
        compare_packs(&c);
    }
    for (uint32_t i = 0; i < reformed->packs; i++) {
        buf_text(&text[i]);
        put_lines(text, reformed, i, lang, out);
        buf_finish(&text[i]);
    }
    memory_release(text);
    if (!id)
        compare_tariffs(book, reformed, place, lang, out);
    return is_known;
}

/* ---- all of it ---- */

/* Two rows of one code, kind and origin on the same day. */
static uint32_t put_overlaps(const struct rulebook *book, struct buf *out)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < book->tariff.rows; i++) {
        const struct tariff_row *a = &book->tariff.row[i];
        for (uint32_t k = i + 1; k < book->tariff.rows; k++) {
            const struct tariff_row *b = &book->tariff.row[k];
            bool is_same = a->place == b->place && a->kind == b->kind && a->origin == b->origin &&
                           a->group == b->group && strcmp(a->hs, b->hs) == 0;
            bool is_member = a->hs_length == 0 && strcmp(a->value, b->value) != 0;
            if (!is_same || is_member || a->from > b->until || b->from > a->until)
                continue;
            found++;
            buf_printf(out, "%c%c  %s %s: two rows on ", a->place >> 8, a->place & 255, a->hs,
                       names_at(&book->names, a->kind));
            put_day(out, a->from > b->from ? a->from : b->from);
            buf_putc(out, '\n');
        }
    }
    return found;
}

struct rule_census rule_count(const struct rulebook *book)
{
    struct rule_census census = {.rows = book->tariff.rows, .kept_until = DAY_UNSET};
    for (uint32_t i = 0; i < book->packs; i++) {
        int32_t day = book->pack[i].kept_until;
        if (book->pack[i].abstract_)
            continue;
        census.packs++;
        if (day != DAY_UNSET && (census.kept_until == DAY_UNSET || day > census.kept_until))
            census.kept_until = day;
    }
    return census;
}

static bool is_new_law(const struct pack *pack, uint32_t parameter, uint32_t value)
{
    const char *law = pack->parameter[parameter].value[value].law_zh;
    for (uint32_t i = 0; i <= parameter; i++)
        for (uint32_t k = 0; k < (i == parameter ? value : pack->parameter[i].values); k++)
            if (pack->parameter[i].value[k].in_force && strcmp(pack->parameter[i].value[k].law_zh, law) == 0)
                return false;
    return true;
}

static void put_cases(const char *pack, const struct rule_cases *cases, size_t count, struct buf *out)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(cases[i].pack, pack) == 0)
            buf_printf(out, "  %3u cases, of its own %2u/%u steps %3u/%u turns", cases[i].cases, cases[i].steps_met,
                       cases[i].steps, cases[i].turns_met, cases[i].turns);
}

uint32_t rule_tally(const struct rulebook *book, const struct rule_cases *cases, size_t count, struct buf *out)
{
    uint32_t rows = 0;
    for (uint32_t i = 0; i < book->packs; i++) {
        const struct pack *pack = &book->pack[i];
        uint32_t values = 0, laws = 0, doubtful = 0;
        for (uint32_t k = 0; k < pack->parameters; k++) {
            for (uint32_t n = 0; n < pack->parameter[k].values; n++) {
                const struct parameter_value *v = &pack->parameter[k].value[n];
                values += v->in_force;
                laws += v->in_force && is_new_law(pack, k, n);
                doubtful += v->in_force && strcmp(v->confidence, "high") != 0 && strcmp(v->confidence, "medium") != 0;
            }
        }
        if (!pack->abstract_)
            buf_printf(out, "%-22s %3u values %3u laws %2u doubtful %2u steps", pack->id, values, laws, doubtful,
                       pack->steps);
        if (!pack->abstract_)
            put_cases(pack->id, cases, count, out);
        buf_puts(out, pack->abstract_ ? "" : "\n");
    }
    rows = book->tariff.rows;
    uint32_t overlaps = put_overlaps(book, out);
    buf_printf(out, "%u packs, %u rows of tariffs, %u overlaps\n", book->packs, rows, overlaps);
    return overlaps;
}
