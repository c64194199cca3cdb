/* ceb_write: a message as XML in UTF-8. What a field's table does not admit is made to fit: a text is cut to its
 * length, a character that XML cannot hold becomes "?"; an optional element without a value is left out. A missing
 * value of an element that must be there is our bug. */
#ifndef CEB_WRITE_H
#define CEB_WRITE_H

#include "sim/ceb.h"

struct buf;

/* What stands in place of a signature, where one must be: its shape, without any claim. */
#define CEB_WRITE_KEY "PLACEHOLDER-NOT-A-SIGNATURE"

void ceb_write(const struct ceb_document *document, struct buf *out);

/* The same in pieces, for records that come one after the other: how the message begins, each record, how it ends. */
void ceb_write_begin(const struct ceb_message *message, const char *guid, struct buf *out);
void ceb_write_record(const struct ceb_message *message, const struct ceb_record *record, struct buf *out);
void ceb_write_end(const struct ceb_message *message, const struct ceb_values *transfer, struct buf *out);

#endif
