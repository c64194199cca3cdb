/* reads: adds up what was read, and names what was not. */
#include "sim/reads.h"

#include <string.h>

#include "core/buf.h"
#include "core/ledger.h"
#include "sim/book.h"
#include "sim/out_json.h"

void reads_add(struct reads *reads, const struct reads *more)
{
    for (unsigned i = 0; i < RULE_WATCH_WORDS; i++)
        reads->law[i] |= more->law[i];
    for (unsigned i = 0; i < FLOW_MAX; i++)
        reads->roles[i] |= more->roles[i];
    reads->ports |= more->ports;
    reads->is_inspected = reads->is_inspected || more->is_inspected;
}

/* ---- the scenario ---- */

/* Is it a price of this id or kind ("" and 0: any), or one that its rows name in turn? */
static bool leads_to(const struct sheet *sheet, const char *from, const char *id, enum posting_kind kind,
                     unsigned depth)
{
    for (uint32_t i = 1; i <= sheet->count && depth; i++) {
        const struct sheet_row *row = &sheet->row[i];
        if (strcmp(row->id, from) != 0)
            continue;
        if ((*id && strcmp(row->id, id) == 0) || (kind && row->kind == kind) ||
            (*row->or_id && leads_to(sheet, row->or_id, id, kind, depth - 1)) ||
            (*row->fuel_id && leads_to(sheet, row->fuel_id, id, kind, depth - 1)))
            return true;
    }
    return false;
}

static bool price_read(const struct reads *reads, const struct scenario *s, const char *id, enum posting_kind kind)
{
    enum { STEPS = 4 }; /* from a row to another that it names */
    for (uint32_t f = 0; f < s->flows; f++)
        for (unsigned role = ROLE_UNSET + 1; role < ROLE_COUNT; role++)
            if ((reads->roles[f] >> role & 1) && leads_to(&s->sheet, s->flow[f].role[role], id, kind, STEPS))
                return true;
    return false;
}

static bool flow_read(const struct reads *reads, const struct scenario *s, const char *id)
{
    for (uint32_t f = 0; f < s->flows; f++)
        if (strcmp(s->flow[f].id, id) == 0)
            return reads->roles[f] != 0;
    return false;
}

static bool port_read(const struct reads *reads, const struct scenario *s, const char *id)
{
    for (uint32_t p = 1; p <= s->ports; p++)
        if (strcmp(s->port[p], id) == 0)
            return reads->ports >> p & 1;
    return false;
}

static bool change_read(const struct reads *reads, const struct scenario *s, const struct scenario_change *change)
{
    if (strcmp(change->section, "flows") == 0)
        return flow_read(reads, s, change->name);
    if (strcmp(change->section, "prices") == 0)
        return price_read(reads, s, change->name, (enum posting_kind)0);
    if (strcmp(change->section, "ports") == 0)
        return port_read(reads, s, change->name);
    enum posting_kind kind = kind_find(change->name);
    return kind ? price_read(reads, s, "", kind) : reads->is_inspected;
}

/* ---- all of it ---- */

/* What nobody read, of so many entries. */
struct missing {
    const char *section[RULE_WATCHED_MAX + SCENARIO_CHANGES_MAX], *name[RULE_WATCHED_MAX + SCENARIO_CHANGES_MAX];
    size_t count, of;
};

static void find_missing(const struct reads *reads, const struct book *book, const struct scenario *scenario,
                         struct missing *missing)
{
    uint32_t watched = rule_watched(book->rules);
    missing->count = 0;
    missing->of = watched + scenario->changes;
    for (uint32_t i = 1; i <= watched; i++) {
        missing->section[missing->count] = "rules";
        missing->name[missing->count] = rule_watched_name(book->rules, i);
        missing->count += !(reads->law[i / 64] >> i % 64 & 1);
    }
    for (uint32_t i = 0; i < scenario->changes; i++) {
        const struct scenario_change *change = &scenario->change[i];
        missing->section[missing->count] = change->section;
        missing->name[missing->count] = change->name;
        missing->count += !change_read(reads, scenario, change);
    }
}

void reads_tell(const struct reads *reads, const struct book *book, const struct scenario *scenario, enum lang lang,
                struct buf *out)
{
    enum { TOLD = 6 };
    struct missing missing;
    bool is_zh = lang == LANG_ZH;
    find_missing(reads, book, scenario, &missing);
    if (missing.count == 0)
        return;
    if (is_zh)
        buf_printf(out, "变更共 %zu 项，其中 %zu 项没有订单用到：", missing.of, missing.count);
    else
        buf_printf(out, "no order read %zu of %zu changed entries: ", missing.count, missing.of);
    for (size_t i = 0; i < missing.count && i < TOLD; i++)
        buf_printf(out, "%s%s.%s", i ? (is_zh ? "、" : ", ") : "", missing.section[i], missing.name[i]);
    if (missing.count > TOLD)
        buf_puts(out, is_zh ? "等" : ", …");
}

void reads_json(const struct reads *reads, const struct book *book, const struct scenario *scenario,
                struct out_json *json)
{
    struct missing missing;
    struct buf text = {0};
    find_missing(reads, book, scenario, &missing);
    out_json_begin_flat(json, "unread", '[');
    for (size_t i = 0; i < missing.count; i++) {
        buf_clear(&text);
        buf_printf(&text, "%s.%s", missing.section[i], missing.name[i]);
        out_json_text(json, NULL, buf_text(&text));
    }
    out_json_end(json, ']');
    buf_finish(&text);
}
