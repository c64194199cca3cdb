/* fuzz_request: requests to the law: every one gets an answer, and the answer is JSON. */
#include "core/buf.h"
#include "core/check.h"
#include "core/err.h"
#include "core/json.h"
#include "core/node.h"
#include "sim/book.h"
#include "sim/quote.h"
#include "tests/fuzz.h"

static void look_at_answer(const struct buf *answer)
{
    struct errs errs = {0};
    struct json json;
    int got = json_read(&json, "answer", answer->data, answer->length, &errs);
    check(got == 0);
    json_finish(&json);
}

static void ask(enum request_kind kind, const char *text, size_t length)
{
    struct quote quote;
    struct errs errs = {0};
    struct json json;
    struct buf out = {0};
    quote_init(&quote, fuzz_book(), kind);
    quote.view = QUOTE_JSON;
    quote.lang = LANG_EN;
    if (json_read(&json, "request", text, length, &errs) == 0)
        fuzz_look_at(&errs, !quote_answer(&quote, &json, &errs, &out));
    else
        quote_refuse(&quote, &json, &errs, &out);
    look_at_answer(&out);
    json_finish(&json);
    buf_finish(&out);
    quote_finish(&quote);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    ask(REQUEST_ORDER, (const char *)bytes, length);
    ask(REQUEST_DRAWBACK, (const char *)bytes, length);
    return 0;
}
