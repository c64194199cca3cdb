/* ceb_write: walks the tables of a message and writes what they name. */
#include "sim/ceb_write.h"

#include <stdio.h>
#include <string.h>

#include <libxml/xmlwriter.h>

#include "core/buf.h"
#include "core/check.h"
#include "core/err.h"

struct writer {
    xmlTextWriterPtr xml;
    const char *prefix;
    struct buf scratch; /* a value that had to be changed */
};

static int take_bytes(void *context, const char *bytes, int length)
{
    buf_add(context, bytes, (size_t)length);
    return length;
}

static void begin(struct writer *w, const char *element)
{
    char name[64];
    snprintf(name, sizeof name, "%s%s", w->prefix, element);
    int got = xmlTextWriterStartElement(w->xml, BAD_CAST name);
    check(got >= 0);
}

static void end(struct writer *w)
{
    int got = xmlTextWriterEndElement(w->xml);
    check(got >= 0);
}

static void attribute(struct writer *w, const char *name, const char *value)
{
    int got = xmlTextWriterWriteAttribute(w->xml, BAD_CAST name, BAD_CAST value);
    check(got >= 0);
}

static void element(struct writer *w, const char *name, const char *value)
{
    char full[64];
    snprintf(full, sizeof full, "%s%s", w->prefix, name);
    int got = xmlTextWriterWriteElement(w->xml, BAD_CAST full, BAD_CAST value);
    check(got >= 0);
}

/* Bytes of a code point that XML 1.0 can hold; 0: it cannot. */
static size_t character(const unsigned char *at)
{
    if (*at < 0x20)
        return *at == '\t' || *at == '\n';
    size_t length = *at < 0x80 ? 1 : *at < 0xE0 ? 2 : *at < 0xF0 ? 3 : 4;
    if (strnlen((const char *)at, length) < length || err_utf8((const char *)at, length) != length)
        return 0;
    bool is_nonchar = at[0] == 0xEF && at[1] == 0xBF && at[2] >= 0xBE; /* U+FFFE, U+FFFF */
    return is_nonchar ? 0 : length;
}

static bool fits(const char *value, uint32_t most)
{
    uint32_t count = 0;
    for (const unsigned char *at = (const unsigned char *)value; *at; at++, count++)
        if (*at < 0x20 || *at >= 0x80)
            return false;
    return count <= most;
}

static const char *fitted(struct writer *w, const char *value, uint32_t most)
{
    if (fits(value, most))
        return value;
    const unsigned char *at = (const unsigned char *)value;
    buf_clear(&w->scratch);
    for (uint32_t count = 0; *at && count < most; count++) {
        size_t length = character(at);
        buf_add(&w->scratch, length ? (const char *)at : "?", length ? length : 1);
        at += length ? length : 1;
    }
    return buf_text(&w->scratch);
}

static void fields(struct writer *w, const struct ceb_field *field, const struct ceb_values *values)
{
    for (; field->name; field++) {
        const char *value = values->at[field->name];
        bool is_absent = !value || (!*value && field->is_optional);
        check(!is_absent || field->is_optional);
        if (!is_absent)
            element(w, ceb_name((enum ceb_name)field->name), fitted(w, value, field->most));
    }
}

static void record(struct writer *w, const struct ceb_message *message, const struct ceb_record *item)
{
    begin(w, message->record);
    if (message->head.element)
        begin(w, message->head.element);
    fields(w, message->head.fields, item->head);
    if (message->head.element)
        end(w);
    for (uint32_t i = 0; message->list.element && i < item->lines; i++) {
        begin(w, message->list.element);
        fields(w, message->list.fields, item->line[i]);
        end(w);
    }
    end(w);
}

static void algorithm(struct writer *w, const char *name, const char *uri)
{
    begin(w, name);
    attribute(w, "Algorithm", uri);
    end(w);
}

/* The shape that the schema asks for; digest and value are zeros and the key says so. */
static void signature(struct writer *w)
{
    const char *prefix = w->prefix;
    w->prefix = "ds:";
    begin(w, "Signature");
    attribute(w, "xmlns:ds", "http://www.w3.org/2000/09/xmldsig#");
    begin(w, "SignedInfo");
    algorithm(w, "CanonicalizationMethod", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315");
    algorithm(w, "SignatureMethod", "http://www.w3.org/2000/09/xmldsig#rsa-sha1");
    begin(w, "Reference");
    attribute(w, "URI", "");
    begin(w, "Transforms");
    algorithm(w, "Transform", "http://www.w3.org/2000/09/xmldsig#enveloped-signature");
    end(w);
    algorithm(w, "DigestMethod", "http://www.w3.org/2000/09/xmldsig#sha1");
    element(w, "DigestValue", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    end(w);
    end(w);
    element(w, "SignatureValue", "AAAA");
    begin(w, "KeyInfo");
    element(w, "KeyName", CEB_WRITE_KEY);
    end(w);
    end(w);
    w->prefix = prefix;
}

static struct writer open_writer(const struct ceb_message *message, struct buf *out)
{
    xmlOutputBufferPtr output = xmlOutputBufferCreateIO(take_bytes, NULL, out, NULL);
    struct writer w = {.xml = xmlNewTextWriter(output), .prefix = message->is_receipt ? "" : "ceb:"};
    check(w.xml);
    int got = xmlTextWriterSetIndent(w.xml, 1);
    check(got == 0);
    return w;
}

static void close_writer(struct writer *w)
{
    xmlFreeTextWriter(w->xml); /* writes what is left */
    buf_finish(&w->scratch);
}

void ceb_write_begin(const struct ceb_message *message, const char *guid, struct buf *out)
{
    static const struct ceb_field field = {CEB_guid, CEB_GUID, false, 36, 36, NULL};
    const char *prefix = message->is_receipt ? "" : "ceb:", *space = message->is_receipt ? "" : ":ceb";
    check(ceb_fault(&field, guid) == NULL);
    buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    buf_printf(out, "<%sCEB%uMessage xmlns%s=\"%s\" guid=\"%s\" version=\"1.0\">\n", prefix, message->number, space,
               CEB_NAMESPACE, guid);
}

void ceb_write_record(const struct ceb_message *message, const struct ceb_record *item, struct buf *out)
{
    struct writer w = open_writer(message, out);
    record(&w, message, item);
    close_writer(&w);
}

void ceb_write_end(const struct ceb_message *message, const struct ceb_values *transfer, struct buf *out)
{
    struct writer w = open_writer(message, out);
    if (!message->is_receipt) {
        begin(&w, "BaseTransfer");
        fields(&w, ceb_transfer_fields, transfer);
        end(&w);
    }
    if (message->needs_signature)
        signature(&w);
    close_writer(&w);
    buf_printf(out, "</%sCEB%uMessage>\n", message->is_receipt ? "" : "ceb:", message->number);
}

void ceb_write(const struct ceb_document *document, struct buf *out)
{
    const struct ceb_message *message = document->message;
    check(document->records > 0 && (!message->records_most || document->records <= message->records_most));
    ceb_write_begin(message, document->guid, out);
    for (uint32_t i = 0; i < document->records; i++)
        ceb_write_record(message, &document->record[i], out);
    ceb_write_end(message, document->transfer, out);
}
