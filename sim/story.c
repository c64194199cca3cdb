/* story: listens to a world for one order, then tells it in the order of time. */
#include "sim/story.h"

#include <string.h>

#include "core/check.h"
#include "core/date.h"
#include "core/err.h"
#include "core/rule.h"
#include "customs/credit.h"
#include "sim/book.h"
#include "sim/out_json.h"
#include "sim/run.h"

enum entry_kind { ENTRY_UNSET, ENTRY_STEP, ENTRY_POSTING, ENTRY_LAW, ENTRY_CHOICE, ENTRY_NOTE };

struct story_entry {
    uint8_t kind;   /* enum entry_kind */
    uint8_t column;
    uint16_t step;
    int64_t time;
    struct posting posting;
    struct world_note note;
    size_t text_at, text_end, json_end; /* in story.text: for a person, then as JSON */
};

static const char *say(const struct story *story, const char *en, const char *zh)
{
    return story->lang == LANG_ZH ? zh : en;
}

/* ---- listening ---- */

static struct story_entry *add_entry(struct story *story, enum entry_kind kind, int64_t time)
{
    if (story->entries == story->room) {
        uint32_t room = story->room ? 2 * story->room : 64;
        story->entry = memory_resize(story->entry, story->room * sizeof *story->entry,
                                     room * sizeof *story->entry);
        story->room = room;
    }
    struct story_entry *entry = &story->entry[story->entries++];
    *entry = (struct story_entry){.kind = (uint8_t)kind, .time = time};
    return entry;
}

static void hear_posting(void *self, uint64_t number, const struct posting *posting)
{
    struct story *story = self;
    (void)number;
    if (posting->order == story->order)
        add_entry(story, ENTRY_POSTING, posting->time)->posting = *posting;
}

static void hear_step(void *self, uint64_t number, const struct event *event, uint64_t subject)
{
    struct story *story = self;
    (void)number;
    if (subject != story->order ||
        world_step_subject((enum column)event->column, event->kind) != SUBJECT_ORDER)
        return;
    struct story_entry *entry = add_entry(story, ENTRY_STEP, event->time);
    entry->column = event->column;
    entry->step = event->kind;
}

/* The step just begun does not apply. */
static void hear_skip(void *self, enum subject_kind kind, uint64_t subject)
{
    struct story *story = self;
    if (kind == SUBJECT_ORDER && subject == story->order && story->entries &&
        story->entry[story->entries - 1].kind == ENTRY_STEP)
        story->entries--;
}

static void hear_law(void *self, enum subject_kind kind, uint64_t subject, const struct rule_cache *cache,
                     const struct rule_answer *answer)
{
    struct story *story = self;
    if (kind != SUBJECT_ORDER || subject != story->order)
        return;
    struct story_entry *entry = add_entry(story, ENTRY_LAW, world_now(story->world));
    entry->text_at = story->text.length;
    rule_explain(cache, answer, (int)story->lang, &story->text);
    entry->text_end = story->text.length;
    rule_trace_charges(cache, answer, &story->text);
    entry->json_end = story->text.length;
}

static void choice_text(struct story *story, const struct world_way *way)
{
    struct buf *out = &story->text;
    buf_printf(out, "    %s %s  ", way->is_chosen ? "→" : " ", way->flow);
    if (!way->is_open) {
        buf_puts(out, say(story, "closed: not admitted, out of stock or shut\n", "不可用：法规不允许、缺货或已关闭\n"));
        return;
    }
    run_money(out, way->cost, story->base);
    buf_puts(out, ", ");
    run_span(out, way->seconds, story->lang);
    buf_puts(out, say(story, ", with its time worth ", "，计入时间价值为 "));
    run_money(out, way->weighed, story->base);
    buf_printf(out, say(story, ", chosen by %u in 100\n", "，被选概率 %u%%\n"), (way->share * 100 + 32768) / 65536);
}

static void choice_json(const struct story *story, const struct world_way *way, struct out_json *json)
{
    out_json_begin_flat(json, NULL, '{');
    out_json_text(json, "flow", way->flow);
    out_json_bool(json, "open", way->is_open);
    out_json_bool(json, "chosen", way->is_chosen);
    out_json_decimal(json, "cost", way->cost, currency_digits(story->base));
    out_json_decimal(json, "weighed", way->weighed, currency_digits(story->base));
    out_json_hours(json, "hours", way->seconds);
    out_json_share(json, "share", way->share, 65536);
    out_json_end(json, '}');
}

/* The ways among which the order was given to one, with what each would have cost and taken. */
static void hear_choice(void *self, uint64_t order, const struct world_way *way, unsigned count)
{
    struct story *story = self;
    if (order != story->order)
        return;
    struct story_entry *entry = add_entry(story, ENTRY_CHOICE, world_now(story->world));
    entry->text_at = story->text.length;
    for (unsigned i = 0; i < count; i++)
        choice_text(story, &way[i]);
    entry->text_end = story->text.length;
    struct out_json json = {.out = &story->text};
    out_json_begin_flat(&json, NULL, '[');
    for (unsigned i = 0; i < count; i++)
        choice_json(story, &way[i], &json);
    out_json_end(&json, ']');
    entry->json_end = story->text.length;
}

static void hear_note(void *self, const struct world_note *note)
{
    struct story *story = self;
    if (note->order == story->order)
        add_entry(story, ENTRY_NOTE, world_now(story->world))->note = *note;
}

static void hear_order(void *self, const struct order_record *record)
{
    struct story *story = self;
    if (record->number != story->order)
        return;
    story->record = *record;
    story->is_whole = true;
}

void story_init(struct story *story, const struct book *book, unsigned base, enum lang lang)
{
    *story = (struct story){.book = book, .lang = lang, .base = base};
    story->sink = (struct world_sink){story, hear_posting, hear_order, hear_step, hear_skip, hear_law, hear_choice,
                                      hear_note};
}

void story_finish(struct story *story)
{
    memory_release(story->entry);
    buf_finish(&story->text);
}

/* ---- telling a person ---- */

static void add_time(struct buf *out, int64_t time)
{
    char text[21];
    time_write(time, text);
    buf_printf(out, "%.10s %.8s", text, text + 11);
}

static const char *party_name(const struct story *story, unsigned number)
{
    const struct party *party = &story->book->parties.party[number];
    return story->lang == LANG_ZH ? party->name_zh : party->name_en;
}

static void tell_posting(const struct story *story, const struct posting *posting, struct buf *out)
{
    char reason[96] = "";
    world_reason(story->world, posting->reason, reason, sizeof reason);
    size_t line = out->length;
    buf_puts(out, "                       ");
    run_money(out, posting->amount, posting->currency);
    err_pad(out, line, 39);
    buf_printf(out, "%s", kind_name((enum posting_kind)posting->kind, story->lang));
    err_pad(out, line, 62);
    buf_printf(out, "  %s → %s  (%s)\n", party_name(story, posting->from), party_name(story, posting->to), reason);
}

static void tell_law(const struct story *story, const struct story_entry *entry, bool color, struct buf *out)
{
    size_t at = entry->text_at;
    buf_puts(out, say(story, "    The law answers: ", "    法律的回答："));
    while (at < entry->text_end) {
        const char *line = story->text.data + at;
        const char *end = memchr(line, '\n', entry->text_end - at);
        size_t length = end ? (size_t)(end - line) : entry->text_end - at;
        if (at > entry->text_at)
            buf_puts(out, color ? "    \033[2m" : "    ");
        buf_add(out, line, length);
        buf_puts(out, color && at > entry->text_at ? "\033[0m\n" : "\n");
        at += length + 1;
    }
}

static bool is_export(const struct story *story)
{
    return story->record.column == COLUMN_EXPORT_RETAIL;
}

static void tell_fault(const struct story *story, enum declare_fault fault, struct buf *out)
{
    buf_printf(out, say(story, "    Customs returns the documents, code %d: %s. They are sent again.\n",
                        "    海关退单，代码 %d：%s。更正后重新申报。\n"),
               declare_fault_code(fault, is_export(story)), declare_fault_name(fault, story->lang));
}

static void tell_note(const struct story *story, const struct world_note *note, struct buf *out)
{
    const char *irregular = note->kind == NOTE_IRREGULAR || note->kind == NOTE_FOUND
                                ? irregular_name((enum irregular_kind)note->what, story->lang) : "";
    switch ((enum world_note_kind)note->kind) {
    case NOTE_FAULT: tell_fault(story, (enum declare_fault)note->what, out); break;
    case NOTE_IRREGULAR:
        buf_printf(out, say(story, "    It hides something from customs: %s\n", "    对海关有隐瞒：%s\n"), irregular);
        break;
    case NOTE_FOUND: buf_printf(out, say(story, "    Customs finds it: %s\n", "    海关查获：%s\n"), irregular); break;
    default:
        check(note->kind == NOTE_GRADE);
        buf_printf(out, say(story, "    Credit grade of %s: %s\n", "    %s 的信用等级：%s\n"), party_name(story, note->party),
                   credit_grade_name((enum credit_grade)note->what, story->lang));
    }
}

/* Is the next thing told the same step once more? Then this time it only waits. */
static bool waits(const struct story *story, uint32_t index)
{
    const struct story_entry *entry = &story->entry[index], *next = entry + 1;
    while (index + 1 < story->entries && next->kind == ENTRY_NOTE) {
        index++;
        next++;
    }
    return index + 1 < story->entries && next->kind == ENTRY_STEP && next->step == entry->step;
}

static void tell_step(const struct story *story, uint32_t index, bool color, struct buf *out)
{
    const struct story_entry *entry = &story->entry[index];
    add_time(out, entry->time);
    buf_printf(out, "  %s%s%s%s\n", color ? "\033[1m" : "",
               world_step_name((enum column)entry->column, entry->step, story->lang), color ? "\033[0m" : "",
               waits(story, index) ? say(story, ": waits", "：等待") : "");
}

static void tell_head(const struct story *story, bool color, struct buf *out)
{
    const struct order_record *record = &story->record;
    const struct product *product = record->product ? &story->book->catalog.product[record->product] : NULL;
    buf_printf(out, "%s%s %llu%s", color ? "\033[1m" : "", say(story, "Order", "订单"),
               (unsigned long long)record->number, color ? "\033[0m" : "");
    if (record->reference)
        buf_printf(out, " (%s)", record->reference);
    buf_printf(out, " · %s · %s · ", column_name((enum column)record->column, story->lang),
               channel_name((enum channel)record->channel, story->lang));
    if (product)
        buf_printf(out, "%s × %u", say(story, product->name_en, product->name_zh), record->units);
    else
        buf_printf(out, say(story, "%u units, lines: %u", "%u 件，%u 行"), record->units, record->lines);
    buf_printf(out, " · %c%c → %c%c\n", record->from >> 8, record->from & 255, record->to >> 8, record->to & 255);
    buf_printf(out, "%s%s", say(story, "In the end: ", "结果："),
               order_state_name((enum order_state)record->state, story->lang));
    if (record->regime)
        buf_printf(out, " · %s", record->regime);
    if (record->refusal)
        buf_printf(out, " · %s", record->refusal);
    buf_puts(out, say(story, " · times are UTC\n\n", " · 时间为 UTC\n\n"));
}

static void tell_sum(const struct story *story, const char *name, int64_t minor, struct buf *out)
{
    size_t line = out->length;
    buf_printf(out, "    %s", name);
    err_pad(out, line, 40);
    run_money(out, minor, story->base);
    buf_putc(out, '\n');
}

static void tell_costs(const struct story *story, struct buf *out)
{
    const struct order_record *record = &story->record;
    const struct account_sums *sums = &record->sums;
    buf_puts(out, say(story, "\nWhat it came to, with its share of shipments\n", "\n合计（含分摊的批次成本）\n"));
    tell_sum(story, say(story, "Goods", "货款"), sums->goods, out);
    for (enum layer layer = LAYER_UNSET + 1; layer < LAYER_COUNT; layer++)
        tell_sum(story, node_name(layer, (enum column)record->column, story->lang), sums->layer[layer], out);
    tell_sum(story, say(story, "Landed cost", "到岸总成本"), record->landed, out);
    tell_sum(story, say(story, "Paid by the buyer", "买家支付"), sums->paid, out);
    tell_sum(story, say(story, "Margin of who held title", "货权持有人毛利"), sums->margin, out);
}

static void tell_choice(const struct story *story, const struct story_entry *entry, struct buf *out)
{
    add_time(out, entry->time);
    buf_puts(out, say(story, "  The seller weighs the ways by what each is expected to cost and take\n",
                      "  卖家按预计成本与时间比较各渠道\n"));
    buf_add(out, story->text.data + entry->text_at, entry->text_end - entry->text_at);
}

void story_text(const struct story *story, bool color, struct buf *out)
{
    check(story->is_whole);
    tell_head(story, color, out);
    for (uint32_t i = 0; i < story->entries; i++) {
        const struct story_entry *entry = &story->entry[i];
        if (entry->kind == ENTRY_STEP)
            tell_step(story, i, color, out);
        else if (entry->kind == ENTRY_POSTING)
            tell_posting(story, &entry->posting, out);
        else if (entry->kind == ENTRY_CHOICE)
            tell_choice(story, entry, out);
        else if (entry->kind == ENTRY_NOTE)
            tell_note(story, &entry->note, out);
        else
            tell_law(story, entry, color, out);
    }
    tell_costs(story, out);
}

/* ---- telling a program ---- */

static void time_member(struct out_json *json, const char *name, int64_t time)
{
    char text[21];
    time_write(time, text);
    out_json_text(json, name, text);
}

static void posting_member(const struct story *story, const struct posting *posting, struct out_json *json)
{
    char reason[96] = "";
    world_reason(story->world, posting->reason, reason, sizeof reason);
    out_json_text(json, "posting", kind_id((enum posting_kind)posting->kind));
    out_json_text(json, "from", story->book->parties.party[posting->from].id);
    out_json_text(json, "to", story->book->parties.party[posting->to].id);
    out_json_text(json, "currency", currency_code(posting->currency));
    out_json_decimal(json, "amount", posting->amount, currency_digits(posting->currency));
    out_json_decimal(json, "base_amount", posting->base, currency_digits(story->base));
    out_json_text(json, "layer", layer_id(kind_layer((enum posting_kind)posting->kind)));
    out_json_text(json, "reason", reason);
}

static void note_member(const struct story *story, const struct world_note *note, struct out_json *json)
{
    switch ((enum world_note_kind)note->kind) {
    case NOTE_FAULT:
        out_json_text(json, "fault", declare_fault_id((enum declare_fault)note->what));
        out_json_decimal(json, "code", declare_fault_code((enum declare_fault)note->what, is_export(story)), 0);
        break;
    case NOTE_IRREGULAR: out_json_text(json, "irregular", irregular_id((enum irregular_kind)note->what)); break;
    case NOTE_FOUND: out_json_text(json, "found", irregular_id((enum irregular_kind)note->what)); break;
    default:
        out_json_text(json, "grade", credit_grade_id((enum credit_grade)note->what));
        out_json_text(json, "of", story->book->parties.party[note->party].id);
    }
}

static void entry_member(const struct story *story, const struct story_entry *entry, struct out_json *json)
{
    out_json_begin_flat(json, NULL, '{');
    time_member(json, "time", entry->time);
    if (entry->kind == ENTRY_STEP)
        out_json_text(json, "step", world_step_id((enum column)entry->column, entry->step));
    else if (entry->kind == ENTRY_POSTING)
        posting_member(story, &entry->posting, json);
    else if (entry->kind == ENTRY_CHOICE)
        out_json_raw(json, "choice", story->text.data + entry->text_end, entry->json_end - entry->text_end);
    else if (entry->kind == ENTRY_NOTE)
        note_member(story, &entry->note, json);
    else
        out_json_raw(json, "law", story->text.data + entry->text_end, entry->json_end - entry->text_end);
    out_json_end(json, '}');
}

void story_json(const struct story *story, struct buf *out)
{
    const struct order_record *record = &story->record;
    struct out_json json = {.out = out};
    check(story->is_whole);
    out_json_begin(&json, NULL, '{');
    out_json_count(&json, "replication", record->replication);
    out_json_count(&json, "order", record->number);
    out_json_text(&json, "reference", record->reference);
    out_json_text(&json, "flow", record->flow);
    out_json_text(&json, "column", column_id((enum column)record->column));
    out_json_text(&json, "channel", channel_id((enum channel)record->channel));
    out_json_text(&json, "state", order_state_id((enum order_state)record->state));
    out_json_text(&json, "regime", record->regime);
    out_json_text(&json, "refusal", record->refusal);
    out_json_begin(&json, "story", '[');
    for (uint32_t i = 0; i < story->entries; i++)
        entry_member(story, &story->entry[i], &json);
    out_json_end(&json, ']');
    out_json_begin_flat(&json, "cost", '{');
    out_json_text(&json, "currency", currency_code(story->base));
    out_json_decimal(&json, "goods", record->sums.goods, currency_digits(story->base));
    for (enum layer layer = LAYER_UNSET + 1; layer < LAYER_COUNT; layer++)
        out_json_decimal(&json, layer_id(layer), record->sums.layer[layer], currency_digits(story->base));
    out_json_decimal(&json, "landed", record->landed, currency_digits(story->base));
    out_json_decimal(&json, "buyer_paid", record->sums.paid, currency_digits(story->base));
    out_json_decimal(&json, "margin", record->sums.margin, currency_digits(story->base));
    out_json_end(&json, '}');
    out_json_end(&json, '}');
}
