/* quote: has a request read, asks customs/assess, writes the answer. */
#include "sim/quote.h"

#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"
#include "core/date.h"
#include "core/err.h"
#include "sim/allowance.h"
#include "sim/book.h"

/* ---- writing ---- */

static void add_text(struct buf *out, const char *name, const char *text)
{
    if (out->length && out->data[out->length - 1] != '{')
        buf_putc(out, ',');
    buf_putc(out, '"');
    buf_puts(out, name);
    buf_puts(out, "\":");
    buf_json_string(out, text, strlen(text));
}

static void add_money(struct buf *out, const char *name, int64_t minor, unsigned currency)
{
    if (out->length && out->data[out->length - 1] != '{')
        buf_putc(out, ',');
    buf_putc(out, '"');
    buf_puts(out, name);
    buf_puts(out, "\":\"");
    buf_decimal(out, minor, currency_digits(currency));
    buf_putc(out, '"');
}

static void add_error(struct buf *out, const char *code, const struct err *err)
{
    buf_puts(out, ",\"error\":{");
    add_text(out, "code", code);
    add_text(out, "pointer", err->pointer);
    add_text(out, "message", err->message);
    add_text(out, "help", err->help);
    if (err->line && err->column)
        buf_printf(out, ",\"line\":%u,\"column\":%u", err->line, err->column);
    buf_putc(out, '}');
}

/* Mistakes of shape are one code to the asker; the others keep theirs. */
static const char *request_code(enum err_code code)
{
    return code == ERR_UNKNOWN_SCHEME || code == ERR_UNKNOWN_CODE ? err_name(code) : "bad_request";
}

static void add_provenance(const struct quote *quote, const struct rule_answer *answer, struct buf *out)
{
    buf_puts(out, ",\"provenance\":{");
    add_text(out, "engine", "tradeloom " TRADELOOM_VERSION);
    add_text(out, "rules", quote->book->law_hash);
    int32_t kept = answer ? rule_kept_until(answer) : DAY_UNSET;
    if (kept != DAY_UNSET) {
        char day[11];
        date_write(kept, day);
        add_text(out, "law_kept_until", day);
    }
    buf_putc(out, '}');
}

static void begin_answer(const char *id, const char *status, struct buf *out)
{
    buf_putc(out, '{');
    if (id)
        add_text(out, "id", id);
    add_text(out, "status", status);
}

/* All that is wrong with a request, in place of its answer; lines are then counted from the input's first. */
static void answer_errors(const struct quote *quote, const char *id, const char *code,
                          const struct rule_answer *answer, struct errs *errs, struct buf *out)
{
    for (size_t i = 0; i < errs->count; i++)
        errs->item[i].line += errs->item[i].line && quote->line ? quote->line - 1 : 0;
    if (quote->view == QUOTE_TEXT) {
        for (size_t i = 0; i < errs->count; i++)
            err_render(&errs->item[i], 0, out);
        return;
    }
    begin_answer(id, "error", out);
    add_error(out, code, &errs->item[0]);
    add_provenance(quote, answer, out);
    buf_puts(out, "}\n");
}

static int64_t total_of(const struct rule_answer *answer)
{
    int64_t total = 0;
    for (enum charge_kind kind = CHARGE_UNSET + 1; kind < CHARGE_DRAWBACK; kind++)
        total += answer->total_of[kind];
    return total;
}

static void add_totals(const struct rule_answer *answer, struct buf *out)
{
    buf_puts(out, ",\"totals\":{");
    for (enum charge_kind kind = CHARGE_UNSET + 1; kind < CHARGE_DRAWBACK; kind++)
        if (answer->stated & 1u << kind)
            add_money(out, charge_id(kind), answer->total_of[kind], answer->currency);
    add_money(out, "total", total_of(answer), answer->currency);
    buf_putc(out, '}');
}

static void add_drawback(const struct rule_answer *answer, struct buf *out)
{
    for (enum charge_kind kind = CHARGE_DRAWBACK; kind < CHARGE_COUNT; kind++) {
        if (!(answer->stated & 1u << kind))
            continue;
        if (charge_is_amount(kind)) {
            add_money(out, charge_id(kind), answer->total_of[kind], answer->currency);
            continue;
        }
        if (kind == CHARGE_TERM)
            continue;
        buf_puts(out, ",\"refund_rate\":\"");
        buf_decimal(out, answer->total_of[kind], 6);
        buf_putc(out, '"');
    }
}

static void put_term(const struct rule_term *term, struct buf *out)
{
    bool is_whole = term->value % 1000000 == 0;
    buf_decimal(out, is_whole ? term->value / 1000000 : term->value, is_whole ? 0 : 6);
}

/* What the law says that is no amount, by the names of its steps. */
static void add_terms(const struct rule_answer *answer, struct buf *out)
{
    struct rule_term term;
    if (!(answer->stated & 1u << CHARGE_TERM))
        return;
    buf_puts(out, ",\"terms\":");
    for (uint32_t at = 0, count = 0; rule_term_next(answer, &at, &term); count++) {
        buf_printf(out, "%s\"%s\":", count ? "," : "{", term.name);
        if (term.is_truth) {
            buf_puts(out, term.value ? "true" : "false");
            continue;
        }
        buf_putc(out, '"');
        put_term(&term, out);
        buf_putc(out, '"');
    }
    buf_putc(out, '}');
}

static void add_allowance(const struct rule_answer *answer, struct buf *out)
{
    int64_t left = answer->allowance_limit - answer->allowance_used;
    buf_puts(out, ",\"allowance\":{");
    add_money(out, "limit", answer->allowance_limit, answer->currency);
    add_money(out, "used", answer->allowance_used, answer->currency);
    add_money(out, "left", left > 0 ? left : 0, answer->currency);
    add_text(out, "period", "year");
    buf_putc(out, '}');
}

static void add_refusal(const struct rule_answer *answer, struct buf *out)
{
    const char *code, *en, *zh, *instead;
    rule_refusal(answer, &code, &en, &zh, &instead);
    buf_puts(out, ",\"refusal\":{");
    add_text(out, "code", code);
    add_text(out, "message", en ? en : code);
    if (zh)
        add_text(out, "message_zh", zh);
    if (instead)
        add_text(out, "instead", instead);
    else
        buf_puts(out, ",\"instead\":null");
    buf_putc(out, '}');
}

static const char *const warning_text[WARN_COUNT][2] = {
    [WARN_LOW_CONFIDENCE] = {"a rate or limit that decided here is of low confidence: see law and source",
                             "此处适用的税率或限值可信度低，请核对法律依据和来源"},
    [WARN_FX_STALE] = {"no exchange rate for this month: the last known month was taken",
                       "当月汇率缺失，采用最近已知月份的汇率"},
    [WARN_ASSUMED_VALUE] = {"a value that decided here is assumed, not published",
                            "此处适用的数值为假定值，未见公布"},
    [WARN_SWITCH_DEFAULT] = {"sources disagree on a rule that decided here: the default reading was taken",
                             "来源对此处规则的理解不一，采用默认解释"},
};

static void add_warnings(const struct rule_answer *answer, struct buf *out)
{
    bool is_first = true;
    buf_puts(out, ",\"warnings\":[");
    for (unsigned warning = 0; warning < WARN_COUNT; warning++) {
        if (!(answer->warnings & 1u << warning))
            continue;
        buf_puts(out, is_first ? "{" : ",{");
        add_text(out, "code", rule_warning_id((enum rule_warning)warning));
        add_text(out, "message", warning_text[warning][0]);
        buf_putc(out, '}');
        is_first = false;
    }
    buf_putc(out, ']');
}

static const char *const advice[ERR_COUNT] = {
    [ERR_UNKNOWN_CODE] = "rates of your own: --tariff FILE; of the UK and the US: tradeloom fetch",
    [ERR_NO_RATE] = "rates of your own: --tariff FILE",
    [ERR_LIST_UNKNOWN] = "say so in a table of your own: --tariff FILE",
    [ERR_NO_PACK] = "what is kept of each place: docs/law",
    [ERR_BEFORE_FIRST] = "what is kept of each place: docs/law",
    [ERR_NOT_IN_FORCE] = "what is kept of each place: docs/law",
    [ERR_NO_FX] = "give it with the request: \"fx\": {\"USDCNY\": \"7.1234\"}",
    [ERR_NEEDS_QUANTITY] = "give net_weight_kg, volume_l, pieces or strength_vol, per sales unit",
    [ERR_OVERFLOW] = "amounts are kept with up to 18 digits",
};

/* The part of the request that the law could not answer. */
static const cJSON *node_at_fault(const struct quote *quote, const cJSON *request, const struct rule_answer *answer)
{
    const cJSON *lines = json_get(request, "lines");
    const cJSON *line = answer->error_line ? cJSON_GetArrayItem(lines, (int)answer->error_line - 1) : NULL;
    if (answer->error == ERR_NO_FX)
        return json_get(request, "currency");
    if (answer->error == ERR_OVERFLOW && line)
        return json_get(line, "unit_price");
    if (answer->error == ERR_NEEDS_QUANTITY && line)
        return line;
    if (quote->kind == REQUEST_DRAWBACK && answer->error == ERR_NO_PACK)
        return json_get(request, json_get(request, "from") ? "from" : "form");
    if (quote->kind == REQUEST_DRAWBACK)
        return json_get(request, answer->error == ERR_BEFORE_FIRST && !answer->error_line ? "date" : "hs");
    if (line)
        return json_get(line, json_get(line, "hs") ? "hs" : "sku");
    if (answer->error == ERR_NO_PACK || answer->error == ERR_NO_RATE) /* of the subdivision */
        return json_get(request, "to");
    return answer->error == ERR_BEFORE_FIRST || answer->error == ERR_NOT_IN_FORCE ? json_get(request, "date") : request;
}

static void answer_unknown(const struct quote *quote, const struct json *json, const char *id,
                           const struct rule_answer *answer, struct errs *errs, struct buf *out)
{
    const cJSON *node = node_at_fault(quote, json->root, answer);
    struct err *err = json_fail(json, node, errs, (int)answer->error, "%s", answer->message);
    err_help(err, "%s%stradeloom explain %s", advice[answer->error] ? advice[answer->error] : "",
             advice[answer->error] ? "; " : "", err_name(answer->error));
    answer_errors(quote, id, err_name(answer->error), answer, errs, out);
}

static void write_answer(const struct quote *quote, const char *id, const struct rule_answer *answer,
                         struct buf *out)
{
    bool is_refused = answer->status == RULE_REFUSED;
    begin_answer(id, is_refused ? "refused" : "assessed", out);
    add_text(out, "regime", answer->regime);
    add_text(out, "currency", currency_code(answer->currency));
    if (answer->has_value && quote->kind == REQUEST_ORDER)
        add_money(out, "value", answer->value, answer->currency);
    if (!is_refused) {
        buf_puts(out, ",\"charges\":");
        rule_trace_charges(quote->assess.cache, answer, out);
        if (quote->kind == REQUEST_DRAWBACK)
            add_drawback(answer, out);
        else
            add_totals(answer, out);
        add_terms(answer, out);
    }
    if (answer->has_allowance)
        add_allowance(answer, out);
    if (is_refused)
        add_refusal(answer, out);
    add_warnings(answer, out);
    add_provenance(quote, answer, out);
    buf_puts(out, "}\n");
}

/* ---- for a person ---- */

/* The rate at which the request's amounts were taken over, where they were in another currency. */
static void explain_rate(const struct quote *quote, const struct rule_answer *answer, struct buf *out)
{
    const struct assess *assess = &quote->assess;
    int64_t micro;
    char month[11];
    if (answer->status == RULE_ERROR || assess->taken_from == answer->currency ||
        !money_scale_try(1000000, assess->taken.num, assess->taken.den, ROUND_HALF_UP, &micro))
        return;
    date_write(assess->taken_day, month);
    buf_printf(out, quote->lang == LANG_ZH ? "金额按 1 %s = " : "amounts at 1 %s = ",
               currency_code(assess->taken_from));
    buf_decimal(out, micro, 6);
    buf_printf(out, " %s", currency_code(answer->currency));
    if (assess->taken_given)
        buf_puts(out, quote->lang == LANG_ZH ? "（申报汇率）折算\n" : ", as the request says\n");
    else
        buf_printf(out, quote->lang == LANG_ZH ? "（%.7s 月均值，欧洲央行）折算\n"
                                               : ", mean of %.7s by the European Central Bank\n", month);
}

static void explain(const struct quote *quote, const char *id, const struct rule_answer *answer,
                    struct buf *out)
{
    bool is_zh = quote->lang == LANG_ZH;
    if (id)
        buf_printf(out, "%s\n", id);
    explain_rate(quote, answer, out);
    rule_explain(quote->assess.cache, answer, (int)quote->lang, out);
    if (answer->status == RULE_REFUSED) {
        const char *code, *en, *zh, *instead;
        rule_refusal(answer, &code, &en, &zh, &instead);
        buf_printf(out, is_zh ? "退运（%s）：%s\n" : "refused (%s): %s\n", code, is_zh && zh ? zh : en ? en : code);
        if (instead)
            buf_printf(out, is_zh ? "可以改用：%s\n" : "open instead: %s\n", instead);
    }
    for (unsigned warning = 0; warning < WARN_COUNT; warning++)
        if (answer->warnings & 1u << warning)
            buf_printf(out, is_zh ? "注意[%s]：%s\n" : "warning[%s]: %s\n",
                       rule_warning_id((enum rule_warning)warning), warning_text[warning][is_zh]);
    int32_t kept = rule_kept_until(answer);
    char day[11] = "?";
    if (kept != DAY_UNSET)
        date_write(kept, day);
    buf_printf(out, is_zh ? "法规维护至 %s；本结果不构成法律意见。\n\n"
                          : "Law followed up to %s; this is no legal advice.\n\n", day);
}

/* ---- allowances that are carried on ---- */

static struct allowance_entry *entry_of(struct quote *quote)
{
    const struct assess_order *order = &quote->request.order;
    if (!quote->allowance || !quote->request.buyer || quote->kind != REQUEST_ORDER)
        return NULL;
    int32_t day = order->entry_day == DAY_UNSET ? order->sale_day : order->entry_day;
    return allowance_of(quote->allowance, quote->request.buyer, order->to, date_civil(day).year);
}

/* What the buyer used before comes from the ledger unless the request says it. */
static struct allowance_entry *take_used(struct quote *quote)
{
    struct allowance_entry *entry = entry_of(quote);
    if (entry && !quote->request.has_used)
        quote->request.order.annual_used = entry->used;
    return entry;
}

static void ask(struct quote *quote, struct rule_answer *answer)
{
    enum form form = (enum form)quote->request.order.form;
    if (form_is_mode(form)) {
        struct assess_order order = request_mode(&quote->request, form);
        assess_order(&quote->assess, &order, answer);
        return;
    }
    struct allowance_entry *entry = take_used(quote);
    assess_order(&quote->assess, &quote->request.order, answer);
    if (!entry || answer->status != RULE_ASSESSED || !answer->has_allowance)
        return;
    entry->currency = answer->currency;
    entry->used = answer->allowance_used;
}

/* ---- all forms side by side ---- */

enum { FORMS = 3 };
static const enum form open_forms[FORMS] = {FORM_RETAIL, FORM_PARCEL, FORM_GENERAL};

/* Opens an entry of a list: what it is of, its status, its regime; an error closes it (false). */
static bool begin_entry(const struct rule_answer *answer, const char *name, const char *id, struct buf *out)
{
    static const char *const status[] = {"", "assessed", "refused", "error"};
    buf_puts(out, out->data[out->length - 1] == '[' ? "{" : ",{");
    add_text(out, name, id);
    add_text(out, "status", status[answer->status]);
    if (answer->status != RULE_ERROR) {
        add_text(out, "regime", answer->regime);
        return true;
    }
    buf_puts(out, ",\"error\":{");
    add_text(out, "code", err_name(answer->error));
    add_text(out, "message", answer->message);
    buf_puts(out, "}}");
    return false;
}

static void add_form(const struct rule_answer *answer, enum form form, struct buf *out)
{
    if (!begin_entry(answer, "form", form_id(form), out))
        return;
    add_text(out, "currency", currency_code(answer->currency));
    if (answer->has_value)
        add_money(out, "value", answer->value, answer->currency);
    if (answer->status == RULE_REFUSED)
        add_refusal(answer, out);
    else
        add_totals(answer, out);
    buf_putc(out, '}');
}

static void tell_form(const struct quote *quote, const struct rule_answer *answer, enum form form, struct buf *out)
{
    bool is_zh = quote->lang == LANG_ZH;
    buf_printf(out, "  %-8s ", form_id(form));
    if (answer->status == RULE_ERROR) {
        buf_printf(out, "%s: %s\n", err_name(answer->error), answer->message);
    } else if (answer->status == RULE_REFUSED) {
        const char *code, *en, *zh, *instead;
        rule_refusal(answer, &code, &en, &zh, &instead);
        buf_printf(out, is_zh ? "不可用（%s）：%s\n" : "closed (%s): %s\n", code, is_zh && zh ? zh : en ? en : code);
    } else {
        buf_decimal(out, total_of(answer), currency_digits(answer->currency));
        buf_printf(out, " %s  %s", currency_code(answer->currency), answer->regime);
        for (enum charge_kind kind = CHARGE_UNSET + 1; kind < CHARGE_DRAWBACK; kind++) {
            if (!(answer->stated & 1u << kind) || answer->total_of[kind] == 0)
                continue;
            buf_printf(out, "  %s ", charge_id(kind));
            buf_decimal(out, answer->total_of[kind], currency_digits(answer->currency));
        }
        buf_putc(out, '\n');
    }
}

/* How the channels declare and carry an order, as far as the law can tell them apart. The retail ones into China are
 * those of the column import retail, the others those of export retail. */
static const struct way {
    uint8_t channel, form, transport;
} ways[] = {
    {CHANNEL_BONDED, FORM_RETAIL, TRANSPORT_BONDED},
    {CHANNEL_DIRECT_MAIL, FORM_RETAIL, TRANSPORT_EXPRESS},
    {CHANNEL_PERSONAL_PARCEL, FORM_PARCEL, TRANSPORT_POST},
    {CHANNEL_CONTAINER, FORM_GENERAL, TRANSPORT_SEA},
    {CHANNEL_BULK_AIR, FORM_GENERAL, TRANSPORT_AIR},
    {CHANNEL_POST, FORM_RETAIL, TRANSPORT_POST},
    {CHANNEL_EXPRESS, FORM_RETAIL, TRANSPORT_EXPRESS},
    {CHANNEL_LINE, FORM_RETAIL, TRANSPORT_AIR},
    {CHANNEL_OVERSEAS_WAREHOUSE, FORM_GENERAL, TRANSPORT_SEA},
};

static bool is_open_to(const struct way *way, uint16_t to)
{
    enum column column = channel_column((enum channel)way->channel);
    bool is_to_china = to == text_country("CN", 2);
    return column == COLUMN_GENERAL_TRADE || is_to_china == (column == COLUMN_IMPORT_RETAIL);
}

static void add_way(const struct rule_answer *answer, const struct way *way, struct buf *out)
{
    static const char *const status[] = {"", "assessed", "refused", "error"};
    buf_puts(out, out->data[out->length - 1] == '[' ? "{" : ",{");
    add_text(out, "channel", channel_id((enum channel)way->channel));
    add_text(out, "form", form_id((enum form)way->form));
    add_text(out, "transport", transport_id((enum transport)way->transport));
    add_text(out, "status", status[answer->status]);
    if (answer->status == RULE_ASSESSED)
        add_money(out, "total", total_of(answer), answer->currency);
    buf_putc(out, '}');
}

static void tell_way(const struct quote *quote, const struct rule_answer *answer, const struct way *way,
                     struct buf *out)
{
    const char *name = channel_name((enum channel)way->channel, quote->lang);
    bool is_zh = quote->lang == LANG_ZH;
    buf_printf(out, "  %s%*s ", name, (int)(20 - err_cells(name, strlen(name))), "");
    if (answer->status == RULE_ASSESSED) {
        buf_decimal(out, total_of(answer), currency_digits(answer->currency));
        buf_printf(out, " %s", currency_code(answer->currency));
    } else {
        buf_puts(out, answer->status == RULE_REFUSED ? (is_zh ? "不可用" : "closed") : err_name(answer->error));
    }
    buf_printf(out, "  (%s, %s)\n", form_id((enum form)way->form), transport_id((enum transport)way->transport));
}

/* The same goods by each channel; out of a stock abroad or at home, what their import for it would owe. */
static void answer_ways(struct quote *quote, struct buf *out)
{
    struct assess_order *order = &quote->request.order;
    bool is_text = quote->view == QUOTE_TEXT;
    buf_puts(out, is_text ? (quote->lang == LANG_ZH ? "  按渠道：\n" : "  by channel:\n") : ",\"channels\":[");
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct rule_answer answer;
        if (!is_open_to(&ways[i], order->to))
            continue;
        order->form = ways[i].form;
        order->transport = ways[i].transport;
        assess_order(&quote->assess, order, &answer);
        if (is_text)
            tell_way(quote, &answer, &ways[i], out);
        else
            add_way(&answer, &ways[i], out);
    }
    buf_puts(out, is_text ? "" : "]");
}

/* ---- modes of supervision of the country that an order leaves ---- */

static void add_mode(const struct rule_answer *answer, enum form mode, struct buf *out)
{
    if (!begin_entry(answer, "mode", form_id(mode), out))
        return;
    if (answer->status == RULE_REFUSED)
        add_refusal(answer, out);
    else
        add_terms(answer, out);
    buf_putc(out, '}');
}

static void tell_mode(const struct quote *quote, const struct rule_answer *answer, enum form mode, struct buf *out)
{
    bool is_zh = quote->lang == LANG_ZH;
    struct rule_term term;
    buf_printf(out, "  %-8s ", form_id(mode));
    if (answer->status == RULE_ERROR) {
        buf_printf(out, "%s: %s\n", err_name(answer->error), answer->message);
        return;
    }
    if (answer->status == RULE_REFUSED) {
        const char *code, *en, *zh, *instead;
        rule_refusal(answer, &code, &en, &zh, &instead);
        buf_printf(out, is_zh ? "不可用（%s）：%s\n" : "closed (%s): %s\n", code, is_zh && zh ? zh : en ? en : code);
        return;
    }
    buf_printf(out, is_zh ? "可用  %s  %s\n" : "open  %s  %s\n", rule_pack_title(answer, (int)quote->lang),
               answer->regime);
    for (uint32_t at = 0; rule_term_next(answer, &at, &term);) {
        const char *title = term.title[quote->lang] ? term.title[quote->lang] : term.name;
        buf_printf(out, is_zh ? "           %s：" : "           %s: ", title);
        if (term.is_truth)
            buf_puts(out, term.value ? (is_zh ? "是" : "yes") : is_zh ? "否" : "no");
        else
            put_term(&term, out);
        buf_putc(out, '\n');
    }
}

/* How the order may be declared for export, where the country that it leaves has modes; the first that is open is what
 * a declarant chooses. */
static void answer_modes(struct quote *quote, struct buf *out)
{
    bool is_text = quote->view == QUOTE_TEXT, is_zh = quote->lang == LANG_ZH;
    struct rule_answer answer;
    const char *choice = NULL;
    unsigned count = 0;
    for (unsigned mode = FORM_UNSET + 1; mode < FORM_COUNT; mode++) {
        struct assess_order order = request_mode(&quote->request, (enum form)mode);
        if (!form_is_mode((enum form)mode) || quote->request.order.to == order.to)
            continue;
        assess_order(&quote->assess, &order, &answer);
        if (answer.status == RULE_ERROR && answer.error == ERR_NO_PACK)
            continue;
        if (count++ == 0)
            buf_puts(out, !is_text ? ",\"modes\":[" : is_zh ? "  按出口监管方式：\n" : "  by mode of supervision:\n");
        if (answer.status == RULE_ASSESSED && !choice)
            choice = form_id((enum form)mode);
        if (is_text)
            tell_mode(quote, &answer, (enum form)mode, out);
        else
            add_mode(&answer, (enum form)mode, out);
    }
    if (count && !is_text)
        buf_putc(out, ']');
    if (choice && is_text)
        buf_printf(out, is_zh ? "  选用：%s\n" : "  to choose: %s\n", choice);
    else if (choice)
        add_text(out, "mode", choice);
}

/* The same order declared in each form. A comparison knows what the buyer has used, and uses up no allowance. */
static void answer_forms(struct quote *quote, const char *id, struct buf *out)
{
    struct rule_answer answer;
    bool is_text = quote->view == QUOTE_TEXT;
    if (is_text) {
        buf_printf(out, "%s%s", id ? id : "", id ? "\n" : "");
    } else {
        buf_putc(out, '{');
        if (id)
            add_text(out, "id", id);
        buf_puts(out, id ? ",\"forms\":[" : "\"forms\":[");
    }
    take_used(quote);
    for (unsigned i = 0; i < FORMS; i++) {
        quote->request.order.form = (uint8_t)open_forms[i];
        assess_order(&quote->assess, &quote->request.order, &answer);
        if (is_text)
            tell_form(quote, &answer, open_forms[i], out);
        else
            add_form(&answer, open_forms[i], out);
    }
    buf_puts(out, is_text ? "" : "]");
    answer_ways(quote, out);
    answer_modes(quote, out);
    if (is_text) {
        buf_putc(out, '\n');
        return;
    }
    add_provenance(quote, NULL, out);
    buf_puts(out, "}\n");
}

/* ---- the two entries ---- */

void quote_init(struct quote *quote, const struct book *book, enum request_kind kind)
{
    *quote = (struct quote){.book = book, .kind = kind, .view = QUOTE_JSON, .lang = LANG_EN};
    assess_init(&quote->assess, book->rules, &book->fx);
}

void quote_renew(struct quote *quote)
{
    assess_finish(&quote->assess);
    assess_init(&quote->assess, quote->book->rules, &quote->book->fx);
}

void quote_finish(struct quote *quote)
{
    assess_finish(&quote->assess);
    request_finish(&quote->request);
}

void quote_refuse(const struct quote *quote, const struct json *request, struct errs *errs, struct buf *out)
{
    check(errs->count > 0);
    answer_errors(quote, json_text(request->root, "id", NULL), request_code(errs->item[0].code), NULL, errs, out);
}

bool quote_answer(struct quote *quote, const struct json *request, struct errs *errs, struct buf *out)
{
    struct rule_answer answer;
    const char *id = json_text(request->root, "id", NULL);
    check(errs->count == 0);
    bool is_sound = request_read(&quote->request, quote->kind, quote->book, request, errs);
    if (!is_sound) {
        quote_refuse(quote, request, errs, out);
    } else if (quote->all_forms) {
        answer_forms(quote, id, out);
    } else {
        ask(quote, &answer);
        is_sound = answer.status != RULE_ERROR;
        if (!is_sound)
            answer_unknown(quote, request, id, &answer, errs, out);
        else if (quote->view == QUOTE_TEXT)
            explain(quote, id, &answer, out);
        else
            write_answer(quote, id, &answer, out);
    }
    return is_sound;
}
