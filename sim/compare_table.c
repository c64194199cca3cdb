/* compare_table: columns of before, after, difference and its interval. */
#include "sim/compare_table.h"

#include "core/buf.h"
#include "core/err.h"
#include "core/money.h"
#include "sim/compare.h"
#include "sim/run.h"
#include "sim/scenario.h"

enum { NAME_CELLS = 60, VALUE_CELLS = 16 };

struct table {
    const struct compare *compare;
    enum lang lang;
    bool color;
    struct buf *out, text; /* text: of the cell at hand */
};

static const char *say(const struct table *t, const char *en, const char *zh)
{
    return t->lang == LANG_ZH ? zh : en;
}

static void style(const struct table *t, const char *code)
{
    if (t->color)
        buf_puts(t->out, code);
}

/* The text at hand, to the left or right of so many cells. */
static void put_cell(struct table *t, size_t width, bool to_right)
{
    size_t used = t->text.length ? err_cells(t->text.data, t->text.length) : 0;
    for (size_t i = used; to_right && i < width; i++)
        buf_putc(t->out, ' ');
    buf_add(t->out, t->text.data, t->text.length);
    for (size_t i = used; !to_right && i < width; i++)
        buf_putc(t->out, ' ');
    buf_clear(&t->text);
}

static void put_value(struct table *t, const struct compare_line *line, bool is_there, int64_t value, bool is_change)
{
    buf_puts(&t->text, is_there && is_change && value > 0 ? "+" : "");
    if (is_there)
        compare_value(t->compare, line, value, t->lang, &t->text);
    else
        buf_puts(&t->text, "–");
    put_cell(t, VALUE_CELLS, true);
}

static void put_line(struct table *t, const struct compare_line *line)
{
    char name[160];
    effect_key_name(t->compare->book, t->compare->scenario->base_currency, &line->figure, t->lang, name, sizeof name);
    buf_printf(&t->text, "  %s%s%s", name, say(t, ": ", "："),
               effect_name_words((enum effect_name)line->figure.name, t->lang));
    put_cell(t, NAME_CELLS, false);
    put_value(t, line, line->has_before, line->before, false);
    put_value(t, line, line->has_after, line->after, false);
    bool is_sure = line->has_interval && (line->low > 0 || line->high < 0);
    style(t, is_sure ? "\033[1m" : "");
    put_value(t, line, line->has_difference, line->difference, true);
    style(t, is_sure ? "\033[0m" : "");
    if (line->has_interval) {
        buf_puts(t->out, "  [");
        compare_value(t->compare, line, line->low, t->lang, t->out);
        buf_puts(t->out, ", ");
        compare_value(t->compare, line, line->high, t->lang, t->out);
        buf_puts(t->out, "]");
    }
    buf_puts(t->out, "\n");
}

static void put_heads(struct table *t)
{
    put_cell(t, NAME_CELLS, false);
    static const char *const heads[][2] = {{"before", "之前"}, {"after", "之后"}, {"difference", "差额"}};
    for (unsigned i = 0; i < 3; i++) {
        buf_puts(&t->text, say(t, heads[i][0], heads[i][1]));
        put_cell(t, VALUE_CELLS, true);
    }
    if (t->compare->replications > 1)
        buf_puts(t->out, say(t, "  95 % interval", "  95 % 区间"));
    buf_puts(t->out, "\n");
}

/* What says something: the rest stands in compare.json. */
static bool is_shown(const struct compare_answer *answer, const struct compare_line *line)
{
    unsigned group = line->figure.group, name = line->figure.name;
    if (group == EFFECT_PARTY || (group == EFFECT_PRODUCT && !compare_has_goods(answer)))
        return false;
    if (group == EFFECT_TOTAL)
        return name != EFFECT_OF_LEAD || line->difference != 0;
    return name == EFFECT_OF_LANDED || (name != EFFECT_OF_LAW && (line->difference != 0 || !line->has_difference));
}

static void put_figures(struct table *t, const struct compare_answer *answer)
{
    unsigned group = EFFECT_UNSET;
    put_heads(t);
    for (size_t i = 0; i < answer->lines; i++) {
        const struct compare_line *line = &answer->line[i];
        if (!is_shown(answer, line))
            continue;
        if (line->figure.group != group && line->figure.group != EFFECT_TOTAL) {
            style(t, "\033[2m");
            buf_printf(t->out, "%s\n", effect_group_name((enum effect_group)line->figure.group, t->lang));
            style(t, "\033[0m");
        }
        group = line->figure.group;
        put_line(t, line);
    }
}

static void put_part(struct table *t, const char *en, const char *zh, int64_t orders, int64_t of, int64_t sum,
                     int64_t most)
{
    unsigned base = t->compare->scenario->base_currency;
    buf_puts(t->out, say(t, en, zh));
    run_share(t->out, orders, of);
    if (orders == 0)
        return;
    buf_puts(t->out, say(t, " (on average ", "（平均 "));
    run_money(t->out, money_scale(sum, 1, orders, ROUND_HALF_UP), base);
    buf_puts(t->out, say(t, ", at most ", "，最多 "));
    run_money(t->out, most, base);
    buf_puts(t->out, say(t, ")", "）"));
}

static void put_count(struct table *t, const char *en, const char *zh, int64_t count)
{
    if (count == 0)
        return;
    buf_puts(t->out, say(t, en, zh));
    run_count(t->out, (uint64_t)count);
}

static void put_sides(struct table *t, const struct compare_answer *answer)
{
    const struct compare_sides *sides = &answer->sides;
    int64_t both = sides->more + sides->less + sides->same;
    put_part(t, "  Orders that cost more: ", "  成本上升的订单：", sides->more, both, sides->more_minor,
             sides->most_more);
    put_part(t, "; less: ", "；下降：", sides->less, both, sides->less_minor, sides->most_less);
    buf_puts(t->out, say(t, "; the same: ", "；不变："));
    run_share(t->out, sides->same, both);
    if (answer->mode == COMPARE_STATIC)
        put_count(t, "; no longer admitted: ", "；不再准予：", sides->gone);
    else
        put_count(t, "; no longer delivered: ", "；不再成交：", sides->gone);
    put_count(t, "; new: ", "；新增：", sides->come);
    put_count(t, "; by another channel: ", "；改走其他渠道：", sides->moved);
    put_count(t, "; without an answer: ", "；无法回答：", sides->unanswered);
    if (sides->unanswered)
        buf_printf(t->out, " (%s)", answer->why);
    buf_puts(t->out, say(t, "\n", "\n"));
}

static void put_answer(struct table *t, const struct compare_law *law, const struct compare_answer *answer)
{
    const char *title = t->lang == LANG_ZH ? law->title_zh : law->title_en;
    style(t, "\033[1m");
    buf_printf(t->out, "\n%s · %s\n", title ? title : law->id, compare_mode_name(answer->mode, t->lang));
    style(t, "\033[0m");
    for (size_t i = 0; i < answer->largests; i++) {
        buf_puts(t->out, "  ");
        compare_sentence(t->compare, &answer->line[answer->largest[i]], t->lang, t->out);
        buf_puts(t->out, "\n");
    }
    if (answer->largests == 0)
        buf_printf(t->out, "  %s\n", say(t, "Nothing changes that is larger than its uncertainty.", "没有超出误差的变化。"));
    put_sides(t, answer);
    buf_puts(t->out, "\n");
    put_figures(t, answer);
}

void compare_table(const struct compare *compare, enum lang lang, bool color, struct buf *out)
{
    struct table table = {.compare = compare, .lang = lang, .color = color, .out = out}, *t = &table;
    const struct scenario *scenario = compare->scenario;
    buf_printf(out, "%s · %u %s", lang == LANG_ZH ? scenario->title_zh : scenario->title_en, compare->replications,
               say(t, compare->replications == 1 ? "replication" : "replications", "次重复"));
    buf_puts(out, compare->is_paired ? say(t, ", the same random numbers", "，相同随机数") : "");
    buf_puts(out, "\n");
    for (size_t i = 0; i < compare->laws; i++)
        for (enum compare_mode mode = COMPARE_STATIC; mode < COMPARE_MODES; mode++)
            if (compare->wants[mode])
                put_answer(t, &compare->law[i], &compare->law[i].answer[mode]);
    buf_finish(&t->text);
}
