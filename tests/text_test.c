/* text_test: names get ids in the order of first sight, whatever their hashes; codes pack and refuse. */
#include "tests/unit.h"

#include <stdio.h>

#include "core/arena.h"
#include "core/node.h"
#include "core/text.h"

static void names_count_up(void **state)
{
    (void)state;
    enum { NAMES = 3000 };
    struct arena arena = {0};
    struct names names;
    char name[32];
    names_init(&names, &arena);
    assert_int_equal(names_find(&names, "a", 1), 0);
    assert_int_equal(names_add(&names, "", 0), 0);
    for (uint32_t i = 1; i <= NAMES; i++) {
        int length = snprintf(name, sizeof name, "name-%u", i * 7919);
        assert_int_equal(names_find(&names, name, (size_t)length), 0);
        assert_int_equal(names_add(&names, name, (size_t)length), i);
        assert_int_equal(names_add(&names, name, (size_t)length), i);
    }
    for (uint32_t i = 1; i <= NAMES; i++) {
        int length = snprintf(name, sizeof name, "name-%u", i * 7919);
        assert_int_equal(names_find(&names, name, (size_t)length), i);
        assert_string_equal(names_at(&names, i), name);
        assert_int_equal(names_find(&names, name, (size_t)length - 1) == i, 0);
    }
    assert_int_equal(names.count, NAMES);
    assert_string_equal(names_at(&names, 0), "");
    assert_int_equal(names_find(&names, "a\0b", 3), 0);
    arena_finish(&arena);
}

/* Names need not end with zero: a part of a longer text is a name of its own. */
static void names_may_be_parts(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct names names;
    names_init(&names, &arena);
    assert_int_equal(names_add(&names, "abcdef", 3), 1);
    assert_int_equal(names_add(&names, "abcdef", 6), 2);
    assert_int_equal(names_add(&names, "abc", 3), 1);
    assert_string_equal(names_at(&names, 1), "abc");
    arena_finish(&arena);
}

static void ask_for_no_name(void *names)
{
    names_at(names, 5);
}

static void add_a_zero(void *names)
{
    names_add(names, "a\0b", 3);
}

static void names_refuse_misuse(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct names names;
    names_init(&names, &arena);
    assert_true(unit_refuses(ask_for_no_name, &names));
    assert_true(unit_refuses(add_a_zero, &names));
    arena_finish(&arena);
}

static void codes_pack(void **state)
{
    (void)state;
    assert_int_equal(text_country("CN", 2), 'C' << 8 | 'N');
    assert_int_equal(text_currency("CNY", 3), 'C' << 16 | 'N' << 8 | 'Y');
    static const char *const wrong[] = {"", "C", "cn", "C1", "CNX", "CNY1", "cny", "中"};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        assert_int_equal(text_country(wrong[i], strlen(wrong[i])), 0);
        assert_int_equal(strlen(wrong[i]) == 3 && text_currency(wrong[i], 3) != 0, strcmp(wrong[i], "CNX") == 0);
    }
    assert_true(text_is(text_of("ab"), "ab"));
    assert_false(text_is(text_of("ab"), "a"));
    assert_false(text_is(text_of("ab"), "abc"));
}

/* The hash names files and slots: it must not change from one version to the next. The values are FNV-1a and the
 * mix written down in core/text.c, worked out apart from it. */
static void hash_is_stable(void **state)
{
    (void)state;
    assert_int_equal(text_hash("", 0), UINT64_C(0x8570e250fe4c2473));
    assert_int_equal(text_hash("a", 1), UINT64_C(0x82b19d9859a61322));
    assert_int_equal(text_hash("tradeloom and more", 9), UINT64_C(0x1d29f0c88c3e6620));
}

/* ---- the nine nodes ---- */

static void nodes_have_names_in_both_languages(void **state)
{
    (void)state;
    bool seen[NODE_COUNT] = {false};
    for (enum layer layer = LAYER_LAW; layer < LAYER_COUNT; layer++)
        for (enum column column = COLUMN_EXPORT_RETAIL; column < COLUMN_COUNT; column++) {
            unsigned index = node_index(layer, column);
            assert_true(index < NODE_COUNT && !seen[index]);
            seen[index] = true;
            assert_true(*node_name(layer, column, LANG_EN) && *node_name(layer, column, LANG_ZH));
            assert_true(*layer_id(layer) && *layer_name(layer, LANG_ZH));
            assert_int_equal(column_find(column_id(column)), column);
        }
    assert_int_equal(node_index(LAYER_LAW, COLUMN_EXPORT_RETAIL), 0);
    assert_int_equal(node_index(LAYER_LOGISTICS, COLUMN_IMPORT_RETAIL), 8);
    for (enum channel channel = CHANNEL_UNSET + 1; channel < CHANNEL_COUNT; channel++) {
        assert_int_equal(channel_find(channel_id(channel)), channel);
        assert_true(channel_column(channel) > COLUMN_UNSET && *channel_name(channel, LANG_ZH));
    }
    assert_int_equal(channel_find("teleport"), CHANNEL_UNSET);
    assert_int_equal(column_find(""), COLUMN_UNSET);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_count_up),  cmocka_unit_test(names_may_be_parts),
        cmocka_unit_test(names_refuse_misuse), cmocka_unit_test(codes_pack),
        cmocka_unit_test(hash_is_stable),  cmocka_unit_test(nodes_have_names_in_both_languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
