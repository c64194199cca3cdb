/* persona: words and syllables from which people, firms and towns are made. */
#include "sim/persona.h"

#include <stdio.h>
#include <string.h>

#include "core/check.h"
#include "core/rng.h"
#include "core/text.h"

/* ---- words: Chinese with its reading ---- */

struct word {
    const char *zh, *en;
};

/* Pairs of characters that are no family name of anybody. */
static const struct word families[] = {
    {"云栖", "Yunqi"}, {"青砚", "Qingyan"}, {"星澜", "Xinglan"}, {"白棠", "Baitang"}, {"竹影", "Zhuying"},
    {"晴川", "Qingchuan"}, {"松月", "Songyue"}, {"霁雪", "Jixue"}, {"远汀", "Yuanting"}, {"素问", "Suwen"},
    {"听潮", "Tingchao"}, {"秋弦", "Qiuxian"}, {"石泉", "Shiquan"}, {"兰渚", "Lanzhu"}, {"惊鸿", "Jinghong"},
    {"梅坞", "Meiwu"}, {"朝露", "Zhaolu"}, {"墨池", "Mochi"}, {"流萤", "Liuying"}, {"寒汀", "Hanting"},
    {"半夏", "Banxia"}, {"归舟", "Guizhou"}, {"沧浪", "Canglang"}, {"丹橘", "Danju"}, {"微雨", "Weiyu"},
    {"停云", "Tingyun"}, {"飞絮", "Feixu"}, {"望舒", "Wangshu"}, {"烟萝", "Yanluo"}, {"碧梧", "Biwu"},
    {"折柳", "Zheliu"}, {"枕河", "Zhenhe"},
};
static const struct word given[] = {
    {"安", "An"}, {"宁", "Ning"}, {"晨", "Chen"}, {"悦", "Yue"}, {"然", "Ran"}, {"心", "Xin"}, {"远", "Yuan"},
    {"佳", "Jia"}, {"文", "Wen"}, {"雨", "Yu"}, {"思", "Si"}, {"明", "Ming"}, {"乐", "Le"}, {"静", "Jing"},
    {"诚", "Cheng"}, {"月", "Yue"}, {"峰", "Feng"}, {"琳", "Lin"}, {"涵", "Han"}, {"睿", "Rui"}, {"博", "Bo"},
    {"瑶", "Yao"}, {"航", "Hang"}, {"欣", "Xin"}, {"林", "Lin"}, {"清", "Qing"}, {"嘉", "Jia"}, {"彤", "Tong"},
    {"岩", "Yan"}, {"禾", "He"}, {"知", "Zhi"}, {"若", "Ruo"},
};
static const struct word towns[] = {
    {"云川", "Yunchuan"}, {"鹭洲", "Luzhou New"}, {"青屿", "Qingyu"}, {"桐溪", "Tongxi"}, {"望江湾", "Wangjiangwan"},
    {"海棠", "Haitang"}, {"银杉", "Yinshan"}, {"丰原镇", "Fengyuanzhen"}, {"松桥", "Songqiao"}, {"镜湖湾", "Jinghuwan"},
    {"白鹿原", "Bailuyuan"}, {"晴港", "Qinggang"}, {"金穗", "Jinsui"}, {"柳岸", "Liu'an"}, {"远帆", "Yuanfan"},
    {"紫藤", "Ziteng"},
};
static const struct word streets[] = {
    {"长乐路", "Changle Road"}, {"清溪街", "Qingxi Street"}, {"稻香路", "Daoxiang Road"}, {"书院巷", "Shuyuan Lane"},
    {"望海大道", "Wanghai Avenue"}, {"荷塘路", "Hetang Road"}, {"星光街", "Xingguang Street"}, {"竹林路", "Zhulin Road"},
    {"枫桥路", "Fengqiao Road"}, {"百花街", "Baihua Street"}, {"晓月巷", "Xiaoyue Lane"}, {"观澜路", "Guanlan Road"},
};
static const struct word brands[] = {
    {"禾途", "Hetu"}, {"远梭", "Yuansuo"}, {"织链", "Zhilian"}, {"青帆", "Qingfan"}, {"海拾", "Haishi"},
    {"云梭", "Yunsuo"}, {"白舟", "Baizhou"}, {"集屿", "Jiyu"}, {"橙桥", "Chengqiao"}, {"星驿", "Xingyi"},
    {"麦港", "Maigang"}, {"木棉里", "Mumianli"}, {"丝隅", "Siyu"}, {"万汀", "Wanting"}, {"朗渡", "Langdu"},
    {"南枝", "Nanzhi"}, {"九舸", "Jiuge"}, {"沐川", "Muchuan"}, {"拾光里", "Shiguangli"}, {"汇澜", "Huilan"},
};
static const struct {
    const char *id, *zh, *en;
} trades[PERSONA_TRADES] = {
    [PERSONA_SELLER] = {"seller", "电子商务", "E-Commerce"},
    [PERSONA_SUPPLIER] = {"supplier", "制造", "Manufacturing"},
    [PERSONA_PLATFORM] = {"platform", "网络平台", "Marketplace"},
    [PERSONA_PAYMENT] = {"payment", "支付服务", "Payments"},
    [PERSONA_CARRIER] = {"carrier", "物流", "Logistics"},
    [PERSONA_BROKER] = {"broker", "报关", "Customs Brokers"},
    [PERSONA_WAREHOUSE] = {"warehouse", "仓储", "Warehousing"},
    [PERSONA_OTHER] = {"other", "商务服务", "Services"},
};

/* Latin names are made of syllables: a beginning, a middle or none, an end. */
static const char *const first_half[] = {"Al", "Bre", "Cor", "Dan", "El", "Fari", "Gal", "Hen",
                                         "Ila", "Jor", "Kel", "Lor", "Mar", "Nev", "Or", "Pel"};
static const char *const first_end[] = {"din", "ela", "mond", "nia", "ric", "sa", "tan", "vin"};
static const char *const last_half[] = {"Ash", "Bran", "Cald", "Dorn", "Eld", "Fen", "Grav", "Hol", "Ild", "Karn",
                                        "Lund", "Morv", "Norr", "Quen", "Rav", "Sten", "Thal", "Ulm", "Vard", "Wend"};
static const char *const last_middle[] = {"a", "e", "el", "en", "er", "i", "in", "o", "or", "u"};
static const char *const last_end[] = {"bask", "dell", "fane", "gorn", "lith", "mere", "nox", "quist",
                                       "rane", "sk", "tov", "vale", "wick", "zelt"};

#define COUNT(table) (sizeof(table) / sizeof *(table))

const char *persona_trade_id(enum persona_trade trade)
{
    check(trade < PERSONA_TRADES);
    return trades[trade].id;
}

/* ---- draws ---- */

enum { DRAW_NAME = 9000, DRAW_NUMBER, DRAW_PLACE, DRAW_FIRM, DRAW_FIRM_NUMBER };

/* Bits that are used up bit by bit. */
struct dice {
    uint64_t bits;
};

static struct dice dice_of(uint64_t seed, uint64_t number, unsigned purpose)
{
    return (struct dice){rng_bits(rng_key(seed, 0), number, purpose, 0)};
}

static unsigned roll(struct dice *dice, size_t sides)
{
    unsigned side = (unsigned)(dice->bits % sides);
    dice->bits /= sides;
    return side;
}

static bool is_chinese(uint16_t country)
{
    static const char places[] = "CNHKTWMO";
    for (unsigned i = 0; i < sizeof places - 1; i += 2)
        if (country == text_country(places + i, 2))
            return true;
    return false;
}

static bool is_place(uint16_t country, const char *code)
{
    return country == text_country(code, 2);
}

/* ---- numbers ---- */

/* ISO 7064 MOD 11-2, as on identity cards. */
static char check_digit(const char *digits)
{
    static const uint8_t weight[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    unsigned sum = 0;
    for (unsigned i = 0; i < 17; i++)
        sum += weight[i] * (unsigned)(digits[i] - '0');
    return "10X98765432"[sum % 11];
}

/* GB 32100: modulo 31 over digits and letters without I, O, S, V, Z. */
static char credit_check(const char *code)
{
    static const char letters[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    unsigned sum = 0, weight = 1;
    for (unsigned i = 0; i < 17; i++) {
        const char *at = strchr(letters, code[i]);
        check(at);
        sum += (unsigned)(at - letters) * weight;
        weight = weight * 3 % 31;
    }
    return letters[(31 - sum % 31) % 31];
}

/* A text that grows in a field of a persona; every field has room for the longest that its words make. */
static char *add(char *at, const char *text)
{
    size_t length = strlen(text);
    memcpy(at, text, length + 1);
    return at + length;
}

/* With so many digits; 0: as many as it needs. */
static char *add_number(char *at, unsigned value, unsigned width)
{
    char digits[10];
    unsigned first = sizeof digits;
    do {
        digits[--first] = (char)('0' + value % 10);
        value /= 10;
    } while (value || sizeof digits - first < width);
    memcpy(at, digits + first, sizeof digits - first);
    at[sizeof digits - first] = '\0';
    return at + sizeof digits - first;
}

static void make_phone(char *out, size_t room, uint16_t country, struct dice *dice)
{
    if (is_chinese(country)) {
        add_number(add(out, "12"), roll(dice, 1000000000), 9);
    } else if (is_place(country, "US") || is_place(country, "CA")) {
        unsigned area = 200 + roll(dice, 800), line = roll(dice, 100); /* of two arguments either may be rolled first */
        snprintf(out, room, "+1 %03u 555 01%02u", area, line);
    } else if (is_place(country, "GB")) {
        snprintf(out, room, "+44 7700 900%03u", roll(dice, 1000));
    } else {
        snprintf(out, room, "+999 %08u", roll(dice, 100000000));
    }
}

/* ---- places ---- */

static void make_latin(char *out, size_t room, struct dice *dice, const char *end)
{
    const char *middle = last_middle[roll(dice, COUNT(last_middle))];
    snprintf(out, room, "%s%s%s", last_half[roll(dice, COUNT(last_half))], middle, end);
}

struct site {
    char *city, *address, *address_en; /* of 48, 160, 160 */
};

static void make_site(const struct site *site, uint16_t country, struct dice *dice)
{
    const struct word *town = &towns[roll(dice, COUNT(towns))], *street = &streets[roll(dice, COUNT(streets))];
    unsigned house = 1 + roll(dice, 880), block = 1 + roll(dice, 30), floor = 1 + roll(dice, 28);
    unsigned flat = 100 * floor + 1 + roll(dice, 6);
    if (is_chinese(country)) {
        add(add(site->city, town->zh), "市");
        char *at = add(add(add(site->address, "虚拟省"), site->city), street->zh);
        at = add_number(add(add_number(at, house, 0), "号"), block, 0);
        add(add_number(add(at, "幢"), flat, 0), "室");
        at = add_number(add(add_number(add(site->address_en, "Room "), flat, 0), ", Building "), block, 0);
        at = add(add(add_number(add(at, ", "), house, 0), " "), street->en);
        add(add(add(at, ", "), town->en), " City, Xuni Province");
        return;
    }
    char road[40];
    make_latin(road, sizeof road, dice, "mere");
    make_latin(site->city, 48, dice, "ton");
    snprintf(site->address, 160, "%u %s Street, %s, %c%c", house, road, site->city, country >> 8, country & 255);
    snprintf(site->address_en, 160, "%s", site->address);
}

/* ---- people ---- */

static void make_name(struct persona *out, uint16_t country, struct dice *dice)
{
    if (!is_chinese(country)) {
        const char *front = first_half[roll(dice, COUNT(first_half))], *back = first_end[roll(dice, COUNT(first_end))];
        char last[32];
        make_latin(last, sizeof last, dice, last_end[roll(dice, COUNT(last_end))]);
        snprintf(out->name, sizeof out->name, "%s%s %s", front, back, last);
        snprintf(out->name_en, sizeof out->name_en, "%s", out->name);
        return;
    }
    const struct word *family = &families[roll(dice, COUNT(families))], *one = &given[roll(dice, COUNT(given))];
    const struct word *two = &given[roll(dice, COUNT(given))];
    bool is_short = roll(dice, 4) == 0;
    add(add(add(out->name, family->zh), one->zh), is_short ? "" : two->zh);
    add(add(add(add(out->name_en, one->en), is_short ? "" : two->en), " "), family->en);
}

static void make_identity(struct persona *out, uint16_t country, struct dice *dice)
{
    unsigned area = 990000 + roll(dice, 10000), year = 1950 + roll(dice, 55), month = 1 + roll(dice, 12);
    unsigned day = 1 + roll(dice, 28), serial = 1 + roll(dice, 998);
    out->birth_year = (int16_t)year;
    if (!is_chinese(country)) {
        snprintf(out->id_number, sizeof out->id_number, "X%09u", roll(dice, 1000000000));
        return;
    }
    char *at = add_number(add_number(out->id_number, area, 6), year, 4);
    add_number(add_number(add_number(at, month, 2), day, 2), serial, 3);
    out->id_number[17] = check_digit(out->id_number);
    out->id_number[18] = '\0';
    add_number(out->district, area, 6);
}

void persona_person(struct persona *out, uint64_t seed, uint64_t number, uint16_t country)
{
    struct dice name = dice_of(seed, number, DRAW_NAME), identity = dice_of(seed, number, DRAW_NUMBER);
    struct dice place = dice_of(seed, number, DRAW_PLACE);
    out->district[0] = '\0';
    make_name(out, country, &name);
    make_phone(out->phone, sizeof out->phone, country, &name);
    make_identity(out, country, &identity);
    make_site(&(struct site){out->city, out->address, out->address_en}, country, &place);
    add_number(add(out->postcode, "99"), roll(&place, 10000), 4);
    char *at = add_number(add(out->email, "u"), (unsigned)(number / 1000000000), 0);
    add(add_number(at, (unsigned)(number % 1000000000), 9), "@example.com");
}

/* ---- firms ---- */

static void make_codes(struct persona_firm *out, uint16_t country, struct dice *dice)
{
    snprintf(out->customs_code, sizeof out->customs_code, "9999%06u", roll(dice, 1000000));
    if (!is_chinese(country)) {
        snprintf(out->credit_code, sizeof out->credit_code, "F%09u", roll(dice, 1000000000));
        return;
    }
    unsigned office = roll(dice, 10000), serial = roll(dice, 10000000);
    snprintf(out->credit_code, sizeof out->credit_code, "9199%04uMA%07u", office, serial);
    out->credit_code[17] = credit_check(out->credit_code);
    out->credit_code[18] = '\0';
}

void persona_firm(struct persona_firm *out, uint64_t seed, uint64_t number, uint16_t country, enum persona_trade trade)
{
    struct dice name = dice_of(seed, number, DRAW_FIRM), code = dice_of(seed, number, DRAW_FIRM_NUMBER);
    check(trade < PERSONA_TRADES);
    const struct word *brand = &brands[roll(&name, COUNT(brands))], *more = &brands[roll(&name, COUNT(brands))];
    make_codes(out, country, &code);
    make_phone(out->phone, sizeof out->phone, country, &code);
    make_site(&(struct site){out->city, out->address, out->address_en}, country, &name);
    unsigned serial = (unsigned)(number % 10000);
    snprintf(out->name_en, sizeof out->name_en, "%s %s %s %u Ltd", brand->en, more->en, trades[trade].en, serial);
    if (is_chinese(country))
        snprintf(out->name, sizeof out->name, "%s%s%s%u号有限公司", brand->zh, more->zh, trades[trade].zh, serial);
    else
        snprintf(out->name, sizeof out->name, "%s", out->name_en);
}
