/* catalog_test: goods and their codes, the list of parties, and the mistakes that such tables hold. */
#include "tests/unit.h"

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "trade/catalog.h"
#include "trade/party.h"

static const char goods_head[] = "sku,name_en,name_zh,category,origin,codes,net_g,gross_g,volume_cm3,volume_ml,"
                                 "pieces,currency,cost,confidence,source\n";
static const char party_head[] = "id,side,treasury,place,name_en,name_zh\n";

typedef int (*table_loader)(void *table, const char *bytes, size_t length, struct arena *arena, struct errs *errs);

static int load_goods(void *table, const char *bytes, size_t length, struct arena *arena, struct errs *errs)
{
    return catalog_load(table, "table.csv", bytes, length, arena, errs);
}

static int load_parties(void *table, const char *bytes, size_t length, struct arena *arena, struct errs *errs)
{
    return parties_load(table, "table.csv", bytes, length, arena, errs);
}

static int load(table_loader loader, void *table, const char *head, const char *rows, struct arena *arena,
                struct errs *errs)
{
    struct buf text = {0};
    buf_puts(&text, head);
    buf_puts(&text, rows);
    const char *bytes = arena_copy(arena, text.data, text.length);
    int result = loader(table, bytes, text.length, arena, errs);
    buf_finish(&text);
    return result;
}

static uint16_t place(const char *code)
{
    return text_country(code, 2);
}

static void goods_have_a_code_per_place(void **state)
{
    struct arena arena = {0};
    struct errs errs = {0};
    struct catalog catalog = {0};
    (void)state;
    assert_int_equal(load(load_goods, &catalog, goods_head,
                          "can,Can,罐,food,NZ,CN:19011010 *:190110,900,1150,2300,,,NZD,26.00,assumed,s\n"
                          "box,Box,盒,food,CN,CN:48191000 EU:481910,10,12,90,750,6,JPY,120,assumed,s\n",
                          &arena, &errs),
                     0);
    const struct product *can = &catalog.product[catalog_find(&catalog, "can", 3)];
    const struct product *box = &catalog.product[catalog_find(&catalog, "box", 3)];
    assert_string_equal(catalog_code(can, place("CN"), 0), "19011010");
    assert_string_equal(catalog_code(can, place("DE"), 0), "190110");
    assert_string_equal(catalog_code(box, place("DE"), place("EU")), "481910");
    assert_string_equal(catalog_code(box, place("DE"), 0), "");
    assert_int_equal(can->cost_minor, 2600);
    assert_int_equal(can->pieces, 1);
    assert_int_equal(can->volume_ml, -1);
    assert_int_equal(box->cost_minor, 120);
    assert_int_equal(box->volume_ml, 750);
    assert_int_equal(catalog_find(&catalog, "none", 4), 0);
    assert_int_equal(load(load_goods, &catalog, goods_head,
                          "can,Can,罐,food,AU,*:190110,800,1000,2000,,,AUD,25,assumed,s\n", &arena, &errs),
                     0);
    assert_int_equal(catalog.count, 2); /* a later row of the same good replaces */
    assert_int_equal(catalog.product[catalog_find(&catalog, "can", 3)].origin, place("AU"));
    arena_finish(&arena);
}

static void parties_have_sides_and_treasuries(void **state)
{
    struct arena arena = {0};
    struct errs errs = {0};
    struct parties parties = {0};
    (void)state;
    assert_int_equal(load(load_parties, &parties, party_head,
                          "me,holder,no,,Me,我\nyou,buyer,no,,You,你\ntax,outside,yes,DE,Tax,税\n", &arena, &errs),
                     0);
    assert_int_equal(parties.count, 3);
    assert_int_equal(parties.party[parties_find(&parties, "me", 2)].side, SIDE_HOLDER);
    assert_int_equal(parties_treasury(&parties, place("DE")), parties_find(&parties, "tax", 3));
    assert_int_equal(parties_treasury(&parties, place("FR")), 0);
    arena_finish(&arena);
}

static const struct {
    table_loader loader;
    const char *head, *rows;
    enum err_code code;
    uint32_t line, column;
} mistakes[] = {
    {load_goods, goods_head, "a,A,甲,x,Nz,*:190110,1,1,1,,,CNY,1,high,s\n", ERR_UNKNOWN_VALUE, 2, 9},
    {load_goods, goods_head, "a,A,甲,x,NZ,*:190,1,1,1,,,CNY,1,high,s\n", ERR_UNKNOWN_VALUE, 2, 12},
    {load_goods, goods_head, "a,A,甲,x,NZ,CN190110,1,1,1,,,CNY,1,high,s\n", ERR_UNKNOWN_VALUE, 2, 12},
    {load_goods, goods_head, "a,A,甲,x,NZ,*:190110,1.5,1,1,,,CNY,1,high,s\n", ERR_RANGE, 2, 21},
    {load_goods, goods_head, "a,A,甲,x,NZ,*:190110,1,-1,1,,,CNY,1,high,s\n", ERR_RANGE, 2, 23},
    {load_goods, goods_head, "a,A,甲,x,NZ,*:190110,1,1,1,,,CNI,1,high,s\n", ERR_UNKNOWN_VALUE, 2, 29},
    {load_goods, goods_head, "a,A,甲,x,NZ,*:190110,1,1,1,,,CNY,1.001,high,s\n", ERR_RANGE, 2, 33},
    {load_goods, goods_head, "a,A,甲,x,NZ,*:190110,1,1\n", ERR_CSV, 2, 24},
    {load_goods, "sku,name\n", "", ERR_MISSING_NAME, 1, 5},
    {load_parties, party_head, "me,seller,no,,Me,我\n", ERR_UNKNOWN_VALUE, 2, 4},
    {load_parties, party_head, "me,holder,no,,Me,我\nme,holder,no,,Me,我\n", ERR_DUPLICATE, 3, 1},
    {load_parties, party_head, "\"me,holder,no,,Me,我\n", ERR_CSV, 2, 1},
};

static void mistakes_are_found_where_they_stand(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        struct arena arena = {0};
        struct errs errs = {0};
        struct catalog catalog = {0};
        struct parties parties = {0};
        void *table = mistakes[i].loader == load_goods ? (void *)&catalog : (void *)&parties;
        assert_int_equal(load(mistakes[i].loader, table, mistakes[i].head, mistakes[i].rows, &arena, &errs), -1);
        assert_int_equal(errs.item[0].code, mistakes[i].code);
        assert_int_equal(errs.item[0].line, mistakes[i].line);
        assert_int_equal(errs.item[0].column, mistakes[i].column);
        arena_finish(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goods_have_a_code_per_place),
        cmocka_unit_test(parties_have_sides_and_treasuries),
        cmocka_unit_test(mistakes_are_found_where_they_stand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
