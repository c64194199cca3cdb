/* fuzz_feed: what publishers may send: whatever is taken of it makes a table that our own readers take in silence. */
#include <string.h>

#include "core/arena.h"
#include "core/check.h"
#include "core/err.h"
#include "core/fx.h"
#include "core/tariff.h"
#include "core/text.h"
#include "sim/feed.h"
#include "sim/unpack.h"
#include "tests/fuzz.h"

static void read_rates(const char *text, size_t length)
{
    struct feed_rates *rates = feed_rates_create();
    struct errs errs = {0};
    struct arena arena = {0};
    struct buf table = {0};
    struct fx fx;
    int failed = feed_rates_add(rates, "rates", text, length, &errs);
    fuzz_look_at(&errs, failed);
    feed_rates_write(rates, &table);
    check(fx_load(&fx, "ecb.csv", table.data, table.length, &arena, &(struct errs){0}) == 0);
    buf_finish(&table);
    arena_finish(&arena);
    feed_rates_free(rates);
}

typedef int adder(struct feed_table *table, const struct feed_source *from, const char *source, const char *bytes,
                  size_t length, struct errs *errs);

static void read_tariff(adder *add, const char *text, size_t length)
{
    static const struct feed_source from = {"https://example.org/", "2026-11-25", "2026-11-25"};
    struct feed_table feed = {0};
    struct arena arena = {0};
    struct names names;
    struct errs errs = {0};
    struct buf table = {0};
    int failed = add(&feed, &from, "answer", text, length, &errs);
    fuzz_look_at(&errs, failed);
    names_init(&names, &arena);
    struct tariff tariff = {.names = &names, .arena = &arena};
    feed_table_write(&feed, &table);
    check(tariff_load(&tariff, 0, "t.csv", table.data, table.length, &(struct errs){0}) == 0);
    check(failed || tariff.rows > 0);
    buf_finish(&table);
    feed_table_finish(&feed);
    arena_finish(&arena);
}

static void read_archive(const char *text, size_t length)
{
    struct unpack *unpack = memory_take(sizeof *unpack);
    struct errs errs = {0};
    if (unpack_is_archive(text, length)) {
        int failed = unpack_read(unpack, "archive", text, length, &errs);
        fuzz_look_at(&errs, failed);
    }
    for (size_t i = 0; i < unpack->files; i++)
        check(unpack->file[i].path[0] != '/' && !strstr(unpack->file[i].path, ".."));
    arena_finish(&unpack->arena);
    memory_release(unpack);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const char *text = (const char *)bytes;
    read_rates(text, length);
    read_tariff(feed_uk_add, text, length);
    read_tariff(feed_us_add, text, length);
    read_archive(text, length);
    return 0;
}
