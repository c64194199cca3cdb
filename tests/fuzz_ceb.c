/* fuzz_ceb: a message that is taken can be written again and read back as the same; what is refused says where. */
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"
#include "core/err.h"
#include "sim/ceb_match.h"
#include "sim/ceb_read.h"
#include "sim/ceb_write.h"
#include "tests/fuzz.h"

static bool is_same(const struct ceb_field *field, const struct ceb_values *a, const struct ceb_values *b)
{
    for (; field->name; field++) {
        const char *one = a->at[field->name], *other = b->at[field->name];
        if ((one && *one) != (other && *other) || (one && other && strcmp(one, other) != 0))
            return false;
    }
    return true;
}

static void look_at(const struct ceb_document *document, struct arena *arena)
{
    struct buf out = {0};
    struct errs errs = {0};
    struct ceb_document again;
    const struct ceb_message *message = document->message;
    ceb_write(document, &out);
    int got = ceb_read("again", out.data, out.length, arena, &again, &errs);
    check(got == 0 && again.message == message && again.records == document->records);
    for (uint32_t i = 0; i < document->records; i++) {
        const struct ceb_record *record = &document->record[i], *other = &again.record[i];
        check(is_same(message->head.fields, record->head, other->head) && record->lines == other->lines);
        for (uint32_t k = 0; k < record->lines; k++)
            check(is_same(message->list.fields, record->line[k], other->line[k]));
    }
    buf_finish(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct arena arena = {0};
    struct errs errs = {0};
    struct ceb_document document;
    int failed = ceb_read("input", (const char *)bytes, length, &arena, &document, &errs);
    fuzz_look_at(&errs, failed);
    if (!failed)
        look_at(&document, &arena);
    for (uint32_t i = 0; !failed && i < document.records; i++) {
        unsigned number = document.message->number;
        const struct ceb_record *alone[DECLARE_DOCUMENTS] = {number == 311 ? &document.record[i] : NULL, NULL, NULL,
                                                             number == 621 ? &document.record[i] : NULL};
        ceb_match(alone, false, 0);
    }
    arena_finish(&arena);
    return 0;
}
