/* date_test: the calendar agrees with counting day by day; times are written as ISO 8601. */
#include "tests/unit.h"

#include "core/date.h"
#include "core/text.h"

static bool is_leap(int32_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int32_t days_in(int32_t year, int32_t month)
{
    static const int32_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

static void check_day(int32_t day, int32_t year, int32_t month, int32_t of_month)
{
    struct civil civil = date_civil(day);
    assert_int_equal(civil.year, year);
    assert_int_equal(civil.month, month);
    assert_int_equal(civil.day, of_month);
    assert_int_equal(date_day(year, month, of_month), day);
    assert_int_equal(date_month(day), (year - 1970) * 12 + month - 1);
    assert_int_equal(date_weekday(day), (unsigned)(((day + 3) % 7 + 7) % 7));
}

/* Every day of the years 1 to 2400, and the last one that can be written. */
static void counts_days(void **state)
{
    (void)state;
    int32_t day = -719162; /* 1 January of the year 1 */
    for (int32_t year = 1; year <= 2400; year++)
        for (int32_t month = 1; month <= 12; month++)
            for (int32_t of_month = 1; of_month <= days_in(year, month); of_month++)
                check_day(day++, year, month, of_month);
    check_day(DAY_MAX, 9999, 12, 31);
    check_day(0, 1970, 1, 1);
}

static void reads_and_writes_days(void **state)
{
    (void)state;
    static const char *const rows[] = {"0001-01-01", "1970-01-01", "2000-02-29", "2016-04-08", "2024-02-29",
                                       "9999-12-31"};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int32_t day;
        char text[11];
        assert_true(date_parse(rows[i], 10, &day));
        date_write(day, text);
        assert_string_equal(text, rows[i]);
    }
}

static void refuses_what_is_no_day(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "", "2024", "2024-1-1", "2024-01-1", "24-01-01", "2024/01/01", "2024-13-01", "2024-00-01", "2024-01-00",
        "2024-01-32", "2023-02-29", "1900-02-29", "2024-04-31", "0000-01-01", "2024-01-01 ", "2024-01-0a", "-024-01-01",
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int32_t day;
        assert_false(date_parse(rows[i], strlen(rows[i]), &day));
    }
}

static void writes_times(void **state)
{
    (void)state;
    static const struct {
        int64_t time;
        const char *text;
    } rows[] = {
        {0, "1970-01-01T00:00:00Z"},
        {-1, "1969-12-31T23:59:59Z"},
        {86399, "1970-01-01T23:59:59Z"},
        {1782864000, "2026-07-01T00:00:00Z"},
        {INT64_C(253402300799), "9999-12-31T23:59:59Z"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[21];
        time_write(rows[i].time, text);
        assert_string_equal(text, rows[i].text);
    }
}

static void knows_the_local_day(void **state)
{
    (void)state;
    int32_t shanghai = date_offset_s(text_country("CN", 2)), new_york = date_offset_s(text_country("US", 2));
    assert_int_equal(shanghai, 8 * 3600);
    assert_int_equal(new_york, -5 * 3600);
    assert_int_equal(date_offset_s(text_country("ZZ", 2)), 0);
    assert_int_equal(time_local_day(16 * 3600 - 1, shanghai), 0);
    assert_int_equal(time_local_day(16 * 3600, shanghai), 1);
    assert_int_equal(time_local_day(5 * 3600 - 1, new_york), -1);
    assert_int_equal(time_local_day(5 * 3600, new_york), 0);
    assert_int_equal(time_local_day(-DAY_SECONDS, 0), -1);
    assert_int_equal(time_local_day(-DAY_SECONDS - 1, 0), -2);
}

static void counts_work_days(void **state)
{
    (void)state;
    int32_t friday = date_day(2025, 1, 24);
    assert_int_equal(date_weekday(friday), 4);
    assert_int_equal(date_add_work_days(friday, 0), friday);
    assert_int_equal(date_add_work_days(friday, 1), friday + 3);
    assert_int_equal(date_add_work_days(friday + 1, 1), friday + 3);
    assert_int_equal(date_add_work_days(friday + 2, 1), friday + 3);
    assert_int_equal(date_add_work_days(friday, 5), friday + 7);
    assert_int_equal(date_add_work_days(friday, 20), friday + 28);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_days),
        cmocka_unit_test(reads_and_writes_days),
        cmocka_unit_test(refuses_what_is_no_day),
        cmocka_unit_test(writes_times),
        cmocka_unit_test(knows_the_local_day),
        cmocka_unit_test(counts_work_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
