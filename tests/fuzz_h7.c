/* fuzz_h7: EU declarations: each is refused in words, or is a question that the law answers, in JSON. */
#include "core/buf.h"
#include "core/check.h"
#include "core/err.h"
#include "core/json.h"
#include "sim/book.h"
#include "sim/h7.h"
#include "sim/quote.h"
#include "tests/fuzz.h"

enum { SOME_DAY = 20000 };

static void look_at_answer(const struct buf *answer)
{
    struct errs errs = {0};
    struct json json;
    int got = json_read_only(&json, "answer", answer->data, answer->length, &errs);
    check(got == 0);
    json_finish(&json);
}

static void ask(const struct json *declaration, const struct h7 *h7)
{
    struct quote quote;
    struct errs errs = {0};
    struct json json;
    struct buf request = {0}, out = {0};
    quote_init(&quote, fuzz_book(), REQUEST_ORDER);
    h7_ask(declaration, h7, SOME_DAY, h7->scheme, &request);
    int got = json_read_only(&json, "request", request.data, request.length, &errs);
    check(got == 0);
    fuzz_look_at(&errs, !quote_answer(&quote, &json, &errs, &out));
    look_at_answer(&out);
    json_finish(&json);
    buf_finish(&request);
    buf_finish(&out);
    quote_finish(&quote);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct errs errs = {0};
    struct json json;
    struct h7 h7;
    size_t at = 0;
    if (err_utf8((const char *)bytes, length) < length)
        return 0;
    for (int got; (got = json_read_next(&json, "body", (const char *)bytes, length, &at, &errs)) != 0;) {
        bool is_sound = got > 0 && h7_read(&json, &h7, &errs) == 0;
        fuzz_look_at(&errs, !is_sound);
        if (is_sound)
            ask(&json, &h7);
        json_finish(&json);
        errs = (struct errs){0};
    }
    return 0;
}
