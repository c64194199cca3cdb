/* rule_unit: units of parameters and amounts: currencies, quantities and their quotients, read and written. */
#include <stdio.h>
#include <string.h>

#include "core/rule_int.h"

static bool unit_add_base(struct rulebook *book, const struct pack *pack, const char *name,
                          size_t length, int sign, struct rule_unit *unit)
{
    if (length == 5 && memcmp(name, "money", 5) == 0) {
        name = currency_code(pack->currency);
        length = strlen(name);
    }
    static const char *const quantities[] = {"kg", "l", "piece", "t", "g", "ml"};
    bool is_known = false;
    for (size_t i = 0; i < sizeof quantities / sizeof *quantities; i++)
        is_known = is_known || (strlen(quantities[i]) == length && memcmp(quantities[i], name, length) == 0);
    char upper[4] = "";
    for (size_t i = 0; i < 3 && length == 3; i++) /* currencies are written CNY or cny */
        upper[i] = (char)(name[i] - (name[i] >= 'a' && name[i] <= 'z' ? 32 : 0));
    if (currency_index(upper) != 0)
        name = upper;
    else if (!is_known)
        return false;
    uint32_t base = names_add(&book->bases, name, length);
    if (base == 0 || base > UNIT_BASES)
        return false;
    unit->exponent[base - 1] = (int8_t)(unit->exponent[base - 1] + sign);
    return true;
}

bool unit_parse(struct rulebook *book, const struct pack *pack, const char *text, uint8_t *type,
                struct rule_unit *unit)
{
    memset(unit, 0, sizeof *unit);
    *type = TYPE_NUMBER;
    if (strcmp(text, "rate") == 0 || strcmp(text, "number") == 0)
        return true;
    static const struct {
        const char *word;
        uint8_t type;
    } words[] = {{"bool", TYPE_BOOL}, {"symbol", TYPE_SYMBOL}, {"list", TYPE_LIST}, {"day", TYPE_DAY}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(text, words[i].word) == 0) {
            *type = words[i].type;
            return true;
        }
    }
    int sign = 1;
    const char *start = text;
    for (const char *c = text;; c++) {
        if (*c != '/' && *c != 0)
            continue;
        if (!unit_add_base(book, pack, start, (size_t)(c - start), sign, unit))
            return false;
        if (*c == 0)
            return true;
        sign = -1;
        start = c + 1;
    }
}

void unit_write(const struct rulebook *book, struct rule_unit unit, char *out, size_t room)
{
    size_t at = 0;
    out[0] = 0;
    for (int sign = 1; sign >= -1; sign -= 2) {
        for (uint32_t i = 0; i < UNIT_BASES; i++) {
            for (int n = unit.exponent[i] * sign; n > 0 && at + 12 < room; n--) {
                const char *join = sign < 0 ? (at ? "/" : "1/") : (at ? "*" : "");
                at += (size_t)snprintf(out + at, room - at, "%s%s", join,
                                       names_at(&book->bases, i + 1));
            }
        }
    }
    if (at == 0)
        snprintf(out, room, "a plain number");
}
