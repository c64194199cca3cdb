/* report_test: a small run on one and on several threads; what the terminal, the page and the summary tell of it. */
#include "tests/unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/json.h"
#include "sim/batch.h"
#include "sim/book.h"
#include "sim/data.h"
#include "sim/matrix.h"
#include "sim/out_manifest.h"
#include "sim/out_summary.h"
#include "sim/report.h"
#include "sim/run.h"
#include "sim/scenario.h"
#include "sim/stats.h"

static const char *const words[] = {"milk-powder", "--limit=300", NULL};

struct fixture {
    struct book book;
    struct scenario *scenario;
    struct batch batch;
    struct run run;
};

static void run_batch(struct fixture *f, struct batch *batch, uint32_t replications, unsigned jobs)
{
    struct errs errs = {0};
    *batch = (struct batch){.scenario = f->scenario, .book = &f->book, .seed = 5, .replications = replications,
                            .jobs = jobs, .until = INT64_MAX};
    assert_int_equal(batch_run(batch, NULL, &errs), 0);
}

static int set_up(void **state)
{
    struct fixture *f = memory_take(sizeof *f);
    struct errs errs = {0};
    const struct data_span *span = data_find("scenarios/milk-powder.json");
    assert_int_equal(book_load(&f->book, NULL, 0, &errs), 0);
    f->scenario = scenario_load(&f->book, span->path, span->start, (size_t)(span->end - span->start), NULL, 0, &errs);
    assert_non_null(f->scenario);
    scenario_limit(f->scenario, 300);
    run_batch(f, &f->batch, 5, 1);
    f->run = (struct run){.scenario = f->scenario, .book = &f->book, .tally = f->batch.tally, .seed = 5,
                          .replications = 5, .complete = true, .has_tables = true, .wall_ms = 12, .started = "now",
                          .jobs = 1, .command = words, .arguments = words};
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    batch_finish(&f->batch);
    scenario_free(f->scenario);
    book_finish(&f->book);
    memory_release(f);
    return 0;
}

/* ---- threads ---- */

static void test_jobs(void **state)
{
    struct fixture *f = *state;
    for (unsigned jobs = 2; jobs <= 6; jobs += 2) {
        struct batch other;
        run_batch(f, &other, 5, jobs);
        struct tally *a = f->batch.tally, *b = other.tally;
        assert_int_equal(a->replications, 5);
        assert_int_equal(b->replications, 5);
        assert_memory_equal(a->replication, b->replication, 5 * sizeof *a->replication);
        assert_int_equal(a->revenue.count, b->revenue.count);
        assert_memory_equal(a->revenue.row, b->revenue.row, a->revenue.count * sizeof *a->revenue.row);
        struct replication_tally *kept = a->replication;
        struct revenue months = a->revenue;
        memory_release(b->replication);
        revenue_finish(&b->revenue);
        a->replication = b->replication = NULL;
        a->revenue = (struct revenue){0};
        assert_memory_equal(a, b, sizeof *a);
        a->replication = kept;
        a->revenue = months;
        batch_finish(&other);
    }
}

/* ---- the terminal ---- */

static void assert_narrow(const char *text, uint32_t cells)
{
    while (*text) {
        const char *end = strchr(text, '\n');
        assert_non_null(end);
        assert_true(err_cells(text, (size_t)(end - text)) <= cells);
        text = end + 1;
    }
}

static void test_matrix(void **state)
{
    const struct fixture *f = *state;
    struct buf out = {0};
    for (enum lang lang = LANG_EN; lang <= LANG_ZH; lang++) {
        buf_clear(&out);
        matrix_render(&f->run, lang, false, &out);
        assert_narrow(buf_text(&out), 80);
        assert_null(strchr(out.data, '\033'));
        for (enum layer layer = 1; layer < LAYER_COUNT; layer++)
            assert_non_null(strstr(out.data, layer_name(layer, lang)));
        for (enum column column = 1; column < COLUMN_COUNT; column++)
            assert_non_null(strstr(out.data, column_name(column, lang)));
    }
    buf_clear(&out);
    matrix_render(&f->run, LANG_EN, true, &out);
    assert_non_null(strstr(buf_text(&out), "\033[0m"));
    buf_finish(&out);
}

static void test_figures(void **state)
{
    const struct fixture *f = *state;
    struct buf out = {0}, paid = {0};
    matrix_figures(&f->run, LANG_EN, false, &out);
    assert_non_null(strstr(buf_text(&out), "1,500 placed = "));
    run_money(&paid, f->batch.tally->paid, f->batch.tally->base_currency);
    assert_non_null(strstr(out.data, buf_text(&paid)));
    buf_finish(&out);
    buf_finish(&paid);
}

static void test_texts(void **state)
{
    (void)state;
    static const struct {
        int64_t minor;
        const char *code, *text;
    } rows[] = {{121820, "CNY", "¥1,218.20"}, {-300, "EUR", "−€3.00"}, {1250, "USD", "US$12.50"},
                {1234567, "JPY", "JP¥1,234,567"}, {5, "PLN", "PLN 0.05"}, {0, "GBP", "£0.00"},
                {100000000, "CNY", "¥1,000,000.00"}};
    struct buf out = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        buf_clear(&out);
        run_money(&out, rows[i].minor, currency_index(rows[i].code));
        assert_string_equal(buf_text(&out), rows[i].text);
    }
    buf_clear(&out);
    run_span(&out, 1800, LANG_EN);
    run_span(&out, 26280, LANG_ZH);
    run_span(&out, 1080000, LANG_EN);
    run_share(&out, -1, 8);
    run_share(&out, 1, 0);
    assert_string_equal(buf_text(&out), "30 min7.3 小时12.5 d−12.5 %–");
    buf_finish(&out);
}

/* ---- the page ---- */

static unsigned count_of(const char *text, const char *part)
{
    unsigned count = 0;
    for (; (text = strstr(text, part)) != NULL; text += strlen(part))
        count++;
    return count;
}

static void test_report(void **state)
{
    const struct fixture *f = *state;
    struct buf out = {0};
    report_render(&f->run, PAGE_HTML, LANG_ZH, &out);
    const char *page = buf_text(&out);
    char *script = strstr(out.data, "<script"); /* where the charts were built in; tests/pages.mjs looks at them */
    if (script)
        *script = '\0';
    assert_null(strstr(page, "://"));    /* no network */
    assert_non_null(strstr(page, "<html lang=\"zh\">"));
    assert_non_null(strstr(page, "id=\"pick-zh\" checked"));
    assert_int_equal(count_of(page, "<span lang=\"en\">"), count_of(page, "<span lang=\"zh\">"));
    assert_int_equal(count_of(page, "<details class=\"node ") + count_of(page, "<div class=\"node none"), 9);
    assert_int_equal(count_of(page, "<tr>") + count_of(page, "<tr class"), count_of(page, "</tr>"));
    assert_int_equal(count_of(page, "<td"), count_of(page, "</td>"));
    assert_int_equal(count_of(page, "<span"), count_of(page, "</span>"));
    buf_finish(&out);
}

/* A scenario's words are not markup. */
static void test_report_escapes(void **state)
{
    struct fixture *f = *state;
    struct scenario *scenario = f->scenario;
    const char *title = scenario->title_en;
    struct buf out = {0};
    scenario->title_en = "<b>&\"x\"";
    report_render(&f->run, PAGE_HTML, LANG_EN, &out);
    assert_null(strstr(buf_text(&out), "<b>&"));
    assert_non_null(strstr(out.data, "&lt;b&gt;&amp;&quot;x&quot;"));
    scenario->title_en = title;
    buf_finish(&out);
}

/* ---- contrast: relative luminance of WCAG 2 ---- */

static double channel(unsigned value)
{
    double c = value / 255.0;
    if (c <= 0.04045)
        return c / 12.92;
    double base = (c + 0.055) / 1.055, root = base; /* base^2.4 = base^2 × fifth root of base^2 */
    for (unsigned i = 0; i < 60; i++)
        root -= (root * root * root * root * root - base * base) / (5 * root * root * root * root);
    return base * base * root;
}

/* Of a colour by day or by night: "--name: var(--day, #fff) var(--night, #000)". */
static double luminance(const char *style, const char *name, const char *look)
{
    char key[32];
    unsigned rgb[3];
    snprintf(key, sizeof key, "--%s: var(", name);
    const char *at = strstr(style, key);
    assert_non_null(at);
    snprintf(key, sizeof key, "var(--%s, #", look);
    at = strstr(at, key);
    assert_non_null(at);
    at += strlen(key);
    bool is_short = strspn(at, "0123456789abcdef") == 3;
    for (unsigned i = 0; i < 3; i++) {
        char digits[3] = {at[is_short ? i : 2 * i], at[is_short ? i : 2 * i + 1], '\0'};
        rgb[i] = (unsigned)strtoul(digits, NULL, 16);
    }
    return 0.2126 * channel(rgb[0]) + 0.7152 * channel(rgb[1]) + 0.0722 * channel(rgb[2]);
}

static void assert_contrast(const char *look, const char *ink, const char *ground)
{
    const struct data_span *span = data_find("web/style.css");
    assert_non_null(span);
    double a = luminance(span->start, ink, look), b = luminance(span->start, ground, look);
    assert_true(((a > b ? a : b) + 0.05) / ((a > b ? b : a) + 0.05) >= 4.5);
}

static void test_contrast(void **state)
{
    static const char *const looks[] = {"day", "night"};
    static const char *const inks[] = {"ink", "dim", "law", "trade", "logistics", "bad", "accent"};
    (void)state;
    for (size_t look = 0; look < sizeof looks / sizeof *looks; look++) {
        for (size_t i = 0; i < sizeof inks / sizeof *inks; i++)
            assert_contrast(looks[look], inks[i], "ground");
        assert_contrast(looks[look], "dim", "panel");
        for (enum layer layer = 1; layer < LAYER_COUNT; layer++)
            for (unsigned heat = 1; heat <= 5; heat++) {
                char ground[32];
                snprintf(ground, sizeof ground, "%s%u", layer_id(layer), heat);
                assert_contrast(looks[look], "ink", ground);
            }
    }
}

/* ---- documents ---- */

static void test_documents(void **state)
{
    const struct fixture *f = *state;
    struct errs errs = {0};
    struct buf out = {0};
    struct json json;
    out_summary(&f->run, &out);
    assert_int_equal(json_read(&json, "summary.json", out.data, out.length, &errs), 0);
    assert_int_equal(cJSON_GetArraySize(json_get(json.root, "matrix")), 9);
    assert_string_equal(json_text(json_get(json.root, "identity"), "difference", ""), "0.00");
    assert_int_equal(json_integer(json_get(json.root, "orders"), "placed", 0), 1500);
    const cJSON *sum;
    assert_true(cJSON_GetArraySize(json_get(json_get(json.root, "ledger"), "sum")) >= 2);
    cJSON_ArrayForEach(sum, json_get(json_get(json.root, "ledger"), "sum"))
        assert_string_equal(sum->valuestring, "0.00");
    json_finish(&json);
    buf_clear(&out);
    out_manifest(&f->run, &out);
    assert_int_equal(json_read(&json, "manifest.json", out.data, out.length, &errs), 0);
    assert_int_equal(strlen(json_text(json_get(json.root, "data"), "sha256", "")), 64);
    json_finish(&json);
    buf_finish(&out);
}

/* ---- checkpoints ---- */

static void test_checkpoint(void **state)
{
    struct fixture *f = *state;
    struct errs errs = {0};
    struct checkpoint_item item[2] = {{.part = 6, .length = {11, 12}},
                                      {.part = 7, .tally = f->batch.tally}};
    struct batch asked = f->batch;
    asked.replications = 9;
    buf_puts(&item[0].world, "a world");
    struct checkpoint checkpoint = {.key = batch_key(&asked), .tally = f->batch.tally, .length = {5, 6},
                                    .item = item, .items = 2}, read;
    struct checkpoint_key key = checkpoint.key;
    struct buf out = {0};
    checkpoint_write(&checkpoint, &out);
    assert_int_equal(checkpoint_read(&read, "checkpoint", out.data, out.length, &errs), 0);
    assert_true(checkpoint_fits(&read, &key));
    assert_int_equal(read.items, 2);
    assert_int_equal(read.item[0].length[1], 12);
    assert_string_equal(buf_text(&read.item[0].world), "a world");
    assert_int_equal(read.item[1].tally->paid, f->batch.tally->paid);
    assert_int_equal(read.tally->replications, 5);
    key.seed++;
    assert_false(checkpoint_fits(&read, &key));
    checkpoint_finish(&read);
    for (size_t at = 0; at < out.length; at += out.length / 97) {
        out.data[at] ^= 1;
        assert_int_equal(checkpoint_read(&read, "checkpoint", out.data, out.length, &errs), -1);
        checkpoint_finish(&read);
        out.data[at] ^= 1;
    }
    assert_int_equal(checkpoint_read(&read, "checkpoint", out.data, out.length / 2, &errs), -1);
    checkpoint_finish(&read);
    assert_int_equal(checkpoint_read(&read, "checkpoint", "", 0, &errs), -1);
    checkpoint_finish(&read);
    buf_finish(&item[0].world);
    buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_jobs),     cmocka_unit_test(test_matrix),   cmocka_unit_test(test_figures),
        cmocka_unit_test(test_texts),    cmocka_unit_test(test_report),   cmocka_unit_test(test_report_escapes),
        cmocka_unit_test(test_contrast), cmocka_unit_test(test_documents), cmocka_unit_test(test_checkpoint),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
