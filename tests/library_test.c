/* library_test: libtradeloom as another program meets it: its header, nothing else of ours; a handle a thread. */
#include "tests/unit.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/tradeloom.h"

static const char order[] = "{\"date\": \"2025-11-11\", \"from\": \"NZ\", \"to\": \"CN\", \"currency\": \"CNY\", "
                            "\"lines\": [{\"sku\": \"infant-formula\", \"quantity\": \"2\", \"unit_price\": \"240\"}]}";

static void test_quote(void **state)
{
    (void)state;
    tradeloom *handle = tradeloom_create(NULL);
    assert_non_null(handle);
    assert_null(tradeloom_error(handle));
    char *answer = tradeloom_quote(handle, order);
    assert_non_null(strstr(answer, "\"total\":\"43.68\""));
    assert_null(tradeloom_error(handle));
    tradeloom_free(answer);
    answer = tradeloom_rules(handle, "{\"place\": \"GB\"}");
    assert_non_null(strstr(answer, "gb.import"));
    tradeloom_free(answer);
    tradeloom_free(NULL);
    tradeloom_destroy(handle);
    tradeloom_destroy(NULL);
}

static void test_errors(void **state)
{
    (void)state;
    tradeloom *handle = tradeloom_create(NULL);
    char *answer = tradeloom_call(handle, "quotes", "{}");
    assert_non_null(strstr(answer, "did you mean"));
    assert_string_equal(answer, tradeloom_error(handle));
    tradeloom_free(answer);
    answer = tradeloom_quote(handle, "{\"date\": ");
    assert_non_null(strstr(answer, "\"status\":\"error\""));
    tradeloom_free(answer);
    tradeloom_free(tradeloom_quote(handle, order));
    assert_null(tradeloom_error(handle));
    tradeloom_destroy(handle);
}

/* Data that cannot be read: told at once and by every answer. */
static void test_folder(void **state)
{
    char folder[] = "/tmp/library_test.XXXXXX", command[128];
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(command, sizeof command, "mkdir %s/catalog && echo a,b > %s/catalog/x.csv", folder, folder);
    assert_int_equal(system(command), 0);
    tradeloom *handle = tradeloom_create(folder);
    assert_non_null(handle);
    assert_non_null(strstr(tradeloom_error(handle), "bad_csv"));
    char *answer = tradeloom_quote(handle, order);
    assert_non_null(strstr(answer, "bad_csv"));
    tradeloom_free(answer);
    tradeloom_stop(handle);
    tradeloom_destroy(handle);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
}

static void test_stop(void **state)
{
    (void)state;
    tradeloom *handle = tradeloom_create(NULL);
    tradeloom_stop(handle);
    char *answer = tradeloom_run(handle, "{\"scenario\": \"milk-powder\"}");
    assert_non_null(strstr(answer, "\"code\":\"busy\""));
    tradeloom_free(answer);
    answer = tradeloom_run(handle, "{\"scenario\": \"milk-powder\", \"limit\": 5}");
    assert_non_null(strstr(answer, "\"placed\": 5"));
    tradeloom_free(answer);
    tradeloom_destroy(handle);
}

/* ---- threads ---- */

static void *work(void *self)
{
    char *text = self;
    tradeloom *handle = tradeloom_create(NULL);
    for (int i = 0; i < 50; i++)
        tradeloom_free(tradeloom_quote(handle, order));
    tradeloom_free(tradeloom_quote(handle, "{"));
    char *answer = tradeloom_run(handle, "{\"scenario\": \"milk-powder\", \"limit\": 100}");
    const char *digest = strstr(answer, "\"digest\"");
    snprintf(text, 64, "%.*s", (int)strcspn(digest, "\n"), digest);
    tradeloom_free(answer);
    tradeloom_destroy(handle);
    return NULL;
}

static void test_threads(void **state)
{
    pthread_t thread[4];
    char text[COUNT_OF(thread)][64];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(thread); i++)
        assert_int_equal(pthread_create(&thread[i], NULL, work, text[i]), 0);
    for (size_t i = 0; i < COUNT_OF(thread); i++)
        pthread_join(thread[i], NULL);
    for (size_t i = 1; i < COUNT_OF(thread); i++)
        assert_string_equal(text[i], text[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quote), cmocka_unit_test(test_errors), cmocka_unit_test(test_folder),
        cmocka_unit_test(test_stop),  cmocka_unit_test(test_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
