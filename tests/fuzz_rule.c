/* fuzz_rule: rule packs, tariff tables and reforms: parts of the input, each behind a line of three dashes; what
 * loads is run for an order and explained. */
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"
#include "core/err.h"
#include "core/node.h"
#include "core/rule.h"
#include "core/text.h"
#include "tests/fuzz.h"

/* The part up to the next line of dashes; *at moves behind it. */
static struct rule_file part(const char *source, const char *text, size_t length, size_t *at)
{
    static const char border[] = "\n---\n";
    size_t start = *at, end = start;
    while (end < length && (length - end < 5 || memcmp(text + end, border, 5) != 0))
        end++;
    *at = end < length ? end + 5 : length;
    return (struct rule_file){source, text + start, end - start};
}

static void run(const struct rulebook *book, struct fact_order order, const char *to, uint8_t form)
{
    struct rule_cache *cache = rule_cache_create(book);
    struct rule_answer *answer = memory_take(sizeof *answer);
    struct buf out = {0};
    order.to = text_country(to, 2);
    order.form = form;
    rule_run(cache, &order, answer);
    check(answer->status != RULE_UNSET);
    if (answer->status == RULE_ASSESSED)
        rule_trace_charges(cache, answer, &out);
    if (answer->bound)
        rule_explain(cache, answer, LANG_EN, &out);
    buf_finish(&out);
    memory_release(answer);
    rule_cache_free(cache);
}

static void run_all(const struct rulebook *book)
{
    struct fact_line line[2] = {{.origin = text_country("CN", 2)}, {.origin = text_country("CN", 2)}};
    memcpy(line[0].hs, "33049900", 9);
    memcpy(line[1].hs, "190110", 7);
    for (size_t i = 0; i < 2; i++) {
        line[i].value[FACT_GOODS] = 123456;
        line[i].value[FACT_QUANTITY] = 2000000;
    }
    struct fact_order order = {.from = text_country("CN", 2), .transport = TRANSPORT_POST, .incoterm = INCOTERM_DAP,
                               .line = line, .lines = 2, .sale_day = 18000, .entry_day = 18000};
    run(book, order, "CN", FORM_RETAIL);
    run(book, order, "XX", FORM_RETAIL);
    run(book, order, "CN", FORM_GENERAL);
    order.lines = 1;
    run(book, order, "CN", FORM_RETAIL);
    run(book, order, "XX", FORM_RETAIL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const char *text = (const char *)bytes;
    size_t at = 0;
    struct rule_file pack = part("rules/cn/a.json", text, length, &at);
    struct rule_file tariff = part("rules/cn/tariff.csv", text, length, &at);
    struct rule_file reform = part("reform.json", text, length, &at);
    struct errs errs = {0};
    struct rulebook *book = rulebook_load(&pack, 1, &tariff, tariff.length > 0, &reform, reform.length > 0, &errs);
    fuzz_look_at(&errs, book == NULL);
    if (book)
        run_all(book);
    rulebook_free(book);
    return 0;
}
