/* fuzz_word: the readers of single words: decimals, days, codes, letters; what is read and written again is the same
 * word. */
#include <string.h>

#include "core/buf.h"
#include "core/check.h"
#include "core/date.h"
#include "core/err.h"
#include "core/money.h"
#include "core/text.h"
#include "tests/fuzz.h"

static void look_at_decimal(const char *text, size_t length)
{
    struct rational rational;
    int64_t value, again;
    bool is_rational = rational_parse(text, length, &rational);
    if (is_rational)
        check(rational.den > 0 && gcd64(rational.num, rational.den) == 1);
    for (unsigned digits = 0; digits <= 9; digits++) {
        if (!decimal_parse(text, length, digits, &value))
            continue;
        struct buf written = {0};
        buf_decimal(&written, value, digits);
        check(is_rational);
        check(money_scale(rational.num, digits > 0 ? 10 : 1, rational.den, ROUND_FLOOR) >= INT64_MIN);
        check(written.length > 18 || (decimal_parse(written.data, written.length, digits, &again) && again == value));
        buf_finish(&written);
    }
}

static void look_at_day(const char *text, size_t length)
{
    int32_t day;
    char written[11];
    if (!date_parse(text, length, &day))
        return;
    date_write(day, written);
    check(length == 10 && memcmp(written, text, 10) == 0);
}

static void look_at_line(const char *text, size_t length)
{
    struct err err = {.code = ERR_SYNTAX, .line = 1, .column = 1, .width = 2, .message = "shown"};
    size_t sound = err_utf8(text, length);
    check(sound <= length);
    for (size_t at = 0; at <= length; at += 1 + length / 7) {
        struct errs errs = {0};
        err_excerpt(&err, text, length, at);
        size_t shown = strlen(err.excerpt);
        check(err_utf8(err.excerpt, shown) == shown);
        errs.item[0] = err;
        errs.count = 1;
        fuzz_look_at(&errs, 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const char *const names[] = {"destination", "origin", "currency", "2016-04-08", "12.50"};
    const char *text = (const char *)bytes;
    char word[64] = "";
    memcpy(word, text, length < 63 ? length : 63);
    look_at_decimal(text, length);
    look_at_day(text, length);
    look_at_line(text, length);
    err_nearest(word, names, sizeof names / sizeof *names);
    check(!text_country(text, length) || length == 2);
    check(currency_index(word) < currency_count());
    return 0;
}
