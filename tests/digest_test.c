/* digest_test: SHA-256 gives the published answers; the fingerprint of an event stream sees every change. */
#include "tests/unit.h"

#include <stdlib.h>

#include "core/digest.h"
#include "core/text.h"

/* FIPS 180-4 examples and NIST's long-message example of a million letters. */
static void known_answers(void **state)
{
    (void)state;
    static const struct {
        const char *text, *hex;
    } rows[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrs"
         "mnopqrstnopqrstu",
         "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
    };
    char hex[65];
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        sha256(rows[i].text, strlen(rows[i].text), hex);
        assert_string_equal(hex, rows[i].hex);
    }
    enum { MILLION = 1000000 };
    char *letters = malloc(MILLION);
    assert_non_null(letters);
    memset(letters, 'a', MILLION);
    sha256(letters, MILLION, hex);
    assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(letters);
}

/* Lengths around the padding's edges: one block, two blocks. All answers differ from each other. */
static void padding(void **state)
{
    (void)state;
    char zero[130] = {0}, seen[130][65];
    for (size_t length = 0; length < COUNT_OF(seen); length++) {
        sha256(zero, length, seen[length]);
        for (size_t other = 0; other < length; other++)
            assert_string_not_equal(seen[length], seen[other]);
    }
    assert_string_equal(seen[64], "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b");
}

static void stream(const uint64_t *word, size_t count, char hex[33])
{
    struct digest digest;
    digest_init(&digest);
    for (size_t i = 0; i < count; i++)
        digest_word(&digest, word[i]);
    digest_write(&digest, hex);
}

static void fingerprint_sees_every_bit_and_the_order(void **state)
{
    (void)state;
    uint64_t word[] = {0, 1, 2, 3};
    char first[33], other[33];
    stream(word, 4, first);
    assert_int_equal(strlen(first), 32);
    for (unsigned bit = 0; bit < 256; bit++) {
        word[bit / 64] ^= UINT64_C(1) << bit % 64;
        stream(word, 4, other);
        assert_string_not_equal(first, other);
        word[bit / 64] ^= UINT64_C(1) << bit % 64;
    }
    stream(word, 3, other);
    assert_string_not_equal(first, other);
    stream((const uint64_t[]){1, 0, 2, 3}, 4, other);
    assert_string_not_equal(first, other);
    stream((const uint64_t[]){0, 1, 2, 3, 0}, 5, other);
    assert_string_not_equal(first, other);
}

/* Cases 1, 2, 3, 6 and 7 of RFC 4231. */
static void keyed_as_the_standard_says(void **state)
{
    (void)state;
    static const char *const nothing = "";
    char key[132], text[160], got[65];
    const struct {
        unsigned char fill;
        size_t key_length;
        const char *key, *text, *hex;
    } cases[] = {
        {0x0b, 20, NULL, "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {0, 4, "Jefe", "what do ya want for nothing?",
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {0xaa, 20, NULL, NULL, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
        {0xaa, 131, NULL, "Test Using Larger Than Block-Size Key - Hash Key First",
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
        {0xaa, 131, NULL,
         "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be "
         "hashed before being used by the HMAC algorithm.",
         "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        memset(key, cases[i].fill, sizeof key);
        if (cases[i].key)
            memcpy(key, cases[i].key, cases[i].key_length);
        memset(text, 0xdd, sizeof text);
        size_t length = cases[i].text ? strlen(cases[i].text) : 50;
        if (cases[i].text)
            memcpy(text, cases[i].text, length);
        for (size_t cut = 0; cut <= length; cut++) {
            sha256_hmac((struct text){key, cases[i].key_length}, (struct text){text, cut},
                        (struct text){text + cut, length - cut}, got);
            assert_string_equal(got, cases[i].hex);
        }
    }
    sha256_hmac((struct text){nothing, 0}, (struct text){nothing, 0}, (struct text){nothing, 0}, got);
    assert_string_equal(got, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers),
        cmocka_unit_test(padding),
        cmocka_unit_test(keyed_as_the_standard_says),
        cmocka_unit_test(fingerprint_sees_every_bit_and_the_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
