/* report_compare: reform by reform, behaviour held fixed before behaviour that responds. */
#include "sim/report_compare.h"

#include <stdio.h>

#include "core/date.h"
#include "core/money.h"
#include "sim/compare.h"
#include "sim/out_compare.h"
#include "sim/out_json.h"
#include "sim/out_names.h"
#include "sim/run.h"
#include "sim/scenario.h"

struct report {
    struct page *page;
    const struct compare *compare;
};

/* ---- lines ---- */

/* A value in both languages, with the sign of a change. */
static void say_value(struct report *r, const struct compare_line *line, int64_t value, bool is_change)
{
    struct buf en = {0}, zh = {0};
    buf_puts(&en, is_change && value > 0 ? "+" : "");
    buf_puts(&zh, is_change && value > 0 ? "+" : "");
    compare_value(r->compare, line, value, LANG_EN, &en);
    compare_value(r->compare, line, value, LANG_ZH, &zh);
    page_say(r->page, buf_text(&en), buf_text(&zh));
    buf_finish(&en);
    buf_finish(&zh);
}

static void add_sentence(struct report *r, const struct compare_line *line)
{
    struct buf en = {0}, zh = {0};
    compare_sentence(r->compare, line, LANG_EN, &en);
    compare_sentence(r->compare, line, LANG_ZH, &zh);
    page_item(r->page);
    page_say(r->page, buf_text(&en), buf_text(&zh));
    page_item_end(r->page);
    buf_finish(&en);
    buf_finish(&zh);
}

static void say_side(struct report *r, const char *en, const char *zh, int64_t orders, int64_t of, int64_t sum,
                     int64_t most)
{
    page_say(r->page, en, zh);
    run_share(r->page->out, orders, of);
    if (orders == 0)
        return;
    page_say(r->page, " (on average ", "（平均 ");
    page_money(r->page, money_scale(sum, 1, orders, ROUND_HALF_UP));
    page_say(r->page, ", at most ", "，最多 ");
    page_money(r->page, most);
    page_say(r->page, ")", "）");
}

static void say_count(struct report *r, const char *en, const char *zh, int64_t count)
{
    if (count == 0)
        return;
    page_say(r->page, en, zh);
    run_count(r->page->out, (uint64_t)count);
}

/* Who pays more, order by order. */
static void add_sides(struct report *r, const struct compare_answer *answer)
{
    const struct compare_sides *sides = &answer->sides;
    int64_t both = sides->more + sides->less + sides->same;
    page_line(r->page, "");
    say_side(r, "Orders that cost more: ", "成本上升的订单：", sides->more, both, sides->more_minor, sides->most_more);
    say_side(r, "; less: ", "；下降：", sides->less, both, sides->less_minor, sides->most_less);
    page_say(r->page, "; the same: ", "；不变：");
    run_share(r->page->out, sides->same, both);
    if (answer->mode == COMPARE_STATIC)
        say_count(r, "; no longer admitted: ", "；不再准予：", sides->gone);
    else
        say_count(r, "; no longer delivered: ", "；不再成交：", sides->gone);
    say_count(r, "; new: ", "；新增：", sides->come);
    say_count(r, "; by another channel: ", "；改走其他渠道：", sides->moved);
    say_count(r, "; without an answer: ", "；无法回答：", sides->unanswered);
    page_say(r->page, ".", "。");
    page_line_end(r->page);
}

static void add_words(struct report *r, const struct compare_answer *answer)
{
    page_markup(r->page, "<div>");
    page_part(r->page, compare_mode_name(answer->mode, LANG_EN), compare_mode_name(answer->mode, LANG_ZH));
    page_list(r->page);
    for (size_t i = 0; i < answer->largests; i++)
        add_sentence(r, &answer->line[answer->largest[i]]);
    page_list_end(r->page);
    if (answer->largests == 0)
        page_sentence(r->page, "Nothing changes that is larger than its uncertainty.", "没有超出误差的变化。");
    add_sides(r, answer);
    page_markup(r->page, "</div>\n");
}

/* ---- figures ---- */

static void cell_value(struct report *r, const struct compare_line *line, bool is_there, int64_t value, bool is_change)
{
    page_cell(r->page, "number");
    if (is_there)
        say_value(r, line, value, is_change);
    else
        page_text(r->page, "–");
    page_cell_end(r->page);
}

static void cell_interval(struct report *r, const struct compare_line *line)
{
    page_cell(r->page, "number");
    if (line->has_interval) {
        say_value(r, line, line->low, false);
        page_text(r->page, " … ");
        say_value(r, line, line->high, false);
    }
    page_cell_end(r->page);
}

static void add_row(struct report *r, const struct compare_line *line)
{
    unsigned base = r->compare->scenario->base_currency;
    enum effect_name figure = (enum effect_name)line->figure.name;
    char key[160], en[240], zh[240];
    effect_key_name(r->compare->book, base, &line->figure, LANG_EN, key, sizeof key);
    snprintf(en, sizeof en, "%s: %s", key, effect_name_words(figure, LANG_EN));
    effect_key_name(r->compare->book, base, &line->figure, LANG_ZH, key, sizeof key);
    snprintf(zh, sizeof zh, "%s：%s", key, effect_name_words(figure, LANG_ZH));
    page_row(r->page, en, zh);
    cell_value(r, line, line->has_before, line->before, false);
    cell_value(r, line, line->has_after, line->after, false);
    cell_value(r, line, line->has_difference, line->difference, true);
    cell_interval(r, line);
    page_row_end(r->page);
}

/* What stays as it was is in compare.json; here it is counted. Totals are always told. */
static bool is_told(const struct compare_line *line)
{
    return line->figure.group == EFFECT_TOTAL || !line->has_difference || line->difference || line->low || line->high;
}

static void add_figures(struct report *r, const struct compare_answer *answer)
{
    const char *const head[] = {compare_mode_name(answer->mode, LANG_EN), compare_mode_name(answer->mode, LANG_ZH),
                                "Before", "之前", "After", "之后", "Difference", "差额", "95 % interval", "95 % 区间",
                                NULL};
    page_table(r->page, head, PAGE_WIDE);
    size_t still = 0;
    for (size_t i = 0; i < answer->lines; i++)
        if (is_told(&answer->line[i]))
            add_row(r, &answer->line[i]);
        else
            still++;
    page_table_end(r->page);
    if (still == 0)
        return;
    page_line(r->page, "source");
    page_say(r->page, "Unchanged figures, in compare.json: ", "未变化的数据见 compare.json，共 ");
    run_count(r->page->out, still);
    page_say(r->page, ".", " 项。");
    page_line_end(r->page);
}

static void add_reform(struct report *r, size_t number)
{
    const struct compare_law *law = &r->compare->law[number];
    char id[32];
    snprintf(id, sizeof id, "reform-%zu", number + 1);
    page_section(r->page, id, law->title_en ? law->title_en : law->id, law->title_zh ? law->title_zh : law->id);
    page_markup(r->page, "<div class=\"pair\">\n");
    for (enum compare_mode mode = COMPARE_STATIC; mode < COMPARE_MODES; mode++)
        if (r->compare->wants[mode])
            add_words(r, &law->answer[mode]);
    page_markup(r->page, "</div>\n");
    for (enum compare_mode mode = COMPARE_STATIC; mode < COMPARE_MODES; mode++)
        if (r->compare->wants[mode])
            add_figures(r, &law->answer[mode]);
}

/* ---- several reforms side by side ---- */

static const struct compare_line *landed_of(const struct compare_answer *answer)
{
    for (size_t i = 0; i < answer->lines; i++)
        if (answer->line[i].figure.group == EFFECT_TOTAL && answer->line[i].figure.name == EFFECT_OF_LANDED)
            return &answer->line[i];
    return NULL;
}

static void add_overview_row(struct report *r, const struct compare_law *law, const struct compare_answer *answer)
{
    const struct compare_line *line = landed_of(answer);
    const struct compare_sides *sides = &answer->sides;
    int64_t both = sides->more + sides->less + sides->same;
    char en[240], zh[240];
    snprintf(en, sizeof en, "%.160s · %s", law->title_en ? law->title_en : law->id,
             compare_mode_name(answer->mode, LANG_EN));
    snprintf(zh, sizeof zh, "%.160s · %s", law->title_zh ? law->title_zh : law->id,
             compare_mode_name(answer->mode, LANG_ZH));
    page_row(r->page, en, zh);
    if (line) {
        cell_value(r, line, line->has_difference, line->difference, true);
        cell_interval(r, line);
    } else {
        page_cell_text(r->page, "–");
        page_cell_text(r->page, "–");
    }
    page_cell_share(r->page, sides->more, both);
    page_cell_share(r->page, sides->less, both);
    page_row_end(r->page);
}

static void add_overview(struct report *r)
{
    static const char *const head[] = {"Reform", "规则变更", "Landed cost per order", "单均到岸成本", "95 % interval",
                                       "95 % 区间", "Orders that cost more", "成本上升的订单", "that cost less", "下降",
                                       NULL};
    page_section(r->page, "overview", "The reforms side by side", "各项规则变更一览");
    page_table(r->page, head, PAGE_WIDE);
    for (size_t i = 0; i < r->compare->laws; i++)
        for (enum compare_mode mode = COMPARE_STATIC; mode < COMPARE_MODES; mode++)
            if (r->compare->wants[mode])
                add_overview_row(r, &r->compare->law[i], &r->compare->law[i].answer[mode]);
    page_table_end(r->page);
}

/* ---- the document ---- */

static void add_head(struct report *r)
{
    const struct compare *compare = r->compare;
    char from[11], to[11];
    date_write(compare->scenario->from_day, from);
    date_write(compare->scenario->to_day, to);
    page_begin(r->page, compare->scenario->title_en, compare->scenario->title_zh);
    page_line(r->page, "dim");
    page_say(r->page, "What other law would change", "规则变更的影响");
    page_text(r->page, " · ");
    page_text(r->page, compare->scenario->id);
    buf_printf(r->page->out, " · %s … %s · %u ", from, to, compare->replications);
    page_say(r->page, compare->replications == 1 ? "replication" : "replications", "次重复");
    if (compare->is_paired)
        page_say(r->page, ", the same random numbers", "，相同随机数");
    page_say(r->page, " · seed ", " · 种子 ");
    buf_printf(r->page->out, "%llu", (unsigned long long)compare->seed);
    page_line_end(r->page);
    page_sentence(r->page,
                  "Behaviour held fixed: the same orders by the same channels, only the law is asked anew. Behaviour "
                  "responds: buyers and sellers choose again.",
                  "行为不变：订单与渠道照旧，只按新规则重新计税。行为响应：买卖双方重新选择。");
}

static void write_data(const struct compare *compare, struct buf *out)
{
    struct out_json json = {.out = out};
    struct buf bytes = {0};
    out_compare(compare, &bytes);
    out_json_begin(&json, NULL, '{');
    out_json_text(&json, "verb", "compare");
    out_names(&json, "names", compare->book);
    out_json_raw(&json, "result", bytes.data, bytes.length);
    out_json_end(&json, '}');
    buf_finish(&bytes);
}

void report_compare(const struct compare *compare, enum page_form form, enum lang lang, struct buf *out)
{
    struct page page = {.out = out, .form = form, .lang = lang, .currency = compare->scenario->base_currency};
    struct report report = {&page, compare}, *r = &report;
    struct buf data = {0};
    add_head(r);
    if (compare->laws > 1)
        add_overview(r);
    for (size_t i = 0; i < compare->laws; i++)
        add_reform(r, i);
    write_data(compare, &data);
    page_end(&page, buf_text(&data));
    buf_finish(&data);
}
