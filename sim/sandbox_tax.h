/* sandbox_tax: an import list as the law sees it: what its order, payment and lines say, asked of the rule engine. */
#ifndef SANDBOX_TAX_H
#define SANDBOX_TAX_H

#include "customs/assess.h"
#include "sim/ceb.h"

/* Whose allowance, and of which year. */
int32_t sandbox_tax_year(const struct ceb_record *list);

/* Asks; `used_minor` is what the buyer has used of the year's allowance, fen. False when a list cannot be read as an
 * order: an unknown country, an amount beyond any. */
bool sandbox_tax(struct assess *assess, const struct ceb_record *order, const struct ceb_record *payment,
                 const struct ceb_record *list, int64_t used_minor, struct rule_answer *answer);

/* Charges of a line (from 1; 0: of all), fen: those that a bill names so. */
int64_t sandbox_tax_of(const struct rule_answer *answer, enum ceb_name name, uint32_t line);

#endif
