/* out_compare: figures with their intervals, who pays more, and the sentences, as JSON. */
#include "sim/out_compare.h"

#include "core/buf.h"
#include "core/date.h"
#include "core/money.h"
#include "sim/compare.h"
#include "sim/out_json.h"
#include "sim/scenario.h"

struct writer {
    struct out_json json;
    const struct compare *compare;
    unsigned base;
};

static const char *unit_word(const struct writer *w, enum effect_unit unit)
{
    switch (unit) {
    case EFFECT_HOURS: return "h";
    case EFFECT_SHARE: return "share";
    case EFFECT_MONEY: case EFFECT_MONEY_EACH: return currency_code(w->base);
    default: return "1";
    }
}

static void add_value(struct writer *w, const char *name, enum effect_unit unit, bool is_there, int64_t value)
{
    unsigned digits = currency_digits(w->base);
    if (!is_there)
        out_json_text(&w->json, name, NULL);
    else if (unit == EFFECT_HOURS)
        out_json_decimal(&w->json, name, money_scale(value, 100, 3600, ROUND_HALF_UP), 2);
    else if (unit == EFFECT_SHARE)
        out_json_decimal(&w->json, name, value, 6);
    else if (unit == EFFECT_COUNTED)
        out_json_decimal(&w->json, name, value, 0);
    else
        out_json_decimal(&w->json, name, value, unit == EFFECT_MONEY ? digits : digits + 2);
}

static void add_line(struct writer *w, const struct compare_line *line)
{
    char key[64], name[160];
    enum effect_unit unit = effect_name_unit((enum effect_name)line->figure.name);
    effect_key_id(w->compare->book, &line->figure, key, sizeof key);
    out_json_begin_flat(&w->json, NULL, '{');
    out_json_text(&w->json, "group", effect_group_id((enum effect_group)line->figure.group));
    out_json_text(&w->json, "id", key);
    for (enum lang lang = LANG_EN; lang <= LANG_ZH; lang++) {
        effect_key_name(w->compare->book, w->base, &line->figure, lang, name, sizeof name);
        out_json_text(&w->json, lang == LANG_EN ? "en" : "zh", name);
    }
    out_json_text(&w->json, "figure", effect_name_id((enum effect_name)line->figure.name));
    out_json_text(&w->json, "unit", unit_word(w, unit));
    add_value(w, "before", unit, line->has_before, line->before);
    add_value(w, "after", unit, line->has_after, line->after);
    add_value(w, "difference", unit, line->has_difference, line->difference);
    out_json_begin_flat(&w->json, "ci95", '[');
    if (line->has_interval) {
        add_value(w, NULL, unit, true, line->low);
        add_value(w, NULL, unit, true, line->high);
    }
    out_json_end(&w->json, ']');
    out_json_end(&w->json, '}');
}

static void add_sides(struct writer *w, const struct compare_answer *answer)
{
    const struct compare_sides *sides = &answer->sides;
    int64_t both = sides->more + sides->less + sides->same;
    unsigned digits = currency_digits(w->base);
    out_json_begin(&w->json, "orders", '{');
    out_json_count(&w->json, "delivered_under_both", (uint64_t)both);
    out_json_begin_flat(&w->json, "pay_more", '{');
    out_json_count(&w->json, "orders", (uint64_t)sides->more);
    out_json_share(&w->json, "share", sides->more, both);
    out_json_decimal(&w->json, "sum", sides->more_minor, digits);
    out_json_decimal(&w->json, "most", sides->most_more, digits);
    out_json_end(&w->json, '}');
    out_json_begin_flat(&w->json, "pay_less", '{');
    out_json_count(&w->json, "orders", (uint64_t)sides->less);
    out_json_share(&w->json, "share", sides->less, both);
    out_json_decimal(&w->json, "sum", sides->less_minor, digits);
    out_json_decimal(&w->json, "most", sides->most_less, digits);
    out_json_end(&w->json, '}');
    out_json_count(&w->json, "pay_the_same", (uint64_t)sides->same);
    out_json_count(&w->json, "only_before", (uint64_t)sides->gone);
    if (answer->mode == COMPARE_DYNAMIC) {
        out_json_count(&w->json, "only_after", (uint64_t)sides->come);
        out_json_count(&w->json, "other_channel", (uint64_t)sides->moved);
    } else {
        out_json_count(&w->json, "unanswered", (uint64_t)sides->unanswered);
        if (sides->unanswered)
            out_json_text(&w->json, "first_unanswered", answer->why);
    }
    out_json_end(&w->json, '}');
}

static void add_sentences(struct writer *w, const struct compare_answer *answer)
{
    struct buf text = {0};
    out_json_begin(&w->json, "largest", '[');
    for (size_t i = 0; i < answer->largests; i++) {
        out_json_begin_flat(&w->json, NULL, '{');
        for (enum lang lang = LANG_EN; lang <= LANG_ZH; lang++) {
            buf_clear(&text);
            compare_sentence(w->compare, &answer->line[answer->largest[i]], lang, &text);
            out_json_text(&w->json, lang == LANG_EN ? "en" : "zh", buf_text(&text));
        }
        out_json_end(&w->json, '}');
    }
    out_json_end(&w->json, ']');
    buf_finish(&text);
}

static void add_answer(struct writer *w, const struct compare_answer *answer)
{
    out_json_begin(&w->json, compare_mode_id(answer->mode), '{');
    add_sentences(w, answer);
    add_sides(w, answer);
    out_json_begin(&w->json, "figures", '[');
    for (size_t i = 0; i < answer->lines; i++)
        add_line(w, &answer->line[i]);
    out_json_end(&w->json, ']');
    out_json_end(&w->json, '}');
}

static void add_titles(struct out_json *json, const char *en, const char *zh)
{
    out_json_begin_flat(json, "title", '{');
    out_json_text(json, "en", en);
    out_json_text(json, "zh", zh);
    out_json_end(json, '}');
}

static void add_head(struct writer *w)
{
    const struct scenario *scenario = w->compare->scenario;
    char from[11], to[11];
    date_write(scenario->from_day, from);
    date_write(scenario->to_day, to);
    out_json_count(&w->json, "schema_version", 1);
    out_json_text(&w->json, "scenario", scenario->id);
    add_titles(&w->json, scenario->title_en, scenario->title_zh);
    out_json_count(&w->json, "seed", w->compare->seed);
    out_json_count(&w->json, "replications", w->compare->replications);
    out_json_count(&w->json, "warm_up_days", (uint64_t)w->compare->warm_up_days);
    out_json_bool(&w->json, "paired", w->compare->is_paired);
    out_json_begin_flat(&w->json, "period", '{');
    out_json_text(&w->json, "from", from);
    out_json_text(&w->json, "to", to);
    out_json_end(&w->json, '}');
    out_json_text(&w->json, "base_currency", currency_code(w->base));
}

void out_compare(const struct compare *compare, struct buf *out)
{
    struct writer writer = {.json = {.out = out}, .compare = compare, .base = compare->scenario->base_currency};
    struct writer *w = &writer;
    out_json_begin(&w->json, NULL, '{');
    add_head(w);
    out_json_begin(&w->json, "reforms", '[');
    for (size_t i = 0; i < compare->laws; i++) {
        const struct compare_law *law = &compare->law[i];
        out_json_begin(&w->json, NULL, '{');
        out_json_text(&w->json, "id", law->id);
        add_titles(&w->json, law->title_en, law->title_zh);
        reads_json(&law->reads, law->book, law->scenario, &w->json);
        for (enum compare_mode mode = COMPARE_STATIC; mode < COMPARE_MODES; mode++)
            if (compare->wants[mode])
                add_answer(w, &law->answer[mode]);
        out_json_end(&w->json, '}');
    }
    out_json_end(&w->json, ']');
    out_json_end(&w->json, '}');
}
