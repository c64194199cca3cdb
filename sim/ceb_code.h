/* ceb_code: numbers that customs' messages use for countries, currencies and modes of transport (JGS-20). No list of
 * all of them is published as data: these are the ones that the world's flows need. */
#ifndef CEB_CODE_H
#define CEB_CODE_H

#include <stdint.h>

const char *ceb_code_country(uint16_t country);     /* packed; "701": one that is not here */
uint16_t ceb_code_origin(const char *code);          /* packed; 0: one that is not here */
const char *ceb_code_currency(const char *currency); /* ISO 4217; "000": one that is not here */
const char *ceb_code_transport(uint8_t transport);  /* enum transport */

#endif
