/* date: the proleptic Gregorian calendar in integers, and times written as ISO 8601. */
#include "core/date.h"

#include "core/check.h"

/* Days of the years before a civil year that begins in March; Howard Hinnant, "chrono-compatible
 * low-level date algorithms", days_from_civil and civil_from_days. */
int32_t date_day(int32_t year, int32_t month, int32_t day)
{
    check(month >= 1 && month <= 12 && day >= 1 && day <= 31);
    year -= month <= 2;
    int32_t era = (year >= 0 ? year : year - 399) / 400;
    int32_t year_of_era = year - era * 400;
    int32_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct civil date_civil(int32_t day)
{
    int32_t shifted = day + 719468;
    int32_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int32_t day_of_era = shifted - era * 146097;
    int32_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int32_t from_march = (5 * day_of_year + 2) / 153;
    int32_t month = from_march < 10 ? from_march + 3 : from_march - 9;
    return (struct civil){
        .year = year_of_era + era * 400 + (month <= 2),
        .month = month,
        .day = day_of_year - (153 * from_march + 2) / 5 + 1,
    };
}

static bool digits(const char *text, size_t count, int32_t *out)
{
    *out = 0;
    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        *out = *out * 10 + (text[i] - '0');
    }
    return true;
}

bool date_parse(const char *text, size_t length, int32_t *day)
{
    int32_t y, m, d;
    if (length != 10 || text[4] != '-' || text[7] != '-' || !digits(text, 4, &y) ||
        !digits(text + 5, 2, &m) || !digits(text + 8, 2, &d))
        return false;
    if (y < 1 || m < 1 || m > 12 || d < 1 || d > 31)
        return false;
    *day = date_day(y, m, d);
    return date_civil(*day).day == d; /* 31 April has become 1 May */
}

unsigned date_weekday(int32_t day)
{
    int32_t from_monday = (day + 3) % 7; /* 1970-01-01 was a Thursday */
    return (unsigned)(from_monday < 0 ? from_monday + 7 : from_monday);
}

static void write_digits(char *out, int32_t value, int count)
{
    for (int i = count - 1; i >= 0; i--, value /= 10)
        out[i] = (char)('0' + value % 10);
}

int32_t date_add_work_days(int32_t day, int32_t count)
{
    while (count > 0)
        count -= date_weekday(++day) < 5;
    return day;
}

void date_write(int32_t day, char out[11])
{
    struct civil civil = date_civil(day);
    check(civil.year >= 0 && civil.year <= 9999);
    write_digits(out, civil.year, 4);
    out[4] = '-';
    write_digits(out + 5, civil.month, 2);
    out[7] = '-';
    write_digits(out + 8, civil.day, 2);
    out[10] = '\0';
}

int32_t date_month(int32_t day)
{
    struct civil civil = date_civil(day);
    return (civil.year - 1970) * 12 + civil.month - 1;
}

int32_t time_local_day(int64_t time, int32_t offset_s)
{
    int64_t local = time + offset_s;
    int64_t day = local / DAY_SECONDS - (local % DAY_SECONDS < 0);
    return (int32_t)day;
}

void time_write(int64_t time, char out[21])
{
    int32_t day = time_local_day(time, 0);
    int32_t second = (int32_t)(time - (int64_t)day * DAY_SECONDS);
    date_write(day, out);
    out[10] = 'T';
    write_digits(out + 11, second / 3600, 2);
    out[13] = ':';
    write_digits(out + 14, second / 60 % 60, 2);
    out[16] = ':';
    write_digits(out + 17, second % 60, 2);
    out[19] = 'Z';
    out[20] = '\0';
}

/* Two digits below `most` at text, or -1. */
static int32_t read_two(const char *text, int32_t most)
{
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
        return -1;
    int32_t value = (text[0] - '0') * 10 + text[1] - '0';
    return value < most ? value : -1;
}

bool time_parse(const char *text, size_t length, int64_t *time)
{
    int32_t day;
    if (length != 20 || !date_parse(text, 10, &day) || text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
        text[19] != 'Z')
        return false;
    int32_t hour = read_two(text + 11, 24), minute = read_two(text + 14, 60), second = read_two(text + 17, 60);
    *time = (int64_t)day * DAY_SECONDS + hour * 3600 + minute * 60 + second;
    return hour >= 0 && minute >= 0 && second >= 0;
}

/* Standard time of the seat of government, without summer time. Source: IANA time zone database. */
static const struct {
    char country[3];
    int16_t minutes;
} offsets[] = {
    {"AU", 600},  {"AT", 60},  {"BE", 60},   {"BG", 120}, {"BR", -180}, {"CA", -300}, {"CH", 60},
    {"CN", 480},  {"CY", 120}, {"CZ", 60},   {"DE", 60},  {"DK", 60},   {"EE", 120},  {"ES", 60},
    {"EU", 60},   {"FI", 120}, {"FR", 60},   {"GB", 0},   {"GR", 120},  {"HK", 480},  {"HR", 60},
    {"HU", 60},   {"IE", 0},   {"IN", 330},  {"IT", 60},  {"JP", 540},  {"KR", 540},  {"LT", 120},
    {"LU", 60},   {"LV", 120}, {"MT", 60},   {"MX", -360}, {"NL", 60},  {"NO", 60},   {"NZ", 720},
    {"PL", 60},   {"PT", 0},   {"RO", 120},  {"RU", 180}, {"SE", 60},   {"SG", 480},  {"SI", 60},
    {"SK", 60},   {"US", -300},
};

int32_t date_offset_s(uint16_t country)
{
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
        const unsigned char *code = (const unsigned char *)offsets[i].country;
        if ((uint16_t)(code[0] << 8 | code[1]) == country)
            return offsets[i].minutes * 60;
    }
    return 0;
}
