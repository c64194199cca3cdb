/* ceb_read: a SAX parser that goes through the tables in step with the elements. */
#include "sim/ceb_read.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <libxml/parser.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"
#include "core/err.h"

#define SIGNATURE_NAMESPACE "http://www.w3.org/2000/09/xmldsig#"

/* Children of the root come in this order; in an export the last two change places. */
enum stage { STAGE_RECORDS, STAGE_TRANSFER, STAGE_SUBSCRIBE, STAGE_EXTEND, STAGE_SIGNATURE };

struct reader {
    xmlParserCtxtPtr xml;
    struct arena *arena;
    struct errs *errs;
    const char *source, *bytes;
    size_t length;
    struct ceb_document *document;
    unsigned depth, skipped; /* open elements; those that nobody looks into are counted apart */
    enum stage stage;
    unsigned subscribed;
    uint32_t record_room, line_room;
    struct ceb_record *record;             /* being read, in document->record */
    const struct ceb_part *part;           /* of it */
    const struct ceb_field *fields, *next; /* being read; the first that may come */
    const char *element;                   /* that holds them */
    struct ceb_values *values;
    const struct ceb_field *field; /* whose text is being read; NULL: one that is not known */
    struct buf text;
    size_t tag; /* where the element began that was opened last */
};

/* ---- mistakes ---- */

static void add_path(const struct reader *r, const char *name, char *out, size_t room)
{
    const struct ceb_message *message = r->document->message;
    struct buf path = {0};
    if (message)
        buf_printf(&path, "/CEB%uMessage", message->number);
    if (r->record)
        buf_printf(&path, "/%s[%u]", message->record, r->document->records);
    if (r->record && r->part == &message->list)
        buf_printf(&path, "/%s[%u]", r->element, r->record->lines);
    else if (r->fields && (!r->record || message->head.element))
        buf_printf(&path, "/%s", r->element);
    if (name)
        buf_printf(&path, "/%s", name);
    snprintf(out, room, "%s", buf_text(&path));
    buf_finish(&path);
}

/* Where the tag begins that libxml2 has just read. */
static size_t tag_at(const struct reader *r)
{
    long taken = xmlByteConsumed(r->xml);
    size_t at = taken > 0 ? (size_t)taken - 1 : 0;
    at = at < r->length ? at : r->length - 1;
    while (at > 0 && r->bytes[at] != '<')
        at--;
    return at;
}

static void set_place(const struct reader *r, size_t at, struct err *err)
{
    const char *start = r->bytes + at;
    while (start > r->bytes && start[-1] != '\n')
        start--;
    size_t left = r->length - (size_t)(start - r->bytes);
    const char *end = memchr(start, '\n', left);
    err->line = 1;
    for (const char *p = r->bytes; p < start; p++)
        err->line += *p == '\n';
    err->column = err_column(r->bytes, at);
    err_excerpt(err, start, end ? (size_t)(end - start) : left, at - (size_t)(start - r->bytes));
}

/* At byte `at`, in the element `name` of what is being read. Ten are enough: then reading ends. */
static struct err *fail(struct reader *r, size_t at, const char *name, enum err_code code, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
static struct err *fail(struct reader *r, size_t at, const char *name, enum err_code code, const char *format, ...)
{
    char message[200];
    va_list list;
    va_start(list, format);
    vsnprintf(message, sizeof message, format, list);
    va_end(list);
    struct err *err = errs_add(r->errs, code, "%s", message);
    snprintf(err->source, sizeof err->source, "%s", r->source);
    add_path(r, name, err->pointer, sizeof err->pointer);
    err->width = name ? (uint32_t)strlen(name) + 1 : 1;
    if (r->length)
        set_place(r, at, err);
    if (r->errs->count >= ERRS_MAX && r->xml)
        xmlStopParser(r->xml);
    return err;
}

/* ---- fields ---- */

static void open_fields(struct reader *r, const struct ceb_field *fields, const char *element)
{
    r->fields = r->next = fields;
    r->element = element;
    r->values = arena_array(r->arena, struct ceb_values, 1);
}

static const struct ceb_field *named(const struct ceb_field *field, const char *name)
{
    while (field->name && strcmp(ceb_name((enum ceb_name)field->name), name) != 0)
        field++;
    return field->name ? field : NULL;
}

static void suggest(const struct reader *r, struct err *err, const char *name)
{
    const char *names[CEB_NAME_COUNT];
    size_t count = 0;
    for (const struct ceb_field *field = r->fields; field->name; field++)
        names[count++] = ceb_name((enum ceb_name)field->name);
    err_suggest(err, name, names, count);
}

/* What is passed over must not be missed; up to `end`, or to the table's own end. */
static void pass(struct reader *r, const struct ceb_field *end, size_t at)
{
    for (; r->next != end && r->next->name; r->next++)
        if (!r->next->is_optional)
            fail(r, at, NULL, ERR_MISSING_NAME, "%s must stand in front of this",
                 ceb_name((enum ceb_name)r->next->name));
}

static void start_field(struct reader *r, const char *name)
{
    const struct ceb_field *field = named(r->next, name);
    r->field = field;
    buf_clear(&r->text);
    if (field) {
        pass(r, field, r->tag);
        r->next = field + 1;
    } else if (named(r->fields, name)) {
        fail(r, r->tag, name, ERR_SYNTAX, "%s stands here too late, or twice", name);
    } else {
        suggest(r, fail(r, r->tag, NULL, ERR_UNKNOWN_NAME, "\"%.60s\" is no element of %s", name, r->element), name);
    }
}

enum { TEXT_KEPT = 32 << 10 }; /* more than any field takes: what follows only makes it too long */

static void take_text(void *context, const xmlChar *bytes, int length)
{
    struct reader *r = context;
    if (r->field && r->skipped == 0 && r->text.length <= TEXT_KEPT)
        buf_add(&r->text, (const char *)bytes, (size_t)(length < TEXT_KEPT ? length : TEXT_KEPT));
}

static void fail_value(struct reader *r, const struct ceb_field *field, const char *fault)
{
    const char *name = ceb_name((enum ceb_name)field->name), *text = buf_text(&r->text);
    const char *close = memchr(r->bytes + r->tag, '>', r->length - r->tag);
    size_t at = close ? (size_t)(close - r->bytes) + 1 : r->tag;
    bool is_text = field->type == CEB_TEXT;
    enum err_code code = !is_text ? ERR_WRONG_TYPE : field->only && *text ? ERR_UNKNOWN_VALUE : ERR_RANGE;
    struct err *err = fail(r, at, name, code, "%s %s", name, fault);
    err->width = err_width(text, r->text.length);
    if (field->only && is_text)
        err_help(err, "it takes one of: %s", field->only);
    else if (is_text && field->least == field->most)
        err_help(err, "it takes %u characters", field->most);
    else if (is_text)
        err_help(err, "it takes %u to %u characters", field->least, field->most);
}

static void end_field(struct reader *r)
{
    const struct ceb_field *field = r->field;
    r->field = NULL;
    if (!field)
        return;
    const char *text = buf_text(&r->text), *fault = ceb_fault(field, text);
    if (fault) {
        fail_value(r, field, fault);
        return;
    }
    bool is_number = field->type == CEB_DECIMAL || field->type == CEB_INTEGER;
    size_t blanks = is_number ? strspn(text, " \t\r\n") : 0;
    size_t length = is_number ? strcspn(text + blanks, " \t\r\n") : r->text.length;
    r->values->at[field->name] = arena_copy(r->arena, text + blanks, length);
}

/* ---- elements ---- */

static void *grown(struct reader *r, const void *old, uint32_t count, uint32_t *room, size_t size)
{
    if (count < *room)
        return NULL;
    *room = *room ? *room * 2 : 4;
    void *more = arena_take(r->arena, *room * size);
    if (count)
        memcpy(more, old, count * size);
    return more;
}

static void start_root(struct reader *r, const char *name)
{
    unsigned number = 0;
    int end = 0;
    bool is_named = sscanf(name, "CEB%3uMessage%n", &number, &end) == 1 && end > 0 && name[end] == '\0';
    r->document->message = is_named ? ceb_find(number) : NULL;
    if (r->document->message)
        return;
    fail(r, r->tag, NULL, ERR_UNKNOWN_NAME, "\"%.60s\" is no message that is known here", name);
    xmlStopParser(r->xml);
}

static void start_record(struct reader *r)
{
    struct ceb_document *d = r->document;
    const struct ceb_message *message = d->message;
    if (message->records_most && d->records == message->records_most)
        fail(r, r->tag, message->record, ERR_RANGE, "a message takes at most %u of %s", message->records_most,
             message->record);
    struct ceb_record *more = grown(r, d->record, d->records, &r->record_room, sizeof *more);
    d->record = more ? more : d->record;
    r->record = (struct ceb_record *)d->record + d->records++;
    *r->record = (struct ceb_record){0};
    r->part = NULL;
    r->line_room = 0;
    if (message->head.element)
        return;
    r->part = &message->head;
    open_fields(r, message->head.fields, message->record);
    r->record->head = r->values;
}

static void start_part(struct reader *r, const char *name)
{
    const struct ceb_message *message = r->document->message;
    struct ceb_record *record = r->record;
    bool is_head = strcmp(name, message->head.element) == 0;
    bool is_line = message->list.element && strcmp(name, message->list.element) == 0;
    if (is_head ? record->head != NULL : !is_line || !record->head) {
        fail(r, r->tag, NULL, ERR_SYNTAX, "%.60s does not belong here: %s begins with one %s", name, message->record,
             message->head.element);
        r->skipped = 1;
        return;
    }
    r->part = is_head ? &message->head : &message->list;
    if (is_line && message->lines_most && record->lines == message->lines_most)
        fail(r, r->tag, name, ERR_RANGE, "%s takes at most %u lines", message->record, message->lines_most);
    open_fields(r, r->part->fields, r->part->element);
    if (is_head) {
        record->head = r->values;
        return;
    }
    void *more = grown(r, record->line, record->lines, &r->line_room, sizeof *record->line);
    record->line = more ? more : record->line;
    ((const struct ceb_values **)record->line)[record->lines++] = r->values;
}

static const struct {
    const char *name;
    enum stage stage;
} outer[] = {{"BaseTransfer", STAGE_TRANSFER},
             {"BaseSubscribe", STAGE_SUBSCRIBE},
             {"ExtendMessage", STAGE_EXTEND},
             {"Signature", STAGE_SIGNATURE}};

static enum stage stage_of(const char *name)
{
    for (size_t i = 0; i < sizeof outer / sizeof *outer; i++)
        if (strcmp(name, outer[i].name) == 0)
            return outer[i].stage;
    return STAGE_RECORDS;
}

/* The place of a stage in the order of its message. */
static unsigned rank(const struct ceb_message *message, enum stage stage)
{
    return message->is_export && stage >= STAGE_EXTEND ? STAGE_EXTEND + STAGE_SIGNATURE - stage : stage;
}

static void start_outer(struct reader *r, const char *name)
{
    const struct ceb_message *message = r->document->message;
    enum stage stage = stage_of(name);
    bool is_record = strcmp(name, message->record) == 0;
    bool is_known = is_record || (stage != STAGE_RECORDS && !message->is_receipt);
    bool may_repeat = stage == STAGE_RECORDS || (stage == STAGE_SUBSCRIBE && r->subscribed < 5);
    bool is_late = rank(message, stage) < rank(message, r->stage) || (stage == r->stage && !may_repeat);
    if (!is_known || is_late) {
        fail(r, r->tag, NULL, ERR_SYNTAX, "%.60s does not belong here", name);
        r->skipped = 1;
        return;
    }
    r->stage = stage;
    if (is_record) {
        start_record(r);
    } else if (stage == STAGE_TRANSFER) {
        open_fields(r, ceb_transfer_fields, "BaseTransfer");
        r->document->transfer = r->values;
    } else if (stage == STAGE_SUBSCRIBE) {
        r->subscribed++;
        open_fields(r, ceb_subscribe_fields, "BaseSubscribe");
    } else {
        r->document->is_signed |= stage == STAGE_SIGNATURE;
        r->skipped = 1;
    }
}

static void take_guid(struct reader *r, int count, const xmlChar **attributes)
{
    static const struct ceb_field guid = {CEB_guid, CEB_GUID, false, 36, 36, NULL};
    bool has_version = false;
    for (int i = 0; i < count; i++, attributes += 5) {
        const char *name = (const char *)attributes[0];
        size_t length = (size_t)(attributes[4] - attributes[3]);
        if (strcmp(name, "guid") == 0)
            r->document->guid = arena_copy(r->arena, (const char *)attributes[3], length);
        has_version |= strcmp(name, "version") == 0 && length > 0 && length <= 10;
    }
    const char *fault = r->document->guid ? ceb_fault(&guid, r->document->guid) : "is missing";
    if (fault)
        fail(r, r->tag, NULL, ERR_MISSING_NAME, "the attribute guid %s", fault);
    if (!has_version)
        fail(r, r->tag, NULL, ERR_MISSING_NAME, "the attribute version is missing");
}

/* Is it of the namespace that it should be of? */
static bool is_ours(const struct reader *r, const char *name, const xmlChar *space)
{
    bool is_signature = r->depth == 1 && strcmp(name, "Signature") == 0;
    const char *right = is_signature ? SIGNATURE_NAMESPACE : CEB_NAMESPACE;
    return space && strcmp((const char *)space, right) == 0;
}

/* Elements open around a field. */
static unsigned field_depth(const struct reader *r) { return r->record && r->document->message->head.element ? 3 : 2; }

static void start_inner(struct reader *r, const char *name)
{
    if (r->depth == 1) {
        start_outer(r, name);
    } else if (r->fields && r->depth > field_depth(r)) {
        fail(r, r->tag, name, ERR_SYNTAX, "text is expected here, not an element");
        r->skipped = 1;
    } else if (r->fields) {
        start_field(r, name);
    } else {
        start_part(r, name);
    }
}

static void start(void *context, const xmlChar *local, const xmlChar *prefix, const xmlChar *space, int spaces,
                  const xmlChar **declared, int count, int defaults, const xmlChar **attributes)
{
    struct reader *r = context;
    const char *name = (const char *)local;
    (void)prefix, (void)spaces, (void)declared, (void)defaults;
    if (r->skipped) {
        r->skipped++;
        return;
    }
    r->tag = tag_at(r);
    if (!is_ours(r, name, space)) {
        err_help(fail(r, r->tag, NULL, ERR_SYNTAX, "%.60s is of another namespace", name), "it should be %s",
                 CEB_NAMESPACE);
        r->skipped = 1;
    } else if (r->depth == 0) {
        start_root(r, name);
        if (r->document->message)
            take_guid(r, count, attributes);
    } else {
        start_inner(r, name);
    }
    if (!r->skipped)
        r->depth++;
}

static void end_fields(struct reader *r)
{
    pass(r, NULL, tag_at(r));
    r->fields = NULL;
}

static void end_record(struct reader *r)
{
    const struct ceb_message *message = r->document->message;
    if (message->list.element && r->record->lines == 0)
        fail(r, tag_at(r), NULL, ERR_MISSING_NAME, "%s has no %s", message->record, message->list.element);
    if (!r->record->head)
        fail(r, tag_at(r), NULL, ERR_MISSING_NAME, "%s has no %s", message->record, message->head.element);
    r->record = NULL;
}

static void end_root(struct reader *r)
{
    const struct ceb_message *message = r->document->message;
    if (r->document->records == 0)
        fail(r, tag_at(r), NULL, ERR_MISSING_NAME, "the message has no %s", message->record);
    if (!message->is_receipt && !r->document->transfer)
        fail(r, tag_at(r), NULL, ERR_MISSING_NAME, "the message has no BaseTransfer");
    if (message->needs_signature && !r->document->is_signed)
        fail(r, tag_at(r), NULL, ERR_MISSING_NAME, "the message has no Signature");
}

static void end(void *context, const xmlChar *local, const xmlChar *prefix, const xmlChar *space)
{
    struct reader *r = context;
    (void)local, (void)prefix, (void)space;
    if (r->skipped > 1) {
        r->skipped--;
        return;
    }
    if (r->skipped == 1) { /* it was never counted as a depth */
        r->skipped = 0;
        return;
    }
    r->depth--;
    if (r->depth == 0)
        end_root(r);
    else if (r->fields && r->depth < field_depth(r))
        end_fields(r);
    else if (r->fields)
        end_field(r);
    if (r->depth == 1 && r->record)
        end_record(r);
}

/* ---- the parser ---- */

static void refuse_type(void *context, const xmlChar *name, const xmlChar *public, const xmlChar *system)
{
    struct reader *r = context;
    (void)name, (void)public, (void)system;
    fail(r, tag_at(r), NULL, ERR_SYNTAX, "a document type is not taken, nor entities of its own");
    xmlStopParser(r->xml);
}

static void take_error(void *context, xmlErrorPtr error)
{
    struct reader *r = context;
    if (error->level != XML_ERR_FATAL)
        return;
    size_t length = strcspn(error->message ? error->message : "", "\n");
    long at = xmlByteConsumed(r->xml);
    fail(r, at > 0 && (size_t)at < r->length ? (size_t)at : r->length - 1, NULL, ERR_SYNTAX, "this is no XML: %.*s",
         (int)length, error->message ? error->message : "");
    xmlStopParser(r->xml);
}

/* Only UTF-8 may be declared. */
static bool is_utf8_declared(const char *bytes, size_t length)
{
    const char *end = bytes ? memmem(bytes, length < 200 ? length : 200, "?>", 2) : NULL;
    const char *at = end ? memmem(bytes, (size_t)(end - bytes), "encoding", 8) : NULL;
    if (!at)
        return true;
    at += 8;
    at += strspn(at, " \t\r\n=\"'");
    return strncasecmp(at, "utf-8", 5) == 0 && strchr("\"' ", at[5]);
}

static int fit_to_read(struct reader *r)
{
    size_t count = r->errs->count;
    size_t broken = r->length <= CEB_READ_MOST ? err_utf8(r->bytes, r->length) : r->length;
    const char *nul = broken == r->length && r->length <= CEB_READ_MOST ? memchr(r->bytes, 0, r->length) : NULL;
    if (r->length > CEB_READ_MOST) {
        struct err *err = errs_add(r->errs, ERR_RANGE, "a message has at most %d bytes", CEB_READ_MOST);
        snprintf(err->source, sizeof err->source, "%s", r->source);
    } else if (r->length == 0) {
        fail(r, 0, NULL, ERR_SYNTAX, "nothing to read");
    } else if (broken < r->length || nul) {
        fail(r, nul ? (size_t)(nul - r->bytes) : broken, NULL, ERR_UTF8, "this is not UTF-8");
    } else if (!is_utf8_declared(r->bytes, r->length)) {
        fail(r, 0, NULL, ERR_UTF8, "only UTF-8 is taken");
    }
    return r->errs->count > count ? -1 : 0;
}

static void parse(struct reader *r)
{
    xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC,
                         .startElementNs = start,
                         .endElementNs = end,
                         .characters = take_text,
                         .cdataBlock = take_text,
                         .internalSubset = refuse_type,
                         .serror = take_error};
    r->xml = xmlCreatePushParserCtxt(&sax, r, NULL, 0, NULL);
    check(r->xml);
    xmlCtxtUseOptions(r->xml, XML_PARSE_NONET);
    xmlParseChunk(r->xml, r->bytes, (int)r->length, 1);
    xmlDocPtr none = r->xml->myDoc;
    check(!none);
    xmlFreeParserCtxt(r->xml);
}

int ceb_read(const char *source, const char *bytes, size_t length, struct arena *arena, struct ceb_document *document,
             struct errs *errs)
{
    struct reader r = {
        .arena = arena, .errs = errs, .source = source, .bytes = bytes, .length = length, .document = document};
    size_t count = errs->count, dropped = errs->dropped;
    *document = (struct ceb_document){0};
    if (fit_to_read(&r) == 0)
        parse(&r);
    buf_finish(&r.text);
    bool is_whole = document->message && document->records > 0;
    check(is_whole || errs->count > count || errs->dropped > dropped);
    return errs->count > count || errs->dropped > dropped ? -1 : 0;
}
