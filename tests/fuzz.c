/* fuzz: looks at what a target refused. */
#include "tests/fuzz.h"

#include "core/buf.h"
#include "core/check.h"
#include "core/err.h"
#include "core/json.h"

static void look_at(const struct err *err)
{
    struct buf out = {0};
    struct errs none = {0};
    struct json json;
    err_render(err, 1, &out);
    check(out.length > 0 && out.data[out.length - 1] == '\n');
    buf_clear(&out);
    err_render_json(err, &out);
    int got = json_read(&json, "an error", out.data, out.length, &none);
    check(got == 0);
    check(json_text(json.root, "code", NULL) && json_text(json.root, "message", NULL));
    json_finish(&json);
    buf_finish(&out);
}

void fuzz_look_at(const struct errs *errs, int failed)
{
    check(!failed == (errs->count == 0));
    for (size_t i = 0; i < errs->count; i++)
        look_at(&errs->item[i]);
}
