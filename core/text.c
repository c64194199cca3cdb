/* text: views of bytes, and interned names behind an open-addressing table. */
#include "core/text.h"

#include <string.h>

#include "core/arena.h"
#include "core/check.h"
#include "core/err.h"

struct text text_of(const char *zero_terminated)
{
    return (struct text){zero_terminated, strlen(zero_terminated)};
}

bool text_is(struct text text, const char *other)
{
    return strlen(other) == text.len && memcmp(text.ptr, other, text.len) == 0;
}

/* FNV-1a, then mixed so that the low bits serve as a slot. */
uint64_t text_hash(const char *bytes, size_t length)
{
    uint64_t hash = 0xCBF29CE484222325u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * 0x100000001B3u;
    hash ^= hash >> 32;
    hash *= 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 29;
}

void names_init(struct names *names, struct arena *arena)
{
    *names = (struct names){.arena = arena};
}

/* The slot that holds a name, or the free one where it belongs. */
static uint32_t slot_of(const struct names *names, const char *name, size_t length)
{
    uint32_t mask = names->slots - 1, at = (uint32_t)text_hash(name, length) & mask;
    while (names->slot[at]) {
        const char *other = names->name[names->slot[at]];
        if (strncmp(other, name, length) == 0 && other[length] == '\0')
            break;
        at = (at + 1) & mask;
    }
    return at;
}

/* The old arrays stay in the arena: together they are smaller than the new ones. */
static void grow(struct names *names)
{
    uint32_t capacity = names->capacity ? names->capacity * 2 : 32;
    const char **name = arena_array(names->arena, const char *, capacity + 1);
    name[0] = "";
    if (names->count)
        memcpy(name + 1, names->name + 1, names->count * sizeof *name);
    names->name = name;
    names->capacity = capacity;
    names->slots = capacity * 2;
    names->slot = arena_array(names->arena, uint32_t, names->slots);
    for (uint32_t id = 1; id <= names->count; id++)
        names->slot[slot_of(names, name[id], strlen(name[id]))] = id;
}

uint32_t names_add(struct names *names, const char *name, size_t length)
{
    if (length == 0)
        return 0;
    check(memchr(name, '\0', length) == NULL);
    if (names->count == names->capacity)
        grow(names);
    uint32_t at = slot_of(names, name, length);
    if (names->slot[at] == 0) {
        names->name[++names->count] = arena_copy(names->arena, name, length);
        names->slot[at] = names->count;
    }
    return names->slot[at];
}

uint32_t names_find(const struct names *names, const char *name, size_t length)
{
    if (length == 0 || names->slots == 0 || memchr(name, '\0', length))
        return 0;
    return names->slot[slot_of(names, name, length)];
}

const char *names_at(const struct names *names, uint32_t id)
{
    check(id <= names->count);
    return id ? names->name[id] : "";
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

uint16_t text_country(const char *code, size_t length)
{
    if (length != 2 || !is_upper(code[0]) || !is_upper(code[1]))
        return 0;
    return (uint16_t)((unsigned char)code[0] << 8 | (unsigned char)code[1]);
}

bool text_is_country(uint16_t country)
{
    static const char *const second[26] = { /* letters that may follow A, B, C … */
        "DEFGILMOQRSTUWXZ", "ABDEFGHIJLMNOQRSTVWYZ", "ACDFGHIKLMNORUVWXYZ", "EJKMOZ", "CEGHRST", "IJKMOR",
        "ABDEFGHILMNPQRSTUWY", "KMNRTU", "DELMNOQRST", "EMOP", "EGHIMNPRWYZ", "ABCIKRSTUVY",
        "ACDEFGHKLMNOPQRSTUVWXYZ", "ACEFGILOPRUZ", "M", "AEFGHKLMNRSTWY", "A", "EOSUW",
        "ABCDEGHIJKLMNORSTVXYZ", "CDFGHJKLMNORTVWZ", "AGMSYZ", "ACEGINU", "FS", "", "ET", "AMW",
    };
    unsigned first = (unsigned)(country >> 8) - 'A';
    return first < 26 && (country & 255) != 0 && strchr(second[first], country & 255) != NULL;
}

void text_help_country(struct err *err, const char *text, size_t length)
{
    char code[2] = {0};
    for (size_t i = 0; i < 2 && i < length; i++)
        code[i] = (char)(text[i] >= 'a' && text[i] <= 'z' ? text[i] - 32 : text[i]);
    if (memcmp(code, "UK", 2) == 0 && length == 2)
        memcpy(code, "GB", 2);
    if (memcmp(code, "EL", 2) == 0 && length == 2)
        memcpy(code, "GR", 2);
    if (length == 2 && text_is_country(text_country(code, 2)))
        err_help(err, "did you mean \"%.2s\"?", code);
    else
        err_help(err, "two capital letters of ISO 3166-1, like \"CN\" or \"DE\"");
}

uint32_t text_currency(const char *code, size_t length)
{
    if (length != 3 || !is_upper(code[0]) || !is_upper(code[1]) || !is_upper(code[2]))
        return 0;
    return (uint32_t)(unsigned char)code[0] << 16 | (uint32_t)(unsigned char)code[1] << 8 |
           (uint32_t)(unsigned char)code[2];
}
