/* persona: invented people and firms. Who somebody is depends on (seed, number) alone, so no list of them is kept in
 * memory, and the same number is the same person in every table, message and part of a data set.
 *
 * Nobody real can appear: names are put together from words that are no family names, towns do not exist, identity
 * and registration numbers are well formed, with their check digits, but lie in an area (99) that has never been
 * given out, telephone numbers are in ranges that are kept for fiction or assigned to nobody, mail goes to
 * example.com (RFC 2606). */
#ifndef PERSONA_H
#define PERSONA_H

#include <stdint.h>

struct persona {
    char name[64];        /* as it is written at home: Chinese characters for CN, HK, TW, MO; else Latin letters */
    char name_en[64];     /* Latin letters; the same as `name` elsewhere */
    char id_number[24];   /* CN: 18 characters, GB 11643; elsewhere "X" and 9 digits, a document number */
    char phone[24];       /* CN: 11 digits beginning with 12; US, CA: +1 … 555 01…; GB: +44 7700 900…; else +999 … */
    char email[48];
    char city[48], address[160]; /* as written at home; the address holds the city */
    char address_en[160];
    char district[8];     /* CN: six digits as in GB/T 2260, of the area that does not exist; else "" */
    char postcode[12];
    int16_t birth_year;
};
/* A person who lives in a country (packed). */
void persona_person(struct persona *out, uint64_t seed, uint64_t number, uint16_t country);

enum persona_trade {
    PERSONA_SELLER, PERSONA_SUPPLIER, PERSONA_PLATFORM, PERSONA_PAYMENT, PERSONA_CARRIER, PERSONA_BROKER,
    PERSONA_WAREHOUSE, PERSONA_OTHER, PERSONA_TRADES
};
const char *persona_trade_id(enum persona_trade trade);

struct persona_firm {
    char name[100], name_en[100];
    char credit_code[20];   /* CN: 18 characters, GB 32100; elsewhere "F" and 9 digits */
    char customs_code[12];  /* 10 characters, as Chinese customs registers firms; of no district that exists */
    char phone[24], city[48], address[160], address_en[160];
};
/* A firm of a country that lives by a trade. */
void persona_firm(struct persona_firm *out, uint64_t seed, uint64_t number, uint16_t country, enum persona_trade trade);

#endif
