/* ceb_match: do the documents of one order agree, as customs compares them? Equal means equal: no tolerance is
 * published, one may be stated. */
#ifndef CEB_MATCH_H
#define CEB_MATCH_H

#include "customs/declare.h"
#include "sim/ceb.h"

/* The records of one order: 311 411 511 621, or 303 403 505 603; NULL: not sent, and then nothing of it is compared.
 * The first fault that is found; `where` is then the element that differs, in the later document. Amounts may differ by
 * `tolerance`, 10^-5 of the currency. */
struct ceb_match {
    enum declare_fault fault;
    enum declare_document document;
    enum ceb_name where;
    uint32_t line; /* from 1; 0: of the head */
};
struct ceb_match ceb_match(const struct ceb_record *const document[DECLARE_DOCUMENTS], bool is_export,
                           int64_t tolerance);

#endif
