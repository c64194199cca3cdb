/* volley_tell: what a volley came to, as text, as Markdown, as JSON. */
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "sim/out_json.h"
#include "sim/run.h"
#include "sim/scenario.h"
#include "sim/volley.h"

/* What is told of latencies; LONGEST is no quantile. */
enum { LONGEST = 1001 };
static const struct {
    unsigned per_mille;
    const char *id, *en, *zh;
} rows[] = {{500, "p50", "half within", "一半在"},     {900, "p90", "90 % within", "90 % 在"},
            {950, "p95", "95 % within", "95 % 在"},    {990, "p99", "99 % within", "99 % 在"},
            {999, "p999", "99.9 % within", "99.9 % 在"}, {LONGEST, "longest", "longest", "最长"}};
enum { ROWS = sizeof rows / sizeof *rows };

static int64_t latency_us(const struct volley *volley, unsigned row, bool is_own)
{
    int64_t longest = is_own ? volley->longest_own_us : volley->longest_due_us;
    if (rows[row].per_mille == LONGEST)
        return longest;
    int64_t us = hours_quantile(is_own ? &volley->own : &volley->due, rows[row].per_mille);
    return us < longest ? us : longest; /* a quantile is known within a percent */
}

static void add_ms(struct buf *out, int64_t us)
{
    buf_decimal(out, us / 100, 1);
    buf_puts(out, " ms");
}

static uint64_t reached_milli(const struct volley *volley)
{
    return volley->wall_us ? volley->sent * 1000000000 / volley->wall_us : 0;
}

static const char *step_of(const struct volley *volley)
{
    return scenario_outside_id((enum outside_step)volley->scenario->outside.step);
}

/* ---- for a person ---- */

static void add_sent(const struct volley *volley, bool is_zh, struct buf *out)
{
    run_count(out, volley->sent);
    buf_puts(out, is_zh ? " / " : " of ");
    run_count(out, volley->limit);
    buf_puts(out, is_zh ? "，用时 " : " in ");
    buf_decimal(out, (int64_t)(volley->wall_us / 100000), 1);
    buf_puts(out, is_zh ? " 秒：" : " s: ");
    buf_decimal(out, (int64_t)(reached_milli(volley) / 100), 1);
    buf_printf(out, is_zh ? "/s，要求 %llu/%s；同时最多 %u 个" : "/s, of %llu/%s asked for; at most %u at a time",
               (unsigned long long)volley->rate, volley->per_s == 60 ? "m" : "s", volley->most);
}

static void add_answers(const struct volley *volley, bool is_zh, struct buf *out)
{
    const char *join = "";
    for (unsigned status = 0; status < VOLLEY_STATUSES; status++)
        if (volley->status[status]) {
            buf_puts(out, join);
            run_count(out, volley->status[status]);
            buf_printf(out, " × %u", status);
            join = is_zh ? "、" : ", ";
        }
    if (!volley->answered)
        buf_puts(out, is_zh ? "无" : "none");
}

static void add_kind(const struct volley_kind *kind, struct buf *out)
{
    run_count(out, kind->count);
    buf_printf(out, " × %s", kind->name);
}

void volley_text(const struct volley *volley, enum lang lang, struct buf *out)
{
    bool is_zh = lang == LANG_ZH;
    buf_printf(out, is_zh ? "需求      %s：%s → %s\n已发      " : "Demand    %s: %s → %s\nSent      ", volley->scenario->id,
               step_of(volley), volley->scenario->outside.url);
    add_sent(volley, is_zh, out);
    buf_puts(out, is_zh ? "\n答复      " : "\nAnswers   ");
    add_answers(volley, is_zh, out);
    buf_putc(out, '\n');
    for (unsigned i = 0; i < VOLLEY_KINDS && volley->kind[i].count; i++) {
        buf_puts(out, i ? "          " : is_zh ? "失败      " : "Errors    ");
        add_kind(&volley->kind[i], out);
        buf_putc(out, '\n');
    }
    if (volley->answered)
        buf_puts(out, is_zh ? "延迟      自应发时起 / 自实发时起\n" : "Latency   since it was due / since it was sent\n");
    for (unsigned row = 0; volley->answered && row < ROWS; row++) {
        buf_printf(out, "          %s ", is_zh ? rows[row].zh : rows[row].en);
        add_ms(out, latency_us(volley, row, false));
        buf_puts(out, " / ");
        add_ms(out, latency_us(volley, row, true));
        buf_putc(out, '\n');
    }
}

void volley_markdown(const struct volley *volley, enum lang lang, struct buf *out)
{
    bool is_zh = lang == LANG_ZH;
    buf_printf(out, "## %s: %s → %s\n\n- ", volley->scenario->id, step_of(volley), volley->scenario->outside.url);
    add_sent(volley, is_zh, out);
    buf_puts(out, "\n- ");
    add_answers(volley, is_zh, out);
    for (unsigned i = 0; i < VOLLEY_KINDS && volley->kind[i].count; i++) {
        buf_puts(out, "\n- ");
        add_kind(&volley->kind[i], out);
    }
    buf_puts(out, is_zh ? "\n\n| 延迟 | 自应发时起 | 自实发时起 |\n|---|---:|---:|\n"
                        : "\n\n| latency | since it was due | since it was sent |\n|---|---:|---:|\n");
    for (unsigned row = 0; volley->answered && row < ROWS; row++) {
        buf_printf(out, "| %s | ", is_zh ? rows[row].zh : rows[row].en);
        add_ms(out, latency_us(volley, row, false));
        buf_puts(out, " | ");
        add_ms(out, latency_us(volley, row, true));
        buf_puts(out, " |\n");
    }
}

/* ---- for programs ---- */

static void add_latencies(const struct volley *volley, const char *name, bool is_own, struct out_json *json)
{
    out_json_begin_flat(json, name, '{');
    for (unsigned row = 0; volley->answered && row < ROWS; row++)
        out_json_decimal(json, rows[row].id, latency_us(volley, row, is_own), 3);
    out_json_end(json, '}');
}

void volley_json(const struct volley *volley, struct buf *out)
{
    struct out_json json = {.out = out};
    char name[8];
    out_json_begin(&json, NULL, '{');
    out_json_count(&json, "schema_version", 1);
    out_json_bool(&json, "complete", volley->signal == 0);
    out_json_text(&json, "scenario", volley->scenario->id);
    out_json_text(&json, "step", step_of(volley));
    out_json_text(&json, "url", volley->scenario->outside.url);
    out_json_count(&json, "limit", volley->limit);
    out_json_count(&json, "sent", volley->sent);
    out_json_count(&json, "answered", volley->answered);
    out_json_count(&json, "failed", volley->failed);
    out_json_decimal(&json, "asked_per_s", (int64_t)(volley->rate * 1000 / volley->per_s), 3);
    out_json_decimal(&json, "reached_per_s", (int64_t)reached_milli(volley), 3);
    out_json_decimal(&json, "seconds", (int64_t)(volley->wall_us / 1000), 3);
    out_json_count(&json, "most_at_a_time", volley->most);
    out_json_begin_flat(&json, "status", '{');
    for (unsigned status = 0; status < VOLLEY_STATUSES; status++) {
        snprintf(name, sizeof name, "%u", status);
        if (volley->status[status])
            out_json_count(&json, name, volley->status[status]);
    }
    out_json_end(&json, '}');
    out_json_begin_flat(&json, "errors", '{');
    for (unsigned i = 0; i < VOLLEY_KINDS && volley->kind[i].count; i++)
        out_json_count(&json, volley->kind[i].name, volley->kind[i].count);
    out_json_end(&json, '}');
    add_latencies(volley, "ms_since_due", false, &json);
    add_latencies(volley, "ms_since_sent", true, &json);
    out_json_end(&json, '}');
}
